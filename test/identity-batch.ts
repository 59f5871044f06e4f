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

/** @param ids ties are broken by them: those of the stream. */
export function linkedInOneBatch(
  records: readonly Prepared[],
  ids: readonly string[],
  model: MatchingModel,
): Int32Array {
  const { reviewWeightMin } = model.thresholds;
  const share = { from: 0, step: 1 };
  const edges = scorePairs(records, batchBlocks(records), model, { share, keepWeightMin: reviewWeightMin });
  const scorer = scorerOf(model);
  const guards = new GuardsInContext(records, scorer);
  const at = (place: number) => records[place] as Prepared;
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

/** How many pairs the stream's keys and the batch's rules propose, and which share of the true pairs is among them. */
export function blockingOf(records: readonly Prepared[], truth: Int32Array, model: MatchingModel) {
  const byKey = new Map<bigint, number[]>();
  const found = new Set<number>();
  for (const [place, record] of records.entries()) {
    for (const key of blockingKeys(record)) {
      const others = byKey.get(key) ?? [];
      for (const other of others) found.add(other * records.length + place);
      byKey.set(key, [...others, place]);
    }
  }
  const pairs = [...found];
  const stream = {
    left: Int32Array.from(pairs, (pair) => Math.floor(pair / records.length)),
    right: Int32Array.from(pairs, (pair) => pair % records.length),
  };
  const share = { from: 0, step: 1 };
  const batch = scorePairs(records, batchBlocks(records), model, { share, keepWeightMin: Number.NEGATIVE_INFINITY });
  const of = ({ left, right }: { left: Int32Array; right: Int32Array }) => ({
    pairs: left.length,
    recall: blockingRecall(left, right, truth),
  });
  return { stream: of(stream), batch: of(batch) };
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
