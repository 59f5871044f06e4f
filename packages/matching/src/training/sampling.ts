import { shuffleOf } from "./random.ts";

/** Pairs as parallel arrays: `left[n]` and `right[n]` are places of records, the left the smaller. */
export type Pairs = { readonly left: Int32Array; readonly right: Int32Array };

/** One share of a sample, so that several threads draw it together: the sample is the same whatever their number. */
export type Share = { readonly place: number; readonly of: number };

/** How many pairs that many records make. */
export const pairsOf = (records: number): number => (records < 2 ? 0 : (records * (records - 1)) / 2);

/**
 * Pairs drawn at random, from which u is estimated: no record with itself, no pair twice, each as likely as any other.
 * All pairs where there are no more than `pairsMax`. The same for the same seed.
 * @param records how many there are, up to 90 million (pairs are counted exactly up to 2^53).
 */
export function sampleUPairs(records: number, pairsMax: number, seed: number, share: Share = ALONE): Pairs {
  const all = pairsOf(records);
  const drawn = Math.min(all, Math.max(0, Math.floor(pairsMax)));
  const start = Math.floor((drawn * share.place) / share.of);
  const count = Math.floor((drawn * (share.place + 1)) / share.of) - start;
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const shuffled = shuffleOf(all, seed);
  const isAll = drawn === all;
  for (let place = 0; place < count; place++) {
    const rank = isAll ? start + place : shuffled(start + place);
    const greater = greaterOf(rank);
    left[place] = rank - pairsOf(greater);
    right[place] = greater;
  }
  return { left, right };
}

const ALONE: Share = { place: 0, of: 1 };

/** The greater record of the pair of that rank, where pairs are counted (0,1), (0,2), (1,2), (0,3), … */
function greaterOf(rank: number): number {
  let greater = Math.floor((1 + Math.sqrt(1 + 8 * rank)) / 2);
  // The square root of a number beyond 2^53 is rounded.
  while (pairsOf(greater) > rank) greater--;
  while (pairsOf(greater + 1) <= rank) greater++;
  return greater;
}
