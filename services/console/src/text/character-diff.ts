/**
 * Which characters of two texts differ: by grapheme, so that an accent is one character. Capitals are no difference:
 * half the senders know no others.
 */

export type DiffPart = { text: string; same: boolean };
export type Diff = { left: DiffPart[]; right: DiffPart[] };

/** Beyond this many characters a side, the texts are shown as wholly different: the work grows with the product. */
const CHARACTERS_MAX = 1000;

const GRAPHEMES = new Intl.Segmenter("en-GB", { granularity: "grapheme" });

/** A stretch where both sides agree but for capitals, or where they do not. */
type Block = { same: boolean; left: string[]; right: string[] };

/** The parts of both texts, in order: joined, each side's parts are that text again; the `same` parts agree. */
export function characterDiff(left: string, right: string): Diff {
  const tooLong = left.length > CHARACTERS_MAX || right.length > CHARACTERS_MAX;
  const a = tooLong ? [left] : graphemes(left);
  const b = tooLong ? [right] : graphemes(right);
  const blocks = withoutCrumbs(blocksOf(a, b));
  return { left: partsOf(blocks, (block) => block.left), right: partsOf(blocks, (block) => block.right) };
}

/** Common start and end first: people compare from the ends, and a subsequence alone would match letters far apart. */
function blocksOf(a: string[], b: string[]): Block[] {
  let start = 0;
  while (start < a.length && start < b.length && alike(a[start], b[start])) start++;
  let end = 0;
  const endMax = Math.min(a.length, b.length) - start;
  while (end < endMax && alike(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
  const blocks: Block[] = [];
  add(blocks, true, a.slice(0, start), b.slice(0, start));
  addMiddle(blocks, a.slice(start, a.length - end), b.slice(start, b.length - end));
  add(blocks, true, a.slice(a.length - end), b.slice(b.length - end));
  return blocks;
}

/** The longest common subsequence of what lies between. */
function addMiddle(blocks: Block[], a: string[], b: string[]): void {
  const common = commonLengths(a, b);
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike(a[i], b[j])) {
      add(blocks, true, a.slice(i, i + 1), b.slice(j, j + 1));
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(common, i + 1, j) >= at(common, i, j + 1))) {
      add(blocks, false, a.slice(i, i + 1), []);
      i++;
    } else {
      add(blocks, false, [], b.slice(j, j + 1));
      j++;
    }
  }
}

/** common[i][j]: how many graphemes a from i and b from j have in common, in order. */
function commonLengths(a: string[], b: string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = rows[i];
      if (!row) continue;
      row[j] = alike(a[i], b[j]) ? at(rows, i + 1, j + 1) + 1 : Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
    }
  }
  return rows;
}

function alike(a: string | undefined, b: string | undefined): boolean {
  return a === b || a?.toLowerCase() === b?.toLowerCase();
}

function at(rows: Uint16Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

function add(blocks: Block[], same: boolean, left: string[], right: string[]): void {
  if (left.length === 0 && right.length === 0) return;
  const last = blocks.at(-1);
  if (last?.same === same) {
    last.left.push(...left);
    last.right.push(...right);
  } else blocks.push({ same, left: [...left], right: [...right] });
}

/** A lone equal letter between two longer differences is chance, and marks around it only confuse: part of them. */
function withoutCrumbs(blocks: Block[]): Block[] {
  const kept: Block[] = [];
  for (const [index, block] of blocks.entries()) {
    const crumb = block.same && isShorter(block, blocks[index - 1]) && isShorter(block, blocks[index + 1]);
    add(kept, block.same && !crumb, block.left, block.right);
  }
  return kept;
}

function isShorter(block: Block, neighbour: Block | undefined): boolean {
  return neighbour !== undefined && block.left.length < Math.max(neighbour.left.length, neighbour.right.length);
}

function partsOf(blocks: Block[], side: (block: Block) => string[]): DiffPart[] {
  return blocks.map((block) => ({ text: side(block).join(""), same: block.same })).filter((part) => part.text !== "");
}

function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), (piece) => piece.segment);
}
