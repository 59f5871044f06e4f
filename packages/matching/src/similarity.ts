/**
 * The string kernels of scoring. They allocate nothing for strings up to `SCRATCH_LENGTH` characters: scratch is kept
 * between calls, which is safe as no kernel calls another and JavaScript runs one at a time.
 */

const SCRATCH_LENGTH = 128;
const flagsOfB = new Uint8Array(SCRATCH_LENGTH);
const matchedOfA = new Uint16Array(SCRATCH_LENGTH);
type Rows = readonly [Uint16Array, Uint16Array, Uint16Array];
const rowsOf = (length: number): Rows => [new Uint16Array(length), new Uint16Array(length), new Uint16Array(length)];
const scratchRows = rowsOf(SCRATCH_LENGTH + 1);

const PREFIX_MAX = 4;
const PREFIX_SCALE = 0.1;
/** Below this Jaro similarity a common prefix proves nothing; DuckDB, which Splink runs on, draws the same line. */
const PREFIX_JARO_MIN = 0.7;

/**
 * Jaro-Winkler similarity, 0 to 1, over UTF-16 units: half-transpositions are rounded down and the prefix counts
 * only above a Jaro of 0.7, as in DuckDB. An empty string is similar to nothing.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return a === "" ? 0 : 1;
  const jaro = jaroSimilarity(a, b);
  if (jaro <= PREFIX_JARO_MIN) return jaro;
  const prefixMax = Math.min(PREFIX_MAX, a.length, b.length);
  let prefix = 0;
  while (prefix < prefixMax && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

/** The letters of a text as a set of 32 bits, made once a name, for `mayBeSimilar`. */
export function letterSet(text: string): number {
  let set = 0;
  for (let index = 0; index < text.length; index++) set |= 1 << (text.charCodeAt(index) & 31);
  return set;
}

/**
 * False where the letters alone show that Jaro-Winkler is at most 0.7, as for most pairs of strangers, at a tenth of
 * the cost of finding it out. Each letter that only one side has is one that can not be matched.
 */
export function mayBeSimilar(a: string, lettersOfA: number, b: string, lettersOfB: number): boolean {
  const commonMax = Math.min(
    a.length - bitCount(lettersOfA & ~lettersOfB),
    b.length - bitCount(lettersOfB & ~lettersOfA),
  );
  return commonMax / a.length + commonMax / b.length + 1 > 3 * PREFIX_JARO_MIN;
}

function bitCount(set: number): number {
  let count = set - ((set >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function jaroSimilarity(a: string, b: string): number {
  const lengthA = a.length;
  const lengthB = b.length;
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  const taken = lengthB <= SCRATCH_LENGTH ? flagsOfB.fill(0, 0, lengthB) : new Uint8Array(lengthB);
  const matched = lengthA <= SCRATCH_LENGTH ? matchedOfA : new Uint16Array(lengthA);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    const unit = a.charCodeAt(i);
    const end = Math.min(lengthB, i + reach + 1);
    for (let j = i > reach ? i - reach : 0; j < end; j++) {
      if (taken[j] === 0 && b.charCodeAt(j) === unit) {
        taken[j] = 1;
        matched[common++] = unit;
        break;
      }
    }
  }
  if (common === 0) return 0;
  let outOfOrder = 0;
  for (let j = 0, k = 0; k < common; j++) {
    if (taken[j] === 0) continue;
    if (b.charCodeAt(j) !== matched[k]) outOfOrder++;
    k++;
  }
  const transpositions = outOfOrder >> 1;
  return (common / lengthA + common / lengthB + (common - transpositions) / common) / 3;
}

/**
 * Damerau-Levenshtein distance in its optimal string alignment form (a pair of neighbours swapped counts one, and is
 * not edited again), or `limit + 1` when it is greater than `limit`. Over UTF-16 units.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  let start = 0;
  let endA = a.length;
  let endB = b.length;
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  return distanceBetween(a, b, { start, endA, endB, limit });
}

/** The distance of what is left between the common prefix and suffix, row by row, given up once beyond the limit. */
function distanceBetween(
  a: string,
  b: string,
  at: { start: number; endA: number; endB: number; limit: number },
): number {
  const { start, limit } = at;
  const heightA = at.endA - start;
  const widthB = at.endB - start;
  const over = limit + 1;
  if (heightA === 0 || widthB === 0) return Math.min(over, heightA + widthB);
  let [twoUp, up, row] = widthB <= SCRATCH_LENGTH ? scratchRows : rowsOf(widthB + 1);
  for (let j = 0; j <= widthB; j++) up[j] = j;
  for (let i = 1; i <= heightA; i++) {
    row[0] = i;
    let best = i;
    const unit = a.charCodeAt(start + i - 1);
    for (let j = 1; j <= widthB; j++) {
      const other = b.charCodeAt(start + j - 1);
      let cost = Math.min((up[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (up[j - 1] ?? 0) + (unit === other ? 0 : 1));
      const swapped = i > 1 && j > 1 && unit === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === other;
      if (swapped) cost = Math.min(cost, (twoUp[j - 2] ?? 0) + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    // A later row can undercut this one only through a swap, which reaches back two rows: one more row decides.
    if (best > limit + 1) return over;
    [twoUp, up, row] = [up, row, twoUp];
  }
  return Math.min(over, up[widthB] ?? over);
}
