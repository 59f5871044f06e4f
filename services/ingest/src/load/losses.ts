import type { KnownRow, StatedFact } from "@chesil/store";

/** Fewer rows may withdraw what they stated without being asked about it, whatever their share: small feeds change. */
const LOSING_ROWS_MIN = 10;
/** So many have nothing of a kind any more, and nobody has: the last ones may all end on one day. */
const LAST_ROWS_MIN = 3;

/** What the rows of a file no longer state: a column, or a mapping, that means something else withdraws from everybody. */
export class Losses {
  readonly #rows = new Set<string>();
  /** By kind of fact, the rows that stated some and state none. */
  readonly #rowsByKind = new Map<string, Set<string>>();

  /** Rows that no longer state something that they stated. */
  get rows(): number {
    return this.#rows.size;
  }

  note(known: KnownRow, withdrawn: readonly StatedFact[], kinds: Iterable<string>): void {
    if (withdrawn.length === 0) return;
    this.#rows.add(known.key);
    const still = new Set(kinds);
    for (const { kind } of withdrawn) {
      if (kind === "" || still.has(kind)) continue;
      const rows = this.#rowsByKind.get(kind) ?? new Set();
      this.#rowsByKind.set(kind, rows.add(known.key));
    }
  }

  /**
   * What is more than may be so without anybody being asked, in words; undefined: nothing.
   *
   * @param stating how many rows state each kind. @param all how many there are, and how many of them are gone.
   */
  tooMany(
    stating: ReadonlyMap<string, number>,
    { known, gone }: { readonly known: number; readonly gone: number },
    shareMax: number,
  ): string | undefined {
    const share = `more than ${Math.round(shareMax * 100)} %`;
    if (this.rows >= LOSING_ROWS_MIN && this.rows + gone > known * shareMax)
      return `${this.rows} of ${known} rows no longer state what they stated, ${share} with those that are gone.`;
    for (const [kind, { size }] of this.#rowsByKind) {
      const before = stating.get(kind) ?? size;
      const isLast = size >= LAST_ROWS_MIN && size >= before;
      if (isLast || (size >= LOSING_ROWS_MIN && size > before * shareMax))
        return `${size} of the ${before} rows that state a fact of the kind ${kind} state none any more${isLast ? "" : `, ${share}`}.`;
    }
    return undefined;
  }
}
