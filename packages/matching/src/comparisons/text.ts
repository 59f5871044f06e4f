import { compact, fold, words } from "../fold.ts";
import { jaroWinkler, letterSet, mayBeSimilar } from "../similarity.ts";
import { type Comparison, oneValue } from "./comparison.ts";
import { isClose } from "./family-name.ts";

/** A value of a column that has no comparison of its own: folded, with its words. */
export type PreparedText = {
  readonly raw: string;
  readonly text: string;
  readonly words: readonly string[];
  readonly letters: number;
  readonly length: number;
};

/** How a declared column is compared. */
export const TEXT_KINDS = {
  exact: ["exact", "else"],
  fuzzy: [
    "exact",
    /** One slip apart, or Jaro-Winkler at least 0.92. */
    "close",
    /** A word in common, of three letters or more. */
    "part",
    /** Jaro-Winkler at least 0.8. */
    "similar",
    "else",
  ],
} as const;
export type TextKind = keyof typeof TEXT_KINDS;

const PLACEHOLDER = /^(unknown|not known|not stated|none|null|n a|na|nan|nil|tbc|x+)$/;
const WORD_LENGTH_MIN = 3;
const SIMILAR_SIMILARITY_MIN = 0.8;

/** Undefined for nothing and for what stands for it. */
export function prepareText(raw: string): PreparedText | undefined {
  const folded = fold(raw);
  if (folded === "" || PLACEHOLDER.test(folded)) return undefined;
  const text = compact(folded);
  const long = words(folded).filter((word) => word.length >= WORD_LENGTH_MIN);
  return { raw, text, words: long, letters: letterSet(text), length: text.length };
}

/** The comparison of the declared column at that place among a record's extras. */
export function textComparison(name: string, kind: TextKind, place: number): Comparison {
  return oneValue<PreparedText>({
    name,
    levels: TEXT_KINDS[kind],
    of: (record) => record.extras[place],
    rankOf: kind === "exact" ? (a, b) => (isEqual(a, b) ? 0 : 1) : rankFuzzy,
    textOf: ({ raw }) => raw,
    termOf: ({ text }) => text,
  });
}

const isEqual = (a: PreparedText, b: PreparedText): boolean =>
  a === b || (a.letters === b.letters && a.text === b.text);

function rankFuzzy(a: PreparedText, b: PreparedText): number {
  if (isEqual(a, b)) return 0;
  const similarity = mayBeSimilar(a.letters, a.length, b.letters, b.length) ? jaroWinkler(a.text, b.text) : 0;
  if (similarity > 0 && isClose(a.text, b.text, similarity)) return 1;
  if ((a.words.length > 1 || b.words.length > 1) && a.words.some((word) => b.words.includes(word))) return 2;
  return similarity >= SIMILAR_SIMILARITY_MIN ? 3 : 4;
}
