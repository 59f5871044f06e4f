import { nhsNumberCheckDigit } from "@chesil/model";
import type { Random } from "./random.ts";

/** Numbers that are given out once: NHS numbers of the test range, and Ofcom's telephone numbers for drama. */

const TEST_RANGE = "999";
const TEST_RANGE_SIZE = 1_000_000;
/** Prime to the size of the range, so that stepping by it visits every number and neighbours lie far apart. */
const STEP = 618_033;

/**
 * NHS numbers 999 000 0000 to 999 999 9999, which are never issued, with right check digits and none twice: some
 * 909,000. A seed starts at its own place, so that small regions of different seeds seldom share a number.
 */
export class NhsNumberRegister {
  readonly #used = new Set<number>();
  #next: number;

  constructor(random: Random) {
    this.#next = random.between(0, TEST_RANGE_SIZE - 1);
  }

  /** A number from anywhere in the range. Throws a RangeError when all are given out. */
  issue(): string {
    for (let tries = 0; tries < TEST_RANGE_SIZE; tries++) {
      this.#next = (this.#next + STEP) % TEST_RANGE_SIZE;
      const number = this.#claim(this.#next);
      if (number !== undefined) return number;
    }
    throw new RangeError("The test range of NHS numbers is used up.");
  }

  /** The next free number after this one, as twins are given theirs. Throws a RangeError when there is none. */
  issueAfter(number: string): string {
    for (let middle = Number(number.slice(3, 9)) + 1; middle < TEST_RANGE_SIZE; middle++) {
      const following = this.#claim(middle);
      if (following !== undefined) return following;
    }
    return this.issue();
  }

  #claim(middle: number): string | undefined {
    if (this.#used.has(middle)) return undefined;
    const nine = TEST_RANGE + String(middle).padStart(6, "0");
    const check = nhsNumberCheckDigit(nine);
    // 999 999 9999 passes the check and is a placeholder.
    if (check === undefined || middle === TEST_RANGE_SIZE - 1) return undefined;
    this.#used.add(middle);
    return nine + check;
  }
}

/** Ofcom: never connected, for use in drama. One thousand numbers behind each prefix. */
const LANDLINE_PREFIXES: readonly string[] = `01632960 01134960 01144960 01154960 01164960 01174960 01184960 01214960
  01314960 01414960 01514960 01614960 01914980 02079460 02920180 03069990`.split(/\s+/);
const MOBILE_PREFIX = "07700900";
const NUMBERS_PER_PREFIX = 1000;

const range = (prefix: string): string[] =>
  Array.from({ length: NUMBERS_PER_PREFIX }, (_, last) => prefix + String(last).padStart(3, "0"));

/**
 * Telephone numbers of the drama ranges, each given once: 16,000 landlines and 1,000 mobiles. Sharing a number would
 * be false evidence, so in a larger region the people left over have none.
 */
export class TelephoneRegister {
  readonly #landlines: string[];
  readonly #mobiles: string[];

  constructor(random: Random) {
    this.#landlines = random.shuffled(LANDLINE_PREFIXES.flatMap(range));
    this.#mobiles = random.shuffled(range(MOBILE_PREFIX));
  }

  landline(): string | undefined {
    return this.#landlines.pop();
  }

  mobile(): string | undefined {
    return this.#mobiles.pop();
  }
}

export const MOBILE_NUMBERS = NUMBERS_PER_PREFIX;
export const LANDLINE_NUMBERS = LANDLINE_PREFIXES.length * NUMBERS_PER_PREFIX;
