import {
  judgeByLabels,
  type LabelJudgement,
  probabilityByLabels,
  type Simulated,
  simulateThresholds,
} from "@chesil/matching";
import { judgedWeights, measurePairs, readLabelledPairs, readModelInForce, unpaced } from "@chesil/resolve";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { givenModel } from "./given-model.ts";
import { countsOf } from "./train-from-decisions.ts";

export type EvaluateDecisionsArguments = { readonly model?: string; readonly json?: boolean };

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const whole = (count: number): string => Math.round(count).toLocaleString("en-GB");

/**
 * `chesil evaluate --from-decisions`: how a model does with what data managers decided, as they are and weighed. People are
 * asked about pairs of middling weight; weighed, each decision stands for the pairs of its weight in the store.
 */
export function evaluateDecisions(given: EvaluateDecisionsArguments, terminal: Terminal): Promise<number> {
  const fromFile = given.model === undefined ? undefined : givenModel(given.model);
  return withStore(async (database) => {
    const model = fromFile ?? (await readModelInForce(database));
    const labelled = await readLabelledPairs(database);
    const labels = countsOf(labelled);
    if (labels.same + labels.different === 0)
      throw new UsageError("Nobody has decided anything yet: there is nothing to judge by. Decide on the review page.");
    const judged = judgedWeights(labelled, model);
    const raw = judgeByLabels(model, judged);
    const measured = await measurePairs(database, model, unpaced(terminal.interrupted));
    const weighed = simulateThresholds(measured.bins, model.thresholds, probabilityByLabels(model, judged));
    const questionsPerThousandRecords = measured.records === 0 ? 0 : (1000 * weighed.questions) / measured.records;
    if (given.json) {
      const { records, sampled } = measured;
      terminal.data(
        JSON.stringify({
          model: model.version,
          labels,
          raw,
          weighed: { ...weighed, records, sampled, questionsPerThousandRecords },
        }),
      );
      return 0;
    }
    terminal.data(`model    ${model.version}`);
    terminal.data(`labels   ${labels.same} same, ${labels.different} different, ${labels.gone} no longer a pair`);
    printRaw(raw, terminal);
    printWeighed(weighed, questionsPerThousandRecords, measured, terminal);
    return 0;
  });
}

function printRaw(raw: LabelJudgement, terminal: Terminal): void {
  terminal.data(
    `decided  precision ${percent(raw.precision)}  recall ${percent(raw.recall)}  F1 ${percent(raw.f1)}  (${raw.differentLinked} linked that are two, ${raw.same - raw.sameLinked} of ${raw.same} not linked, ${raw.sameAsked + raw.differentAsked} asked)`,
  );
  terminal.say(
    "People are asked about the hard pairs: of the decided pairs alone these figures are far below those of all.",
  );
  terminal.data("probability\tpairs\tby the model\tby people");
  for (const { from, to, pairs, expected, found } of raw.calibration)
    terminal.data([`${from} to ${to}`, pairs, percent(expected), percent(found)].join("\t"));
}

function printWeighed(
  weighed: Simulated,
  questionsPerThousand: number,
  { records, sampled }: { readonly records: number; readonly sampled: number },
  terminal: Terminal,
): void {
  terminal.data(
    `weighed  precision ${percent(weighed.precision)}  recall ${percent(weighed.recall)}, with review ${percent(weighed.recallWithReview)}  (each decision for the pairs of its weight)`,
  );
  terminal.data(
    `review   ${whole(weighed.questions)} pairs asked about, ${questionsPerThousand.toFixed(1)} for 1,000 records  (of ${whole(weighed.links)} linked; ${whole(sampled)} of ${whole(records)} records looked at)`,
  );
}
