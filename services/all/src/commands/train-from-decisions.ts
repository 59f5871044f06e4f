import { type LabelledPair, type MatchingModel, type Prepared, trainFromLabels } from "@chesil/matching";
import { type LabelledPairs, preparedOf, readLabelledPairs } from "@chesil/resolve";
import { countAskedPairs, type Database, readActiveRecords, readUnaskedLinks } from "@chesil/store";
import { withStore } from "../store-access.ts";
import type { Terminal } from "../terminal.ts";

export type TrainingOptions = {
  readonly seed: number;
  readonly version: string | undefined;
  readonly precisionMin: number;
};

/** What was learnt from. */
export type DecisionLabels = {
  readonly same: number;
  readonly different: number;
  /** Decisions about records that are no pair any more. */
  readonly gone: number;
  /** Links that nobody was asked about, taken for matches: they stand for all that people were never shown. */
  readonly unasked: number;
};

export type FittedToDecisions = {
  readonly model: MatchingModel;
  readonly warnings: readonly string[];
  readonly labels: DecisionLabels;
};

/** Of fewer of a kind nothing is learnt: what chance made of them would be taken for how patients are. */
const LABELS_MIN = 50;
const UNASKED_MAX = 20_000;

/**
 * A model fitted to the records of the store and what data managers decided of them. People are asked about the hard pairs
 * only: learnt from those alone, matches would look as unlike as hard ones do. So links that nobody was asked about join
 * them, as many for each decision as there are links for each question ever asked.
 *
 * @returns undefined where there are too few decisions: the terminal was told.
 */
export function fitToDecisions(options: TrainingOptions, terminal: Terminal): Promise<FittedToDecisions | undefined> {
  return withStore(async (database) => {
    const labelled = await readLabelledPairs(database);
    if (!isEnough(labelled, terminal)) return undefined;
    const records: Prepared[] = [];
    const placeOf = new Map<number, number>();
    for await (const some of readActiveRecords(database.pool))
      for (const record of some) {
        placeOf.set(record.sourceRecordId, records.length);
        records.push(preparedOf(record));
      }
    const decided = labelled.pairs.map(({ one, other, isSame }) => ({
      ids: [one.sourceRecordId, other.sourceRecordId] as const,
      isMatch: isSame,
    }));
    const unasked = await unaskedLinks(database, decided.length, options.seed);
    const labels = [...decided, ...unasked.map((ids) => ({ ids, isMatch: true }))].flatMap(
      ({ ids: [one, other], isMatch }): LabelledPair[] => {
        const [left, right] = [placeOf.get(one), placeOf.get(other)];
        return left === undefined || right === undefined ? [] : [{ left, right, isMatch }];
      },
    );
    const version = options.version ?? `decided-${decided.length}-${options.seed}`;
    const { seed, precisionMin } = options;
    const fitted = trainFromLabels({ records, extras: [] }, labels, { version, seed, precisionMin });
    return {
      model: fitted.model,
      warnings: fitted.warnings,
      labels: { ...countsOf(labelled), unasked: unasked.length },
    };
  });
}

async function unaskedLinks(
  database: Database,
  decisions: number,
  seed: number,
): Promise<readonly (readonly [number, number])[]> {
  const asked = Math.max(decisions, await countAskedPairs(database.pool));
  const { pairs, links } = await readUnaskedLinks(database.pool, { limit: UNASKED_MAX, seed });
  return pairs.slice(0, Math.round((links * decisions) / asked));
}

export const countsOf = ({ pairs, gone }: LabelledPairs): Omit<DecisionLabels, "unasked"> => {
  const same = pairs.filter(({ isSame }) => isSame).length;
  return { same, different: pairs.length - same, gone };
};

function isEnough(labelled: LabelledPairs, terminal: Terminal): boolean {
  const { same, different, gone } = countsOf(labelled);
  if (Math.min(same, different) >= LABELS_MIN) return true;
  const missing = [
    ...(same < LABELS_MIN ? [`${LABELS_MIN - same} more "same"`] : []),
    ...(different < LABELS_MIN ? [`${LABELS_MIN - different} more "different"`] : []),
  ];
  terminal.say(
    `Too few decisions to learn from: ${same} same, ${different} different${gone > 0 ? `, ${gone} about records that are no pair any more` : ""}.`,
  );
  terminal.say(
    `There must be ${LABELS_MIN} of each: decide ${missing.join(" and ")} on the review page. Without --from-decisions a model is learnt from the records alone.`,
  );
  return false;
}

/** What the labels are, and what they are not. */
export function sayLabels({ same, different, gone, unasked }: DecisionLabels, terminal: Terminal): void {
  terminal.say(`labels: ${same} same, ${different} different${gone > 0 ? `, ${gone} no longer a pair` : ""}.`);
  terminal.say(
    `People are asked about the hard pairs, so that these are no sample of all. ${unasked} links that nobody was asked about stand for the rest.`,
  );
}
