import {
  blockingKeys,
  blockingRecall,
  blocksOf,
  chooseRules,
  clusterAgreement,
  clusterRecords,
  GuardsInContext,
  type MatchingModel,
  type Prepared,
  RuleKeys,
  scorePairs,
  scorerOf,
} from "@chesil/matching";

/** All records linked in one batch, as `chesil link` does, and what the two ways of finding pairs find. */

export type Agreement = { readonly precision: number; readonly recall: number; readonly f1: number };

/**
 * @param ids ties are broken by them: those of the stream.
 * @param pairs the pairs that are compared: all that the batch's own rules find, or only those that the stream's keys do.
 */
export function linkedInOneBatch(
  records: readonly Prepared[],
  ids: readonly string[],
  model: MatchingModel,
  pairs: "of the batch" | "of the stream",
): Int32Array {
  const scorer = scorerOf(model);
  const guards = new GuardsInContext(records, scorer);
  const at = (place: number) => records[place] as Prepared;
  const { left, right } = pairs === "of the batch" ? batchPairs(records, model) : streamPairs(records);
  const edges = { left, right, weight: Float64Array.from(left, (i, n) => scorer.weigh(at(i), at(right[n] as number))) };
  const { clusterOf } = clusterRecords(
    {
      records: records.length,
      ...edges,
      weightOf: (i, j) => scorer.weigh(at(i), at(j)),
      isForbidden: (i, j) => guards.judge(i, j).veto !== undefined,
      orderOf: (place) => ids[place] as string,
    },
    model.thresholds,
  );
  return clusterOf;
}

const BLOCK_RECORDS_MAX = 300;
const PAIRS_MAX = 2_000_000;

function batchBlocks(records: readonly Prepared[]) {
  const ruleKeys = new RuleKeys(records, []);
  return chooseRules(records, [], { pairsMax: PAIRS_MAX }).chosen.map(({ rule }) =>
    blocksOf(ruleKeys, rule, BLOCK_RECORDS_MAX),
  );
}

type Pairs = { readonly left: Int32Array; readonly right: Int32Array };

/** Every pair that the rules of a batch propose, once. */
const batchPairs = (records: readonly Prepared[], model: MatchingModel): Pairs =>
  scorePairs(records, batchBlocks(records), model, {
    share: { from: 0, step: 1 },
    keepWeightMin: Number.NEGATIVE_INFINITY,
  });

/** Every pair that shares a key of the stream, once. */
function streamPairs(records: readonly Prepared[]): Pairs {
  const byKey = new Map<bigint, number[]>();
  const found = new Set<number>();
  for (const [place, record] of records.entries()) {
    for (const key of new Set(blockingKeys(record))) {
      const others = byKey.get(key) ?? [];
      for (const other of others) found.add(other * records.length + place);
      byKey.set(key, [...others, place]);
    }
  }
  return {
    left: Int32Array.from(found, (pair) => Math.floor(pair / records.length)),
    right: Int32Array.from(found, (pair) => pair % records.length),
  };
}

/** How many pairs the stream's keys and the batch's rules propose, and which share of the true pairs is among them. */
export function blockingOf(records: readonly Prepared[], truth: Int32Array, model: MatchingModel) {
  const of = ({ left, right }: Pairs) => ({ pairs: left.length, recall: blockingRecall(left, right, truth) });
  return { stream: of(streamPairs(records)), batch: of(batchPairs(records, model)) };
}

export const agreementWith = (clusters: Int32Array, truth: Int32Array): Agreement => {
  const { precision, recall, f1 } = clusterAgreement(clusters, truth).pairwise;
  return { precision, recall, f1 };
};

/** Texts as numbers, equal ones alike. */
export function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}
