import { nhsNumberCheckDigit } from "@chesil/model";
import type { Random } from "./random.ts";

/** Numbers that are given out once: NHS numbers of the test range, and Ofcom's telephone numbers for drama. */

/** 999 000 0000 to 999 999 9999: never issued, and kept for tests. */
const TEST_RANGE = "999";
/** In no country's list of issued ranges; for regions with more people than the test range has numbers. */
const UNLISTED_RANGES: readonly string[] = ["800", "801", "802", "803", "804", "805", "806", "807", "808", "809"];
const RANGE_SIZE = 1_000_000;
/** Prime to the size of the ranges, so that stepping by it visits every number and neighbours lie far apart. */
const STEP = 618_033;

/**
 * Valid NHS numbers, none twice: of the test range only (some 909,000), or of the unlisted ranges too (some ten
 * million), which may be made while a program runs and must never be kept in a repository. A seed starts at its own
 * place, so that small regions of different seeds seldom share a number.
 */
export class NhsNumberRegister {
  readonly #ranges: readonly string[];
  readonly #used: Uint8Array;
  #next: number;

  constructor(random: Random, numbers: "test-range" | "unlisted" = "test-range") {
    this.#ranges = numbers === "unlisted" ? [TEST_RANGE, ...UNLISTED_RANGES] : [TEST_RANGE];
    this.#used = new Uint8Array(this.#ranges.length * RANGE_SIZE);
    this.#next = random.between(0, RANGE_SIZE - 1);
  }

  /** A number from anywhere in the ranges. Throws a RangeError when all are given out. */
  issue(): string {
    const size = this.#used.length;
    for (let tries = 0; tries < size; tries++) {
      this.#next = (this.#next + STEP) % size;
      const number = this.#claim(this.#next);
      if (number !== undefined) return number;
    }
    throw new RangeError("The range of NHS numbers is used up.");
  }

  /** The next free number after this one, as twins are given theirs. Throws a RangeError when there is none. */
  issueAfter(number: string): string {
    const range = this.#ranges.indexOf(number.slice(0, 3)) * RANGE_SIZE;
    for (let place = range + Number(number.slice(3, 9)) + 1; place < range + RANGE_SIZE; place++) {
      const following = this.#claim(place);
      if (following !== undefined) return following;
    }
    return this.issue();
  }

  #claim(place: number): string | undefined {
    if (this.#used[place] !== 0) return undefined;
    const middle = place % RANGE_SIZE;
    const nine = `${this.#ranges[Math.floor(place / RANGE_SIZE)] ?? TEST_RANGE}${String(middle).padStart(6, "0")}`;
    const check = nhsNumberCheckDigit(nine);
    // 999 999 9999 passes the check and is a placeholder.
    if (check === undefined || nine === "999999999") return undefined;
    this.#used[place] = 1;
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
