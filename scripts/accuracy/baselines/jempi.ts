import { learnOdds } from "./jempi-em.ts";
import { type BaselineRecord, plainDate, plainName, plainNhsNumber, plainPhone, plainSex } from "./record.ts";
import { ValueColumn } from "./value-column.ts";

/**
 * JeMPI's linker, written from the description of it: a record is scored against the golden records that fuzzy blocking
 * finds, field by field, each with one m and one u; the score is brought to 0..1 between the least and the most there
 * could be, and the best golden record at or above the threshold is joined, else a new one founded.
 *
 * Where the description is silent, or leaves it to whoever installs it, the reading that did best on our register:
 * - The fields and the blocking rule are those of its reference configuration, the NHS number in the place of its
 *   national id; the postcode, which that does not have, made it worse by far (relatives are joined).
 * - m and u are learned from the records by its EM (`jempi-em.ts`); the ones it ships did worse without NHS numbers. A
 *   field that no record has is not configured.
 * - A missing field adds nothing while the least and the most still count it, as described; leaving it out of all three
 *   gained less recall than it lost precision. So did its rule that an equal national id is a match.
 * - The margin of 0.1 only tells a reviewer: the best above the threshold is linked all the same. A tie goes to the
 *   earliest.
 * - Blocking takes every value within the edit distance; the trigram index that JeMPI finds them by may miss some.
 */

const ALIKE_MIN = 0.92;
const THRESHOLD = 0.65;
const DISTANCE_MAX = 3;
const PHONE_DISTANCE_MAX = 2;

type Field = {
  readonly column: string;
  readonly plain: (text: string | undefined) => string;
  /** Edit distance within which blocking finds a value; 0 where it does not look. */
  readonly distanceMax: number;
};

const GIVEN: Field = { column: "given_name", plain: plainName, distanceMax: DISTANCE_MAX };
const FAMILY: Field = { column: "family_name", plain: plainName, distanceMax: DISTANCE_MAX };
const CITY: Field = { column: "city", plain: plainName, distanceMax: DISTANCE_MAX };
const PHONE: Field = { column: "phone", plain: plainPhone, distanceMax: PHONE_DISTANCE_MAX };
const NUMBER: Field = { column: "nhs_number", plain: plainNhsNumber, distanceMax: DISTANCE_MAX };
const FIELDS: readonly Field[] = [
  GIVEN,
  FAMILY,
  { column: "sex", plain: plainSex, distanceMax: 0 },
  { column: "date_of_birth", plain: plainDate, distanceMax: 0 },
  CITY,
  PHONE,
  NUMBER,
];

/** The cluster of each record, numbered from 0 in order of founding. */
export function clusterByJempi(records: readonly BaselineRecord[]): Int32Array {
  const fields = FIELDS.filter(({ column, plain }) => records.some((record) => plain(record[column]) !== ""));
  const columns = fields.map(({ distanceMax }) => new ValueColumn(distanceMax, ALIKE_MIN));
  const values = fields.map(({ column, plain }, place) =>
    Int32Array.from(records, (record) => columns[place]?.numberOf(plain(record[column])) ?? 0),
  );
  const weights = learnOdds(values).map(({ m, u }) => ({
    agree: Math.log2(m / u),
    differ: Math.log2((1 - m) / (1 - u)),
  }));
  const persons = new GoldenRecords(fields, columns, weights);
  return Int32Array.from(records, (_, record) => persons.link(values.map((column) => column[record] ?? 0)));
}

type Weight = { readonly agree: number; readonly differ: number };
const NO_WEIGHT: Weight = { agree: 0, differ: 0 };
/** So that a score of exactly the threshold is never given up on the way. */
const ROUNDING = 1e-9;
const NOBODY: ReadonlySet<number> = new Set();

/** The persons there are: of each the golden record, whose fields are what most of its records say. */
class GoldenRecords {
  readonly #fields: readonly Field[];
  readonly #columns: readonly ValueColumn[];
  readonly #weights: readonly Weight[];
  readonly #least: number;
  readonly #most: number;
  /** The same, fields that agree oftener among strangers at their best too. */
  readonly #reachable: number;
  readonly #golden: number[][] = [];
  readonly #tallies: Map<number, number>[][] = [];
  /** By field, the golden records that have a value. */
  readonly #holders: Map<number, Set<number>>[];

  constructor(fields: readonly Field[], columns: readonly ValueColumn[], weights: readonly Weight[]) {
    this.#fields = fields;
    this.#columns = columns;
    this.#weights = weights;
    this.#least = weights.reduce((sum, { differ }) => sum + differ, 0);
    this.#most = weights.reduce((sum, { agree }) => sum + agree, 0);
    this.#reachable = weights.reduce((sum, { agree, differ }) => sum + Math.max(agree, differ, 0), 0);
    this.#holders = fields.map(() => new Map());
  }

  /** The person of a record, joined or founded; `values` by field, 0 for none. */
  link(values: readonly number[]): number {
    let best: number | undefined;
    let bestScore = THRESHOLD;
    for (const person of this.#candidates(values)) {
      const score = this.#score(values, person);
      const first = score === bestScore && (best === undefined || person < best);
      if (score > bestScore || first) [best, bestScore] = [person, score];
    }
    const person = best ?? this.#found();
    this.#join(person, values);
    return person;
  }

  #found(): number {
    this.#tallies.push(this.#fields.map(() => new Map()));
    return this.#golden.push(this.#fields.map(() => 0)) - 1;
  }

  /** Two of given name, family name and city near, or the telephone, or the number. */
  #candidates(values: readonly number[]): Set<number> {
    const given = this.#nearHolders(values, GIVEN);
    const family = this.#nearHolders(values, FAMILY);
    const found = this.#nearHolders(values, PHONE);
    for (const person of this.#nearHolders(values, NUMBER)) found.add(person);
    const city = this.#fields.indexOf(CITY);
    const cities = new Set(this.#columns[city]?.near(values[city] ?? 0));
    const isInCity = (person: number): boolean => cities.has(this.#golden[person]?.[city] ?? 0);
    for (const person of given) if (family.has(person) || isInCity(person)) found.add(person);
    for (const person of family) if (isInCity(person)) found.add(person);
    return found;
  }

  #nearHolders(values: readonly number[], of: Field): Set<number> {
    const field = this.#fields.indexOf(of);
    const persons = new Set<number>();
    for (const value of this.#columns[field]?.near(values[field] ?? 0) ?? []) {
      for (const person of this.#holders[field]?.get(value) ?? NOBODY) persons.add(person);
    }
    return persons;
  }

  /**
   * What agrees and differs, between the least and the most there could be: 0 to 1, missing fields adding nothing; 0 as
   * soon as the threshold is out of reach.
   */
  #score(values: readonly number[], person: number): number {
    const golden = this.#golden[person] ?? values;
    let score = 0;
    let reachable = this.#reachable;
    const needed = this.#least + THRESHOLD * (this.#most - this.#least) - ROUNDING;
    for (let field = 0; field < values.length; field++) {
      const left = values[field] ?? 0;
      const right = golden[field] ?? 0;
      const { agree, differ } = this.#weights[field] ?? NO_WEIGHT;
      reachable -= Math.max(agree, differ, 0);
      if (left !== 0 && right !== 0) score += this.#columns[field]?.isAlike(left, right) ? agree : differ;
      if (score + reachable < needed) return 0;
    }
    return (score - this.#least) / (this.#most - this.#least);
  }

  /** Each field of the golden record is what most of its records say; a tie leaves it as it was. */
  #join(person: number, values: readonly number[]): void {
    for (const [field, value] of values.entries()) {
      if (value === 0) continue;
      const tally = this.#tallies[person]?.[field];
      const golden = this.#golden[person];
      if (tally === undefined || golden === undefined) continue;
      const count = (tally.get(value) ?? 0) + 1;
      tally.set(value, count);
      const before = golden[field] ?? 0;
      if (before === value || count <= (tally.get(before) ?? 0)) continue;
      golden[field] = value;
      const holders = this.#holders[field];
      holders?.get(before)?.delete(person);
      if (holders?.has(value)) holders.get(value)?.add(person);
      else holders?.set(value, new Set([person]));
    }
  }
}
