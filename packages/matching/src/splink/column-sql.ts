/**
 * What a comparison is in SQL (DuckDB). Conditions are tried in this order, which need not be that of the levels: a
 * level that Splink is to find by `x_l = x_r` alone, as it must for term frequencies, comes after its exceptions.
 */
export type ComparisonSql = {
  readonly missing: string;
  readonly levels: readonly LevelSql[];
};

export type LevelSql = {
  readonly level: string;
  readonly sql: string;
  /** What the condition does not say of the level. */
  readonly approximates?: string;
};

/** The two sides of a column in a Splink condition. */
export type Sides = { readonly l: string; readonly r: string };

export function sidesOf(column: string): Sides {
  const plain = /^[a-z_][a-z0-9_]*$/.test(column);
  const named = (side: string) => (plain ? column + side : `"${column.replaceAll('"', '""')}${side}"`);
  return { l: named("_l"), r: named("_r") };
}

/** The same expression of each side. */
export const both = ({ l, r }: Sides, expression: (value: string) => string): Sides => ({
  l: expression(l),
  r: expression(r),
});

export const equal = ({ l, r }: Sides): string => `${l} = ${r}`;
export const isNull = ({ l, r }: Sides): string => `${l} IS NULL OR ${r} IS NULL`;
export const similarity = ({ l, r }: Sides, min: number): string => `jaro_winkler_similarity(${l}, ${r}) >= ${min}`;
export const withinEdits = ({ l, r }: Sides, max: number): string => `damerau_levenshtein(${l}, ${r}) <= ${max}`;
export const all = (...conditions: readonly string[]): string => conditions.map((each) => `(${each})`).join(" AND ");
export const some = (...conditions: readonly string[]): string => conditions.map((each) => `(${each})`).join(" OR ");
/** Of a null a condition is neither true nor false; what is not known to hold does not hold. */
export const not = (condition: string): string => `NOT coalesce(${condition}, FALSE)`;
/** What no pair comes out at, written so that it stands for the column. */
export const never = (sides: Sides): string => all(equal(sides), "1 = 0");

/** The words of at least so many letters. */
export const words = (value: string, lengthMin = 1): string => `regexp_extract_all(${value}, '[^ ]{${lengthMin},}')`;
export const withoutGaps = (value: string): string => `replace(${value}, ' ', '')`;

/** Jaro-Winkler of at least 0.92, or one edit in names long enough that an edit makes no other name. */
export const isClose = (sides: Sides): string =>
  some(similarity(sides, 0.92), all(`length(${sides.l}) >= 5`, `length(${sides.r}) >= 5`, withinEdits(sides, 1)));
