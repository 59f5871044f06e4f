import { familySounds } from "../blocking/key-parts.ts";
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

/** Guards that an equal NHS number answers, as long as nobody on file is the twin, or the parent, that they fear. */
const ANSWERED_BY_NUMBER: ReadonlySet<Veto> = new Set(["twins", "given-name-missing", "parent-and-child"]);
const DATE_SAME = new Set(["exact", "exact-default"]);
/** Two parts of the date agree: as the national trace asks of a number that comes with the names. */
const DATE_HALF = new Set(["two-parts", "decade-slip"]);
const FAMILY_SAME = new Set(["exact", "close", "swapped", "part", "similar"]);

/**
 * The guards over a whole batch. A guard fears somebody who looks alike: a twin, a parent of the same name. Where two
 * records state one valid NHS number, that other person is only feared if they are on file: a record of that family name,
 * with the birth date of one of the two, under another number. Without a number, and without an agreeing birth date,
 * the guards stand as they are.
 */
export class GuardsInContext {
  readonly #records: readonly Prepared[];
  readonly #scorer: Scorer;
  /** By birth date and sound of the family name: the NHS numbers on file. */
  readonly #numbers = new Map<string, Set<string>>();

  constructor(records: readonly Prepared[], scorer: Scorer) {
    this.#records = records;
    this.#scorer = scorer;
    for (const record of records) {
      const { nhsNumber } = record;
      if (nhsNumber === undefined || nhsNumber.trust === "invalid") continue;
      for (const key of keysOf(record)) {
        const numbers = this.#numbers.get(key);
        if (numbers) numbers.add(nhsNumber.digits);
        else this.#numbers.set(key, new Set([nhsNumber.digits]));
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
    if (nhsNumbersEqual(levels.nhsNumber) && ANSWERED_BY_NUMBER.has(veto) && FAMILY_SAME.has(levels.familyName)) {
      if (isDated(veto, levels) && !this.#isAnotherOnFile(a, b)) return { veto: undefined, areTwo: false };
    }
    return { veto, areTwo: areTwoPeople(veto, levels) };
  }

  #isAnotherOnFile(a: Prepared, b: Prepared): boolean {
    for (const key of [...keysOf(a), ...keysOf(b)])
      for (const digits of this.#numbers.get(key) ?? []) if (digits !== a.nhsNumber?.digits) return true;
    return false;
  }
}

/** Whether the birth dates agree: wholly, or beside the same names in two parts. A year alone is no birth date. */
const isDated = (veto: Veto, { birthDate }: GuardedLevels): boolean =>
  DATE_SAME.has(birthDate) || (veto === "parent-and-child" && DATE_HALF.has(birthDate));

const keysOf = ({ birthDate, families }: Prepared): string[] =>
  birthDate === undefined ? [] : families.flatMap(familySounds).map((sound) => `${birthDate.text}|${sound}`);
