/**
 * What a condition of Splink's comparison library asks, whatever dialect wrote it (DuckDB, Spark and the others name
 * the same functions differently). The forms are those of comparison_level_library.py, 4.0.17.
 */
export type Condition =
  | { readonly kind: "else" }
  | { readonly kind: "equal"; readonly column: string }
  | { readonly kind: "similar"; readonly column: string; readonly min: number }
  | { readonly kind: "edits"; readonly column: string; readonly max: number }
  /** Equal by the first part of the text that a pattern takes out. */
  | { readonly kind: "beginning"; readonly column: string; readonly part: "sector" | "outcode" | "area" | "local" }
  | { readonly kind: "days"; readonly column: string; readonly max: number }
  /** The same of a part of the text, of sounds, or of lists: coarser than any level but `else`. */
  | { readonly kind: "coarse"; readonly column: string };

const NAME = String.raw`(?:lower\(|upper\(|trim\()*["\`]?([\w .-]+?)_[lr]["\`]?\)*`;
const pair = (open: string, close: string) => new RegExp(`^${open}${NAME}, ?${NAME}${close}$`, "i");

const EQUAL = new RegExp(`^${NAME} = ${NAME}$`, "i");
const SIMILAR = pair(
  String.raw`(?:jaro_winkler_similarity|jaro_winkler|jaro_winkler_sim|jaro_similarity|jaro_sim|jaro)\(`,
  String.raw`\) >= ([\d.]+)`,
);
const EDITS = pair(String.raw`(?:levenshtein|damerau_levenshtein|editdist3)\(`, String.raw`\) <= (\d+)`);
const EXTRACT = String.raw`NULLIF\(regexp_extract\(${NAME}, '(.+?)', 0\), ''\)`;
const BEGINNING = new RegExp(`^${EXTRACT} = ${EXTRACT}$`, "i");
const COARSE = new RegExp(`^jaro_winkler_similarity\\(${EXTRACT}, ${EXTRACT}\\) >= [\\d.]+$`, "i");
const SHARED = new RegExp(`^(?:array_length|list_length|len)\\(list_intersect\\(${NAME}, ${NAME}\\)\\) >= \\d+$`, "i");
const SECONDS = /^ABS\(EPOCH\((?:try_strptime\()?["`]?([\w .-]+?)_[lr]["`]?.*\) <= ([\d.]+)$/i;
const SECONDS_A_DAY = 86_400;

/** The patterns by which PostcodeComparison and EmailComparison take a text apart. */
const BEGINNINGS: Readonly<Record<string, "sector" | "outcode" | "area" | "local">> = {
  "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]": "sector",
  "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?": "outcode",
  "^[A-Za-z]{1,2}": "area",
  "^[^@]+": "local",
};

/** Undefined for a condition that is none of those: a custom one, or one over two columns. */
export function recogniseCondition(sql: string): Condition | undefined {
  const text = sql.trim().replace(/\s+/g, " ");
  if (text.toUpperCase() === "ELSE") return { kind: "else" };
  const equal = oneColumn(EQUAL.exec(text));
  if (equal) return { kind: "equal", column: equal.column };
  const similar = oneColumn(SIMILAR.exec(text));
  if (similar) return { kind: "similar", column: similar.column, min: Number(similar.rest) };
  const edits = oneColumn(EDITS.exec(text));
  if (edits) return { kind: "edits", column: edits.column, max: Number(edits.rest) };
  const beginning = BEGINNING.exec(text);
  if (beginning) return beginningOf(beginning);
  const seconds = SECONDS.exec(text);
  if (seconds?.[1]) return { kind: "days", column: seconds[1], max: Number(seconds[2]) / SECONDS_A_DAY };
  const column = COARSE.exec(text)?.[1] ?? oneColumn(SHARED.exec(text))?.column;
  return column === undefined ? undefined : { kind: "coarse", column };
}

/** Both sides must name one column: `first_name_l = surname_r` is a swap. */
function oneColumn(match: RegExpExecArray | null): { column: string; rest: string | undefined } | undefined {
  const [, left, right, rest] = match ?? [];
  return left !== undefined && left.toLowerCase() === right?.toLowerCase() ? { column: left, rest } : undefined;
}

function beginningOf([, left, pattern, right, otherPattern]: RegExpExecArray): Condition | undefined {
  if (left === undefined || left !== right || pattern !== otherPattern) return undefined;
  const part = BEGINNINGS[pattern ?? ""];
  return part ? { kind: "beginning", column: left, part } : { kind: "coarse", column: left };
}
