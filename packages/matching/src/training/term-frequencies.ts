import { LargeMap } from "../large-map.ts";
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
  /** Of terms: those seen in records of at least two persons, as far as a model can tell. Left out: all are. */
  readonly ofSeveralPersons?: (terms: ReadonlySet<string>) => ReadonlySet<string>;
};

/** Counts how many records bear each term of one comparison. Feed it records in any order. */
export class TermCounter {
  readonly #counts = new LargeMap<string, number>();
  #records = 0;

  /** One record that states the field: each of its terms counts once, however often it stands there. */
  add(terms: readonly string[]): void {
    if (terms.length === 0) return;
    this.#records++;
    if (terms.length === 1) this.#count(terms[0] as string, 1);
    else for (const term of new Set(terms)) this.#count(term, 1);
  }

  counts(): TermCounts {
    return { records: this.#records, counts: this.#counts };
  }

  #count(term: string, count: number): void {
    this.#counts.set(term, (this.#counts.get(term) ?? 0) + count);
  }
}

export type TermCounts = { readonly records: number; readonly counts: LargeMap<string, number> };

/**
 * Counts as a table: the most frequent terms, each with its share of the records that state the field, and one share
 * for every other, their average. A model is handed on, so a value of one person alone is never listed in it: not one
 * that no more records bear than a person has on average, nor one that `ofSeveralPersons` leaves out. In the order of
 * frequency, equals by term, whatever order they were counted in.
 */
export function termFrequenciesOf({ records, counts }: TermCounts, counting: Counting = {}): TermFrequencies {
  const { termsMax = TERMS_MAX, floor = FLOOR, ofSamePerson = 0, ofSeveralPersons = (terms) => terms } = counting;
  if (records === 0) return { floor, other: floor, frequencies: {} };
  const repeated: [term: string, count: number][] = [];
  for (const [term, count] of counts) if (count > 1 && count - ofSamePerson > 1) repeated.push([term, count]);
  repeated.sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  const frequent = repeated.slice(0, termsMax);
  const listable = ofSeveralPersons(new Set(frequent.map(([term]) => term)));
  const listed = frequent.filter(([term]) => listable.has(term));
  const rest = counts.size - listed.length;
  let restRecords = 0;
  for (const [, count] of counts) restRecords += count;
  for (const [, count] of listed) restRecords -= count;
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
