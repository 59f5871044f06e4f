/**
 * The text measures of the baselines, written here and not shared with the matcher they are compared to: a fault in
 * ours must not move theirs.
 */

const PREFIX_MAX = 4;
const PREFIX_SCALE = 0.1;

/** Jaro-Winkler similarity, 0 to 1, as Winkler (1990) gives it: the common prefix always counts. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return a === "" ? 0 : 1;
  const jaro = jaroSimilarity(a, b);
  let prefix = 0;
  while (prefix < PREFIX_MAX && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

function jaroSimilarity(a: string, b: string): number {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  let matched = "";
  for (let i = 0; i < a.length; i++) {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j++) {
      if (taken[j] === 1 || a[i] !== b[j]) continue;
      taken[j] = 1;
      matched += a.charAt(i);
      break;
    }
  }
  const common = matched.length;
  if (common === 0) return 0;
  let outOfOrder = 0;
  for (let j = 0, k = 0; j < b.length; j++) if (taken[j] === 1 && b[j] !== matched[k++]) outOfOrder++;
  return (common / a.length + common / b.length + (common - outOfOrder / 2) / common) / 3;
}

const SOUNDEX_CODES = "01230120022455012623010202";

/** American Soundex: the first letter and three digits; H and W do not part equal codes. "" when there is no letter. */
export function soundex(text: string): string {
  const letters = text.toUpperCase().replace(/[^A-Z]/g, "");
  if (letters === "") return "";
  let code = letters.charAt(0);
  let last = codeOf(letters.charAt(0));
  for (let index = 1; index < letters.length && code.length < 4; index++) {
    const letter = letters.charAt(index);
    const digit = codeOf(letter);
    if (digit !== "0" && digit !== last) code += digit;
    if (letter !== "H" && letter !== "W") last = digit;
  }
  return code.padEnd(4, "0");
}

const codeOf = (letter: string): string => SOUNDEX_CODES.charAt(letter.charCodeAt(0) - 65);

const WORD_BITS = 32;
const ALPHABET = 256;
const positions = new Int32Array(ALPHABET);

/**
 * Levenshtein distance of one text to many, of the last 32 characters of each, all of a column of the table at once
 * (Myers 1999 in Hyyrö's form); anything above `limit` once it must be greater. It reads from the end, where numbers of
 * one range differ. Characters are told apart by their last eight bits, which Latin letters and digits are.
 */
export function distancesTo(text: string, limit: number): (other: string) => number {
  const length = Math.min(WORD_BITS, text.length);
  const letterAt = (index: number): number => text.charCodeAt(text.length - 1 - index) & (ALPHABET - 1);
  return (other) => {
    if (length === 0) return other.length;
    for (let index = 0; index < length; index++) {
      const letter = letterAt(index);
      positions[letter] = (positions[letter] ?? 0) | (1 << index);
    }
    const distance = distanceOf(length, other, limit);
    for (let index = 0; index < length; index++) positions[letterAt(index)] = 0;
    return distance;
  };
}

/** The distance of the text whose letters stand in `positions`. */
function distanceOf(length: number, other: string, limit: number): number {
  const width = Math.min(WORD_BITS, other.length);
  const top = 1 << (length - 1);
  let positive = -1;
  let negative = 0;
  let distance = length;
  for (let left = width - 1; left >= 0; left--) {
    const equal = positions[other.charCodeAt(other.length - width + left) & (ALPHABET - 1)] ?? 0;
    const diagonal = (((equal & positive) + positive) ^ positive) | equal | negative;
    let up = negative | ~(diagonal | positive);
    let down = positive & diagonal;
    if ((up & top) !== 0) distance++;
    if ((down & top) !== 0) distance--;
    // Each character left can take one off at most.
    if (distance - left > limit) return distance;
    up = (up << 1) | 1;
    down <<= 1;
    positive = down | ~(diagonal | up);
    negative = up & diagonal;
  }
  return distance;
}

/**
 * The characters of a text as a set of 32 bits, a second and third of one kind apart: ten for each of three occurrences
 * of a digit. What only one of two sets has is less than their texts' distance, never more.
 */
export function letterSet(text: string): number {
  const seen = new Map<number, number>();
  let set = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const before = seen.get(unit) ?? 0;
    seen.set(unit, before + 1);
    set |= 1 << ((unit + 10 * before) & 31);
  }
  return set;
}

/** How many of the 32 are in a set. */
export function sizeOfSet(set: number): number {
  let count = set - ((set >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
