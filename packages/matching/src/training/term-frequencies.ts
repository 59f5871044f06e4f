import type { MatchingModel } from "../model.ts";

/** As a model holds them: the share of records that bear a term. */
export type TermFrequencies = MatchingModel["termFrequencies"][string];

/** More terms than this are not listed: a model is a file that people read and that is loaded at every start. */
const TERMS_MAX = 20_000;
/** CRATE's least name frequency: no term counts as rarer, since a name seen once says little of how rare it is. */
const FLOOR = 5e-6;

type Counting = {
  readonly termsMax?: number;
  readonly floor?: number;
  /**
   * How many other records of the same person bear a record's term, on average: twice the matches by the number of
   * records, times the m of the exact level. They are taken off, since what counts is how many *others* bear it; in a
   * set of many records a person a rare name would else look common.
   */
  readonly ofSamePerson?: number;
};

/** Counts how many records bear each term of one comparison. Feed it records in any order, in as many threads as wanted. */
export class TermCounter {
  readonly #counts = new Map<string, number>();
  #records = 0;

  /** One record that states the field: each of its terms counts once, however often it stands there. */
  add(terms: readonly string[]): void {
    if (terms.length === 0) return;
    this.#records++;
    if (terms.length === 1) this.#count(terms[0] as string, 1);
    else for (const term of new Set(terms)) this.#count(term, 1);
  }

  /** Adds what another thread counted over other records. */
  merge({ records, counts }: TermCounts): void {
    this.#records += records;
    for (const [term, count] of counts) this.#count(term, count);
  }

  /** Plain data, to be posted to another thread. */
  counts(): TermCounts {
    return { records: this.#records, counts: this.#counts };
  }

  #count(term: string, count: number): void {
    this.#counts.set(term, (this.#counts.get(term) ?? 0) + count);
  }
}

export type TermCounts = { readonly records: number; readonly counts: ReadonlyMap<string, number> };

/**
 * Counts as a table: the most frequent terms, each with its share of the records that state the field, and one share
 * for every other, their average. A term of a single record is never listed: it would be a record's value kept in a
 * model. In the order of frequency, equals by term, whatever order they were counted in.
 */
export function termFrequenciesOf({ records, counts }: TermCounts, counting: Counting = {}): TermFrequencies {
  const { termsMax = TERMS_MAX, floor = FLOOR, ofSamePerson = 0 } = counting;
  if (records === 0) return { floor, other: floor, frequencies: {} };
  const repeated = [...counts].filter(([, count]) => count > 1);
  repeated.sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  const listed = repeated.slice(0, termsMax);
  const rest = counts.size - listed.length;
  const restRecords =
    [...counts.values()].reduce((sum, count) => sum + count, 0) - listed.reduce((sum, [, count]) => sum + count, 0);
  // A term that nobody bears yet is as rare as one that a single record does.
  const other = rest > 0 ? restRecords / rest : 1;
  const share = (count: number) => Math.min(MOST, Math.max(floor, Math.max(1, count - ofSamePerson) / records));
  return {
    floor,
    other: share(other),
    frequencies: Object.fromEntries(listed.map(([term, count]) => [term, share(count)])),
  };
}

/** A model's shares are below 1, also of a column that is constant. */
const MOST = 1 - 1e-9;
