import { type Cell, contingencyCells, sameLength } from "./contingency.ts";

/**
 * Shares between 0 and 1, never NaN: where nothing was linked, nothing was linked wrongly (precision 1); where there is
 * nothing to find, nothing was missed (recall 1).
 */
export type Agreement = { readonly precision: number; readonly recall: number; readonly f1: number };

export type PairAgreement = Agreement & {
  /** Pairs of records in one cluster. */
  readonly linkedPairs: number;
  /** Pairs of records of one person. */
  readonly truePairs: number;
  /** Pairs that are both. */
  readonly sharedPairs: number;
};

/** From counts of pairs. F1 is 2 x shared / (linked + true), 1 where there is no pair of either kind. */
export function pairAgreement(linkedPairs: number, truePairs: number, sharedPairs: number): PairAgreement {
  return {
    precision: linkedPairs === 0 ? 1 : sharedPairs / linkedPairs,
    recall: truePairs === 0 ? 1 : sharedPairs / truePairs,
    f1: linkedPairs + truePairs === 0 ? 1 : (2 * sharedPairs) / (linkedPairs + truePairs),
    linkedPairs,
    truePairs,
    sharedPairs,
  };
}

export type ClusterAgreement = { readonly pairwise: PairAgreement; readonly bCubed: Agreement };

/**
 * Clusters held against the truth, over the records whose truth is known (not -1): pairwise after transitive closure
 * (every pair within a cluster counts as linked), and B-cubed (Bagga and Baldwin 1998: each record's precision and
 * recall within its own cluster and person, averaged over records). Near linear: pairs are counted, not visited.
 *
 * @throws RangeError where the two differ in length
 */
export function clusterAgreement(clusters: Int32Array, truth: Int32Array): ClusterAgreement {
  const cells = contingencyCells(clusters, truth);
  const linkedPairs = linkedPairsOf(cells);
  const sharedPairs = sum(cells, ({ shared }) => pairsAmong(shared));
  return { pairwise: pairAgreement(linkedPairs, truePairs(truth), sharedPairs), bCubed: bCubed(cells) };
}

/** Pairs of records of one person, over all records whose truth is known. */
export function truePairs(truth: Int32Array): number {
  const records = new Map<number, number>();
  for (const person of truth) if (person >= 0) records.set(person, (records.get(person) ?? 0) + 1);
  let pairs = 0;
  for (const count of records.values()) pairs += pairsAmong(count);
  return pairs;
}

/**
 * The share of the true pairs that a list of candidate pairs holds: no scoring finds what blocking lost. 1 where there
 * is nothing to find. `left` and `right` name each pair once, in either order.
 */
export function blockingRecall(left: Int32Array, right: Int32Array, truth: Int32Array): number {
  sameLength(left, right);
  let found = 0;
  for (let pair = 0; pair < left.length; pair++) {
    const person = truth[left[pair] as number] ?? -1;
    if (person >= 0 && person === truth[right[pair] as number]) found++;
  }
  return pairAgreement(0, truePairs(truth), found).recall;
}

/** A cluster of n records has n x (n - 1) / 2 pairs, of which each cell of s records carries s / n. */
function linkedPairsOf(cells: readonly Cell[]): number {
  // Counted in halves per record, so that every term is a whole number: s x (n - 1).
  return sum(cells, ({ shared, cluster }) => shared * (cluster - 1)) / 2;
}

function bCubed(cells: readonly Cell[]): Agreement {
  const records = sum(cells, ({ shared }) => shared);
  if (records === 0) return { precision: 1, recall: 1, f1: 1 };
  const precision = sum(cells, ({ shared, cluster }) => (shared * shared) / cluster) / records;
  const recall = sum(cells, ({ shared, person }) => (shared * shared) / person) / records;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

const pairsAmong = (records: number): number => (records * (records - 1)) / 2;

const sum = (cells: readonly Cell[], of: (cell: Cell) => number): number =>
  cells.reduce((total, cell) => total + of(cell), 0);
