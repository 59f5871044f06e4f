import { familySounds } from "../blocking/key-parts.ts";
import { isFirstOfYear } from "../comparisons/birth-date.ts";
import { bestRank } from "../comparisons/comparison.ts";
import { GIVEN_NAME_RANK, rankGivenNames } from "../comparisons/given-name.ts";
import { areTwoPeople, type GuardedLevels, nhsNumbersEqual, type PairGuards, type Veto, vetoOf } from "../guards.ts";
import { LargeMap } from "../large-map.ts";
import type { Prepared } from "../prepare.ts";
import { levelsOfRanked } from "../score.ts";
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
/** A given name that agrees, but is written otherwise: twins may be called so too. */
const GIVEN_BY_FORM = new Set(["nickname", "close"]);
/** Two parts of the date agree: as the national trace asks of a number that comes with the names. */
const DATE_HALF = new Set(["two-parts", "decade-slip"]);
/** Nobody has a child younger: years further apart may be a father's and a son's born on one day. */
const GENERATION_YEARS_MIN = 13;
const FAMILY_SAME = new Set(["exact", "close", "swapped", "part", "similar"]);

/**
 * The guards where it is known who else is on file. A guard fears somebody who looks alike: a twin, a parent of the same name. Where two
 * records state one valid NHS number and their birth dates agree, that other person is only feared if they are on file:
 * a record of that family name with the birth date of one of the two, under another number, or under none and another
 * given name.
 */
export class GuardsOnFile {
  readonly #namesakesOf: NamesakesOf;
  readonly #scorer: Scorer;

  constructor(namesakesOf: NamesakesOf, scorer: Scorer) {
    this.#namesakesOf = namesakesOf;
    this.#scorer = scorer;
  }

  judge(a: Prepared, b: Prepared): Verdict {
    this.#scorer.rank(a, b);
    const levels = levelsOfRanked(this.#scorer);
    const veto = this.#vetoOf(levels, a, b);
    return { veto, areTwo: areTwoPeople(veto, levels) };
  }

  /** The guards of two records, for `explain`: what they say of them as they are, or as they might be. */
  guardsOf(a: Prepared, b: Prepared): PairGuards {
    return (levels) => this.#vetoOf(levels, a, b);
  }

  #vetoOf(levels: GuardedLevels, a: Prepared, b: Prepared): Veto | undefined {
    const { guards } = this.#scorer.model;
    const veto = vetoOf(levels, guards) ?? (guards.includes("twins") ? this.#twinOnFile(levels, a, b) : undefined);
    return veto !== undefined && this.#isAnswered(veto, levels, a, b) ? undefined : veto;
  }

  /**
   * Evie Linda and Evelyn may be one, by the short form. But not once Evelyn Lisa is on file, born on the same day: the
   * given name of one is wholly hers, and she is not the other. Nor where several records hold to each of the two forms.
   */
  #twinOnFile({ givenName, nhsNumber }: GuardedLevels, a: Prepared, b: Prepared): Veto | undefined {
    if (!GIVEN_BY_FORM.has(givenName) || nhsNumber === "equal-verified") return undefined;
    const [likeA, likeB] = [this.#namedWhollyAs(a), this.#namedWhollyAs(b)];
    if (!likeA || !likeB) return "twins";
    const isTwin = likeA.some((one) => !isNamedAs(one, b)) || likeB.some((one) => !isNamedAs(one, a));
    return isTwin || (likeA.length > 0 && likeB.length > 0) ? "twins" : undefined;
  }

  /** Who else on file has the birth date, the family name and the very given name; undefined: among too many. */
  #namedWhollyAs(record: Prepared): Prepared[] | undefined {
    const namesakes = this.#namesakesOf(record);
    return (
      namesakes &&
      [...new Set(namesakes)].filter((other) => other !== record && givenRank(other, record) === GIVEN_NAME_RANK.exact)
    );
  }

  #isAnswered(veto: Veto, levels: GuardedLevels, a: Prepared, b: Prepared): boolean {
    if (!ANSWERED_BY_NUMBER.has(veto)) return false;
    return isOneByNumber(a, b, levels) && !this.#isAnotherOnFile(a, b);
  }

  #isAnotherOnFile(a: Prepared, b: Prepared): boolean {
    for (const record of [a, b]) {
      const namesakes = this.#namesakesOf(record);
      if (!namesakes) return true;
      for (const other of namesakes) if (isAnother(other, a, b)) return true;
    }
    return false;
  }
}

/**
 * Who on file has the record's birth date and a family name that sounds like its own; itself may be among them. One object
 * for each record on file, the same whenever it is asked for. Undefined: too many to look at, as with a default date; the
 * guards then fear that the other person is among them.
 */
export type NamesakesOf = (record: Prepared) => Iterable<Prepared> | undefined;

/** The same over a whole batch, whose records are known by their places. */
export class GuardsInContext {
  readonly #records: readonly Prepared[];
  readonly #guards: GuardsOnFile;

  constructor(records: readonly Prepared[], scorer: Scorer) {
    this.#records = records;
    this.#guards = new GuardsOnFile(namesakesAmong(records), scorer);
  }

  judge(left: number, right: number): Verdict {
    return this.#guards.judge(this.#records[left] as Prepared, this.#records[right] as Prepared);
  }

  guardsOf(left: number, right: number): PairGuards {
    return this.#guards.guardsOf(this.#records[left] as Prepared, this.#records[right] as Prepared);
  }
}

function namesakesAmong(records: readonly Prepared[]): NamesakesOf {
  const onFile = new LargeMap<string, Prepared[]>();
  for (const record of records) {
    for (const key of keysOf(record)) {
      const namesakes = onFile.get(key);
      if (namesakes) namesakes.push(record);
      else onFile.set(key, [record]);
    }
  }
  return (record) => keysOf(record).flatMap((key) => onFile.get(key) ?? []);
}

/** Whether two records state one valid number, and their names and birth dates do not speak against it. */
function isOneByNumber(a: Prepared, b: Prepared, levels: GuardedLevels): boolean {
  const { nhsNumber, familyName, givenName, birthDate } = levels;
  if (!nhsNumbersEqual(nhsNumber) || !FAMILY_SAME.has(familyName) || givenName === "else") return false;
  if (birthDate === "exact") return true;
  if (a.birthDate === undefined || b.birthDate === undefined || isFirstOfYear(a.birthDate)) return false;
  const years = Math.abs(a.birthDate.year - b.birthDate.year);
  return DATE_HALF.has(birthDate) && years < GENERATION_YEARS_MIN;
}

/** Whether somebody on file is neither of the two: by the number, or where none is stated by the given name. */
function isAnother(other: Prepared, a: Prepared, b: Prepared): boolean {
  if (other.nhsNumber !== undefined && other.nhsNumber.trust !== "invalid")
    return other.nhsNumber.digits !== a.nhsNumber?.digits;
  return other.givens.length > 0 && !isNamedAs(other, a) && !isNamedAs(other, b);
}

const givenRank = (a: Prepared, b: Prepared): number => bestRank(a.givens, b.givens, rankGivenNames);

function isNamedAs(a: Prepared, b: Prepared): boolean {
  const rank = givenRank(a, b);
  return rank >= 0 && rank < GIVEN_NAME_RANK["middle-differs"];
}

const keysOf = ({ birthDate, families }: Prepared): string[] =>
  birthDate === undefined ? [] : families.flatMap(familySounds).map((sound) => `${birthDate.text}|${sound}`);
