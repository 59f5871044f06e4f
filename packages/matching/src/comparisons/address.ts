import { fold, words } from "../fold.ts";
import { jaroWinkler, letterSet, mayBeSimilar } from "../similarity.ts";
import { anyValue, bestRank } from "./comparison.ts";

/** One address without its town and postcode, in the pieces that are compared. */
export type PreparedAddress = {
  readonly raw: string;
  readonly text: string;
  /** `12`, `4a`: the words that hold a digit, in order. */
  readonly numbers: readonly string[];
  /** The words that name the place: no digits, no `road`, no `flat`. */
  readonly names: readonly string[];
  readonly street: string;
  /** Of the street. */
  readonly letters: number;
  readonly length: number;
  /** The place names as a set of 32 bits, one to a name: two addresses that share no bit share no name. */
  readonly nameBits: number;
};

const ADDRESS_LEVELS = [
  /** The same numbers and the same place names, whatever either side adds. */
  "exact",
  /** The same numbers, and most of the names or a near spelling of them. */
  "similar",
  /** The same street, another or no number. */
  "street",
  "else",
] as const;

/** Words written in many ways, each to its short form; both Saint and Street are `st` in practice. */
const SHORT = new Map(
  Object.entries({
    street: "st",
    saint: "st",
    road: "rd",
    avenue: "ave",
    av: "ave",
    lane: "ln",
    drive: "dr",
    close: "cl",
    court: "ct",
    crescent: "cres",
    cresent: "cres",
    gardens: "gdns",
    garden: "gdns",
    place: "pl",
    square: "sq",
    terrace: "tce",
    terr: "tce",
    ter: "tce",
    grove: "gr",
    gro: "gr",
    park: "pk",
    mount: "mt",
    house: "hse",
    cottage: "cott",
    apartment: "flat",
    apt: "flat",
    unit: "flat",
    north: "n",
    south: "s",
    east: "e",
    west: "w",
  }),
);

/** Words that many addresses share and that alone show no common street. */
const COMMON = new Set("st rd ave ln dr cl ct cres gdns pl sq tce gr pk hse cott flat way the n s e w".split(" "));

/** Undefined where nothing names a place: a lone number, a lone town, "no fixed abode". */
export function prepareAddress(raw: string): PreparedAddress | undefined {
  const folded = words(fold(raw)).map((word) => SHORT.get(word) ?? word);
  const numbers = folded.filter((word) => /\d/.test(word));
  const names = folded.filter((word) => !/\d/.test(word) && !COMMON.has(word));
  const text = folded.join(" ");
  if (names.length === 0 || (numbers.length === 0 && folded.length < 2)) return undefined;
  if (/^(no fixed (abode|address)|not known|address (not known|unknown))$/.test(text)) return undefined;
  const street = names.join("");
  return {
    raw,
    text,
    numbers,
    names,
    street,
    letters: letterSet(street),
    length: street.length,
    nameBits: wordSet(names),
  };
}

/** Bits by the letters of each word and their places. */
function wordSet(names: readonly string[]): number {
  let set = 0;
  for (const name of names) {
    let hash = 0;
    for (let index = 0; index < name.length; index++) hash = Math.imul(hash, 31) + name.charCodeAt(index);
    set |= 1 << (Math.imul(hash, 0x9e3779b1) >>> 27);
  }
  return set;
}

export const addressComparison = anyValue<PreparedAddress>({
  name: "address",
  levels: ADDRESS_LEVELS,
  of: (record) => record.addresses,
  rank: (a, b) =>
    a.onlyAddress && b.onlyAddress ? rankOf(a.onlyAddress, b.onlyAddress) : bestRank(a.addresses, b.addresses, rankOf),
  rankOf,
  textOf: ({ raw }) => raw,
});

const STREET_SIMILARITY_MIN = 0.9;

function rankOf(a: PreparedAddress, b: PreparedAddress): number {
  if (a === b) return 0;
  if ((a.nameBits & b.nameBits) === 0) return !isNear(a, b) ? 3 : sameNumbers(a.numbers, b.numbers) ? 1 : 2;
  if (a.text === b.text) return 0;
  const [fewer, more] = a.names.length <= b.names.length ? [a.names, b.names] : [b.names, a.names];
  let shared = 0;
  for (const name of fewer) if (more.includes(name)) shared++;
  if (sameNumbers(a.numbers, b.numbers)) {
    if (shared === fewer.length && a.numbers.length > 0) return 0;
    if (shared * 2 >= fewer.length || isNear(a, b)) return 1;
    return 3;
  }
  return shared * 2 > fewer.length || isNear(a, b) ? 2 : 3;
}

const isNear = (a: PreparedAddress, b: PreparedAddress): boolean =>
  mayBeSimilar(a.letters, a.length, b.letters, b.length) && jaroWinkler(a.street, b.street) >= STREET_SIMILARITY_MIN;

const sameNumbers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((number) => b.includes(number));
