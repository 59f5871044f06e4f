/**
 * The string kernels of scoring, equal to DuckDB's `jaro_winkler_similarity` and `damerau_levenshtein` for ASCII. They
 * count UTF-16 units, where DuckDB counts the bytes of UTF-8: there `é` and `e` are two edits apart, and strangers in
 * Arabic half alike, as their letters begin with the same bytes. A letter beyond the basic plane counts as two.
 *
 * They allocate nothing for names. Scratch is kept between calls, which is safe as no kernel calls another and
 * JavaScript runs one at a time.
 */

const UNITS = 0x10000;

const PREFIX_MAX = 4;
const PREFIX_SCALE = 0.1;
/** Below this Jaro similarity a common prefix proves nothing; DuckDB, which Splink runs on, draws the same line. */
const PREFIX_JARO_MIN = 0.7;

/**
 * Jaro-Winkler similarity, 0 to 1: half-transpositions are rounded down and the prefix counts only above a Jaro of
 * 0.7, as in DuckDB. An empty string is similar to nothing. Source: Winkler 1990.
 */
export function jaroWinkler(a: string, b: string): number {
  const fits = a.length <= WORD_PLACES_MAX && b.length <= WORD_PLACES_MAX;
  const jaro = fits ? jaroInWord(a, b) : jaroByFlags(a, b);
  if (jaro <= PREFIX_JARO_MIN) return jaro;
  const prefixMax = Math.min(PREFIX_MAX, a.length, b.length);
  let prefix = 0;
  while (prefix < prefixMax && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

/** How far apart two places may be whose letters match. */
const reachOf = (a: string, b: string): number => Math.max(0, (Math.max(a.length, b.length) >> 1) - 1);

/** A text fits the bits of a signed word, its sign aside. */
const WORD_PLACES_MAX = 31;
/** Quotients of whole numbers up to WORD_PLACES_MAX: a division takes as long as three letters. */
const QUOTIENTS = Float64Array.from({ length: 32 * 32 }, (_, at) => (at >> 5) / (at & 31));
const quotient = (dividend: number, divisor: number): number => QUOTIENTS[(dividend << 5) | divisor] as number;

/** The text that `placesOf` and `unitsOf` are of. One name is mostly compared to many, one after another. */
let pattern = "";
/** By unit, the places where the pattern has it, as bits. */
const placesOf = new Int32Array(UNITS);
const unitsOf = new Uint16Array(WORD_PLACES_MAX);
/** Of the other text, the units that found a place, in order. */
const matched = new Uint16Array(WORD_PLACES_MAX + 1);

function takeAsPattern(text: string): void {
  for (let place = 0; place < pattern.length; place++) placesOf[unitsOf[place] as number] = 0;
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    unitsOf[place] = unit;
    placesOf[unit] = (placesOf[unit] as number) | (1 << place);
  }
  pattern = text;
}

/**
 * Bit-parallel: each letter of `b` takes the lowest free place of `a` that is within reach and has the same letter, in
 * a few operations whatever the reach, and without a branch that could be guessed wrong.
 */
function jaroInWord(a: string, b: string): number {
  if (a !== pattern) takeAsPattern(a);
  const lengthB = b.length;
  const reach = reachOf(a, b);
  let window = ~(-1 << (reach + 1));
  let taken = 0;
  let crossing = 0;
  let common = 0;
  for (let place = 0; place < lengthB; place++) {
    const unit = b.charCodeAt(place);
    const places = (placesOf[unit] as number) & window & ~taken;
    const lowest = places & -places;
    // A place taken above this one belongs to an earlier letter of b.
    crossing |= taken & -lowest;
    taken |= lowest;
    matched[common] = unit;
    common += -lowest >>> 31;
    // The window grows by one place at either end until its lower end leaves the first place.
    window = (window << 1) | ((place - reach) >>> 31);
  }
  if (common === 0) return 0;
  const transpositions = crossing === 0 ? 0 : outOfOrder(taken, common) >> 1;
  return (quotient(common, a.length) + quotient(common, lengthB) + quotient(common - transpositions, common)) / 3;
}

/** How many of the letters that match, each side's in its own order, are not the same. */
function outOfOrder(taken: number, common: number): number {
  let count = 0;
  for (let at = 0, places = taken; at < common; at++, places &= places - 1) {
    const place = 31 - Math.clz32(places & -places);
    if (unitsOf[place] !== matched[at]) count++;
  }
  return count;
}

/** The same for texts of any length, letter by letter. */
function jaroByFlags(a: string, b: string): number {
  const lengthA = a.length;
  const lengthB = b.length;
  const reach = reachOf(a, b);
  const taken = new Uint8Array(lengthB);
  const matches = new Uint16Array(lengthA);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    const unit = a.charCodeAt(i);
    const end = Math.min(lengthB, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (taken[j] === 0 && b.charCodeAt(j) === unit) {
        taken[j] = 1;
        matches[common++] = unit;
        break;
      }
    }
  }
  if (common === 0) return 0;
  let unlike = 0;
  for (let j = 0, k = 0; k < common; j++) {
    if (taken[j] === 0) continue;
    if (b.charCodeAt(j) !== matches[k]) unlike++;
    k++;
  }
  return (common / lengthA + common / lengthB + (common - (unlike >> 1)) / common) / 3;
}

/** The letters of a text as a set of 32 bits, made once a name, for `mayBeSimilar`. */
export function letterSet(text: string): number {
  let set = 0;
  for (let index = 0; index < text.length; index++) set |= 1 << (text.charCodeAt(index) & 31);
  return set;
}

/**
 * False where the letter sets and lengths alone show that Jaro-Winkler is at most 0.7, as for most pairs of strangers,
 * at a tenth of the cost of finding it out. Each letter that only one side has is one that can not be matched.
 */
export function mayBeSimilar(lettersA: number, lengthA: number, lettersB: number, lengthB: number): boolean {
  const commonMax = Math.min(lengthA - bitCount(lettersA & ~lettersB), lengthB - bitCount(lettersB & ~lettersA));
  // (common / lengthA + common / lengthB + 1) / 3 >= 0.7, in whole numbers.
  return 10 * commonMax * (lengthA + lengthB) >= 11 * lengthA * lengthB;
}

function bitCount(set: number): number {
  let count = set - ((set >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Damerau-Levenshtein distance, or `limit + 1` when it is greater than `limit`. Unrestricted, as in DuckDB: letters
 * that were swapped may have been edited between, so that `ca` and `abc` are 2 apart.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const over = limit + 1;
  let endA = a.length;
  let endB = b.length;
  if (Math.abs(endA - endB) > limit) return over;
  let start = 0;
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  // What is left of either begins and ends unlike the other.
  const restA = endA - start;
  const restB = endB - start;
  if (restA === 0 || restB === 0) return Math.min(over, restA + restB);
  if (restA === 1 && restB === 1) return Math.min(over, 1);
  if (limit < 2) {
    const isSwap =
      restA === 2 &&
      restB === 2 &&
      a.charCodeAt(start) === b.charCodeAt(start + 1) &&
      a.charCodeAt(start + 1) === b.charCodeAt(start);
    return isSwap ? Math.min(over, 1) : over;
  }
  const distance = distanceBetween(a, b, { start, endA, endB, limit });
  for (let i = start; i < endA; i++) lastRowOf[a.charCodeAt(i)] = 0;
  return distance;
}

/** By unit, the last row above the present one where it stands; all zero between calls. */
const lastRowOf = new Int32Array(UNITS);
const SCRATCH_LENGTH = 128;
type Rows = readonly [Int32Array, Int32Array, Int32Array];
const rowsOf = (length: number): Rows => [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
const scratchRows = rowsOf(SCRATCH_LENGTH + 1);

/**
 * The distance of what is left between the common prefix and suffix, row by row, given up once beyond the limit: the
 * least of a row never falls below that of the row above. Of the table of Lowrance and Wagner (1975) two rows are kept,
 * and the few cells that a swap may reach back to: it is best where the letters are neighbours on at least one side
 * (Zhao and Sahni, "String correction using the Damerau-Levenshtein distance", 2019).
 */
function distanceBetween(
  a: string,
  b: string,
  at: { start: number; endA: number; endB: number; limit: number },
): number {
  const { start, limit } = at;
  const heightA = at.endA - start;
  const widthB = at.endB - start;
  const over = limit + 1;
  const far = heightA + widthB;
  const [first, second, beforeSwap] = widthB <= SCRATCH_LENGTH ? scratchRows : rowsOf(widthB + 1);
  let up = first;
  let row = second;
  for (let j = 0; j <= widthB; j++) {
    row[j] = j;
    beforeSwap[j] = far;
  }
  for (let i = 1; i <= heightA; i++) {
    [up, row] = [row, up];
    const unit = a.charCodeAt(start + i - 1);
    let best = i;
    let left = i;
    /** The cell two rows up and one to the left of this, and that beside the last letter equal to this row's. */
    let twoUpLeft = row[0] as number;
    let besideMatch = far;
    let matchColumn = 0;
    row[0] = i;
    for (let j = 1; j <= widthB; j++) {
      const other = b.charCodeAt(start + j - 1);
      const twoUp = row[j] as number;
      let cost = Math.min(left, up[j] as number) + 1;
      if (unit === other) {
        cost = Math.min(cost, up[j - 1] as number);
        matchColumn = j;
        beforeSwap[j] = j > 1 ? (up[j - 2] as number) : far;
        besideMatch = twoUpLeft;
      } else {
        cost = Math.min(cost, (up[j - 1] as number) + 1);
        const matchRow = lastRowOf[other] as number;
        if (matchRow > 0 && matchColumn > 0) {
          if (j - matchColumn === 1) cost = Math.min(cost, (beforeSwap[j] as number) + i - matchRow);
          else if (i - matchRow === 1) cost = Math.min(cost, besideMatch + j - matchColumn);
        }
      }
      twoUpLeft = twoUp;
      row[j] = cost;
      left = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return over;
    lastRowOf[unit] = i;
  }
  return Math.min(over, row[widthB] as number);
}
