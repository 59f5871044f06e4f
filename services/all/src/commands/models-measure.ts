import type { Drift, DriftRates } from "@chesil/matching";
import {
  dayBefore,
  dayOf,
  measureDrift,
  measurePairs,
  readModelInForce,
  readStoredModel,
  reportDrift,
  unpaced,
} from "@chesil/resolve";
import { readPairScores, writePairScores } from "@chesil/store";
import { simulateStored } from "../model-desk.ts";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { percent } from "./evaluate-decisions.ts";
import { requireModel } from "./models.ts";

export type SimulateArguments = {
  readonly link?: string;
  readonly review?: string;
  readonly measure?: boolean;
  readonly json?: boolean;
};

/** `chesil models simulate`: what other thresholds would come to. */
export function simulateModel(version: string, given: SimulateArguments, terminal: Terminal): Promise<number> {
  const [links, reviews] = [weightsOf(given.link, "--link"), weightsOf(given.review, "--review")];
  return withStore(async (database) => {
    await requireModel(database, version, terminal);
    let scores = given.measure ? undefined : await readPairScores(database.pool, version);
    if (scores === undefined) {
      const model = await readStoredModel(database, version);
      if (model === undefined) return 1;
      const measured = await measurePairs(database, model, unpaced(terminal.interrupted));
      scores = { version, measuredAt: terminal.now(), ...measured };
      await writePairScores(database.pool, scores);
    }
    const found = await simulateStored(database, scores, { links, reviews });
    if (found === undefined) return 1;
    if (given.json) {
      terminal.data(JSON.stringify({ version, ...found }));
      return 0;
    }
    terminal.data("link\treview\tlinks\tquestions\tprecision\trecall\twith review");
    for (const each of found.simulated)
      terminal.data(
        [
          ...[
            each.linkWeightMin.toFixed(1),
            each.reviewWeightMin.toFixed(1),
            Math.round(each.links),
            Math.round(each.questions),
          ],
          ...[percent(each.precision), percent(each.recall), percent(each.recallWithReview)],
        ].join("\t"),
      );
    terminal.say(
      `Pairs of records, as ${scores.sampled} of ${scores.records} records tell; the model links from ${found.thresholds.linkWeightMin.toFixed(1)} and asks from ${found.thresholds.reviewWeightMin.toFixed(1)} on.`,
    );
    return 0;
  });
}

/** @throws UsageError */
function weightsOf(text: string | undefined, option: string): number[] | undefined {
  if (text === undefined) return undefined;
  const weights = text.split(",").map((each) => (each.trim() === "" ? Number.NaN : Number(each)));
  if (weights.some((weight) => !Number.isFinite(weight)))
    throw new UsageError(`${option} takes weights in bits: ${option} 8,10,12`);
  return weights;
}

export type DriftArguments = { readonly day?: string; readonly measure?: boolean; readonly json?: boolean };

/** `chesil models drift`: whether records and decisions still look as they did. Exit code 1 where something has drifted. */
export function modelDrift(given: DriftArguments, terminal: Terminal): Promise<number> {
  const { day } = given;
  if (day !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))))
    throw new UsageError("--day takes a day: --day 2026-03-14");
  return withStore(async (database) => {
    const model = await readModelInForce(database);
    const measured = day ?? dayBefore(dayOf(terminal.now()));
    if (given.measure) await measureDrift(database, model, { day: measured, at: terminal.now() });
    const report = await reportDrift(database, model, given.measure ? measured : day);
    const hasDrifted = report.against === "baseline" && report.drifts.some(({ state }) => state === "drift");
    if (given.json) terminal.data(JSON.stringify(report));
    else if (report.day === null) terminal.say("No such day was counted. Count one: chesil models drift --measure");
    else {
      const against = report.baseline ? `the week of ${report.baseline.join(" to ")}` : "its training";
      terminal.say(`${report.version} on ${report.day}, held against ${against}.`);
      sayRates(report.rates, terminal);
      terminal.data("what\tpart\tPSI\tstate");
      for (const { what, part, psi, state } of worstFirst(report.drifts))
        terminal.data([what, part ?? "-", psi.toFixed(3), state].join("\t"));
      if (report.baseline === null)
        terminal.say(
          "Links that were decided are likelier to agree than all matches: a hint, until the first week is over.",
        );
    }
    return hasDrifted ? 1 : 0;
  });
}

function sayRates({ linked, alone, asked, candidatesMean, candidatesP99 }: DriftRates, terminal: Terminal): void {
  const rate = (share: number | null) => (share === null ? "-" : percent(share));
  const mean = candidatesMean === null ? "-" : candidatesMean.toFixed(1);
  terminal.say(
    `linked ${rate(linked)}, nobody known ${rate(alone)}, asked about ${rate(asked)}; candidates ${mean} in the mean, 99 of 100 up to the step from ${candidatesP99 ?? "-"}.`,
  );
}

const worstFirst = (drifts: readonly Drift[]) => [...drifts].sort((a, b) => b.psi - a.psi);
