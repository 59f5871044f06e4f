import { familySounds } from "../blocking/key-parts.ts";
import { bestRank } from "../comparisons/comparison.ts";
import { GIVEN_NAME_RANK, rankGivenNames } from "../comparisons/given-name.ts";
import { areTwoPeople, type GuardedLevels, nhsNumbersEqual, type Veto } from "../guards.ts";
import type { Prepared } from "../prepare.ts";
import { levelsOfRanked, vetoOfRanked } from "../score.ts";
import type { Scorer } from "../scorer.ts";

/** What guards say of a pair when everybody else on file is known. */
export type Verdict = {
  /** The guard that forbids to link the two without a person; undefined: none. */
  readonly veto: Veto | undefined;
  /** Two people beyond doubt: not even worth a question. */
  readonly areTwo: boolean;
};

/**
 * Guards that an equal NHS number answers, as long as nobody on file is the twin, or the parent, that they fear. Never
 * where two plainly different given names share a number: a twin's number on a twin is the commonest overlay of all.
 */
const ANSWERED_BY_NUMBER: ReadonlySet<Veto> = new Set(["twins", "given-name-missing", "parent-and-child"]);
const DATE_SAME = new Set(["exact", "exact-default"]);
/** Two parts of the date agree: as the national trace asks of a number that comes with the names. */
const DATE_HALF = new Set(["two-parts", "decade-slip"]);
/** Nobody has a child younger: years further apart may be a father's and a son's born on one day. */
const GENERATION_YEARS_MIN = 13;
const FAMILY_SAME = new Set(["exact", "close", "swapped", "part", "similar"]);

/**
 * The guards over a whole batch. A guard fears somebody who looks alike: a twin, a parent of the same name. Where two
 * records state one valid NHS number and their birth dates agree, that other person is only feared if they are on file:
 * a record of that family name with the birth date of one of the two, under another number, or under none and another
 * given name.
 */
export class GuardsInContext {
  readonly #records: readonly Prepared[];
  readonly #scorer: Scorer;
  /** By birth date and sound of the family name: who is on file. */
  readonly #onFile = new Map<string, Prepared[]>();

  constructor(records: readonly Prepared[], scorer: Scorer) {
    this.#records = records;
    this.#scorer = scorer;
    for (const record of records) {
      for (const key of keysOf(record)) {
        const namesakes = this.#onFile.get(key);
        if (namesakes) namesakes.push(record);
        else this.#onFile.set(key, [record]);
      }
    }
  }

  /** Of the records at two places. */
  judge(left: number, right: number): Verdict {
    const [a, b] = [this.#records[left] as Prepared, this.#records[right] as Prepared];
    this.#scorer.rank(a, b);
    const veto = vetoOfRanked(this.#scorer);
    if (veto === undefined) return { veto, areTwo: false };
    const levels = levelsOfRanked(this.#scorer);
    const isAnswered = ANSWERED_BY_NUMBER.has(veto) && isOneByNumber(a, b, levels) && !this.#isAnotherOnFile(a, b);
    return isAnswered ? { veto: undefined, areTwo: false } : { veto, areTwo: areTwoPeople(veto, levels) };
  }

  #isAnotherOnFile(a: Prepared, b: Prepared): boolean {
    for (const key of [...keysOf(a), ...keysOf(b)])
      for (const other of this.#onFile.get(key) ?? []) if (isAnother(other, a, b)) return true;
    return false;
  }
}

/** Whether two records state one valid number, and their names and birth dates do not speak against it. */
function isOneByNumber(a: Prepared, b: Prepared, levels: GuardedLevels): boolean {
  const { nhsNumber, familyName, givenName, birthDate } = levels;
  if (!nhsNumbersEqual(nhsNumber) || !FAMILY_SAME.has(familyName) || givenName === "else") return false;
  if (DATE_SAME.has(birthDate)) return true;
  const years = Math.abs((a.birthDate?.year ?? 0) - (b.birthDate?.year ?? 0));
  return DATE_HALF.has(birthDate) && years < GENERATION_YEARS_MIN;
}

/** Whether somebody on file is neither of the two: by the number, or where none is stated by the given name. */
function isAnother(other: Prepared, a: Prepared, b: Prepared): boolean {
  if (other.nhsNumber !== undefined && other.nhsNumber.trust !== "invalid")
    return other.nhsNumber.digits !== a.nhsNumber?.digits;
  const isNamedAs = ({ givens }: Prepared) => {
    const rank = bestRank(other.givens, givens, rankGivenNames);
    return rank >= 0 && rank < GIVEN_NAME_RANK.part;
  };
  return other.givens.length > 0 && !isNamedAs(a) && !isNamedAs(b);
}

const keysOf = ({ birthDate, families }: Prepared): string[] =>
  birthDate === undefined ? [] : families.flatMap(familySounds).map((sound) => `${birthDate.text}|${sound}`);
