import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  runShadow,
  type ShadowCounts,
  type ShadowSummary,
  summariseShadow,
  unpaced,
  withShadowLock,
} from "@chesil/resolve";
import { askForShadow, type Database, readShadowRun, type ShadowRun } from "@chesil/store";
import { withStore } from "../store-access.ts";
import type { Terminal } from "../terminal.ts";
import { percent } from "./evaluate-decisions.ts";
import { requireModel, shareOrAll } from "./models.ts";

export type ShadowArguments = { readonly share?: string; readonly resume?: boolean; readonly json?: boolean };

const FOLLOW_MS = 1_000;

/** `chesil shadow VERSION`: what would change by a model, decided to the end by this process. Nothing of anybody changes. */
export function shadow(version: string, given: ShadowArguments, terminal: Terminal): Promise<number> {
  const share = shareOrAll(given.share);
  return withStore(async (database) => {
    await requireModel(database, version, terminal);
    const before = await readShadowRun(database.pool, version);
    const isGoingOn = given.resume === true && before?.state === "running";
    const ask = async () => {
      if (!isGoingOn) await askForShadow(database, { version, share, by: userInfo().username, at: terminal.now() });
    };
    const run = await decided(database, { version, ask }, terminal);
    if (run?.state !== "done") {
      terminal.say(`It was ended before its end. Go on: chesil shadow ${version} --resume`);
      return 1;
    }
    const summary = await summariseShadow(database, run, terminal.now());
    if (summary === undefined) return 1;
    if (given.json) terminal.data(JSON.stringify(summary));
    else printSummary(summary, terminal);
    return 0;
  });
}

/** Runs it here, or looks on where a running Chesil has taken it up. */
async function decided(
  database: Database,
  { version, ask }: { readonly version: string; readonly ask: () => Promise<void> },
  terminal: Terminal,
): Promise<ShadowRun | undefined> {
  const tell = ({ records, recordsToDecide, joins, parts }: ShadowCounts) => {
    terminal.progress(`${records} of ${recordsToDecide} records: ${joins} joined, ${parts} parted`);
  };
  const { interrupted: signal, now } = terminal;
  let isAsked = false;
  const run = async () => {
    // Under the lock: a running Chesil, which takes its time, does not come first.
    if (!isAsked) await ask();
    isAsked = true;
    await runShadow(version, { ...unpaced(signal), ...{ database, onStep: tell, now } });
  };
  for (;;) {
    await withShadowLock(database, run);
    // Another one is run just now: this one is next.
    if (!isAsked) await ask();
    isAsked = true;
    const stands = await readShadowRun(database.pool, version);
    if (signal.aborted || stands === undefined || stands.state === "done" || stands.state === "off") return stands;
    if (stands.state === "running") tell(stands.counted as ShadowCounts);
    await sleep(FOLLOW_MS, undefined, { signal }).catch(() => {});
  }
}

function printSummary(summary: ShadowSummary, terminal: Terminal): void {
  const { counts, labels, byScores } = summary;
  const count = (name: keyof ShadowCounts) => counts[name] ?? 0;
  const { candidate, inForce } = labels;
  terminal.data(`model      ${summary.version}, against ${summary.against}`);
  terminal.data(
    `records    ${count("records")} decided anew${summary.share < 1 ? `, a share of ${summary.share}` : ""}`,
  );
  terminal.data(
    `links      ${count("linksGained")} gained by ${count("joins")} joins, ${count("linksLost")} lost by ${count("parts")} partings`,
  );
  terminal.data(
    `questions  ${count("questionsGained")} gained, ${count("questionsLost")} lost; ${count("questions")} open then${summary.questionsPerDay === null ? "" : `, ${summary.questionsPerDay.toFixed(1)} new a day`}`,
  );
  if (summary.expectedPrecision !== null)
    terminal.data(`expected   precision ${percent(summary.expectedPrecision)} of its links, by its own probabilities`);
  if (byScores !== null)
    terminal.data(
      `weighed    precision ${percent(byScores.precision)}  recall ${percent(byScores.recall)}, by the weights of pairs and what people decided`,
    );
  terminal.data(
    candidate.pairs === 0
      ? "decided    nobody has decided anything yet"
      : `decided    precision ${percent(candidate.precision)}  recall ${percent(candidate.recall)}  F1 ${percent(candidate.f1)} of ${candidate.pairs} pairs; the model in force ${percent(inForce.precision)}  ${percent(inForce.recall)}  ${percent(inForce.f1)}`,
  );
}
