import type { KnownRow, StatedFact } from "@chesil/store";

/** Fewer rows may withdraw what they stated without being asked about it, whatever their share: small feeds change. */
const LOSING_ROWS_MIN = 10;
/** So many have less of a kind, and nobody else has any: the last ones may all end on one day. */
const LAST_ROWS_MIN = 3;

/** How many rows of the feed state facts of a kind, and how many of them the file has. */
export type Stating = { readonly stating: number; readonly present: number };

/** What the rows of a file no longer state: a column, or a mapping, that means something else withdraws from everybody. */
export class Losses {
  readonly #rows = new Set<string>();
  /** By kind of fact, the rows that state fewer of it; true: and none. */
  readonly #rowsByKind = new Map<string, Map<string, boolean>>();

  /** Rows that no longer state something that they stated. */
  get rows(): number {
    return this.#rows.size;
  }

  /** @param kinds of the facts that the row states now. */
  note(known: KnownRow, withdrawn: readonly StatedFact[], kinds: Iterable<string>): void {
    if (withdrawn.length === 0) return;
    this.#rows.add(known.key);
    const before = Map.groupBy(known.stated, ({ kind }) => kind);
    const after = Map.groupBy(kinds, (kind) => kind);
    for (const [kind, { length }] of before) {
      const left = after.get(kind)?.length ?? 0;
      if (kind === "" || left >= length) continue;
      const rows = this.#rowsByKind.get(kind) ?? new Map<string, boolean>();
      this.#rowsByKind.set(kind, rows.set(known.key, left === 0));
    }
  }

  /**
   * What is more than may be so without anybody being asked, in words; undefined: nothing.
   *
   * Of an extract of what has changed the rows that it has are counted, of a whole one all, with those that are gone.
   * @param stating by kind of fact. @param all how many rows there are, and how many of them are gone.
   */
  tooMany(
    stating: ReadonlyMap<string, Stating>,
    { known, gone, isFull }: { readonly known: number; readonly gone: number; readonly isFull: boolean },
    shareMax: number,
  ): string | undefined {
    const share = shareOf(shareMax);
    if (this.rows >= LOSING_ROWS_MIN && this.rows + gone > known * shareMax)
      return `${this.rows} of ${known} rows no longer state what they stated, ${share} with those that are gone.`;
    for (const [kind, rows] of this.#rowsByKind) {
      const { stating: all, present } = stating.get(kind) ?? { stating: rows.size, present: rows.size };
      const [lost, of] = isFull ? [rows.size + all - present, all] : [rows.size, present];
      const isNone = [...rows.values()].every(Boolean);
      const isLast = isNone && lost >= LAST_ROWS_MIN && lost >= all;
      if (!isLast && !isMany(lost, of, shareMax)) continue;
      const what = isNone ? "state none any more" : "state fewer, or none any more";
      return `${lost} of the ${of} rows that state a fact of the kind ${kind} ${what}${isLast ? "" : `, ${share}`}.`;
    }
    return undefined;
  }
}

/** The kind of fact that would go with rows that are gone, in words; undefined: no more of any than may. */
export function goneOfKind(stating: ReadonlyMap<string, Stating>, shareMax: number): string | undefined {
  for (const [kind, { stating: all, present }] of stating) {
    const gone = all - present;
    const isLast = gone >= LAST_ROWS_MIN && present === 0;
    if (isLast || isMany(gone, all, shareMax))
      return `${gone} of the ${all} rows that state a fact of the kind ${kind} are gone${isLast ? "" : `, ${shareOf(shareMax)}`}.`;
  }
  return undefined;
}

const isMany = (rows: number, of: number, shareMax: number): boolean => rows >= LOSING_ROWS_MIN && rows > of * shareMax;

const shareOf = (shareMax: number): string => `more than ${Math.round(shareMax * 100)} %`;
