/** Reads for one page, and rows in each after the first: what a row names is asked of the read gate in one go. */
const READS_MAX = 20;
const ROWS_AT_ONCE = 500;

export type ShownPage<Row> = {
  readonly rows: readonly Row[];
  /** The row after which the next page begins; undefined: there is none. */
  readonly next: Row | undefined;
};

/**
 * A page of a list without what may not be shown, as full as if that were not there: it is taken out before anything is
 * cut, so that no short page and no further page tells of it (law 10). Only where thousands in a row may not be shown does a
 * page end early, and that singles nobody out.
 *
 * @param list.read rows in a fixed order, after one or from the start; at most `limit`.
 * @param list.shown those of the rows that may be shown, in their order; nothing leaves on the strength of it.
 */
export async function shownPage<Row>(list: {
  readonly read: (after: Row | undefined, limit: number) => Promise<readonly Row[]>;
  readonly shown: (rows: readonly Row[]) => Promise<readonly Row[]>;
  readonly size: number;
}): Promise<ShownPage<Row>> {
  const { size } = list;
  const rows: Row[] = [];
  let after: Row | undefined;
  for (let reads = 0; reads < READS_MAX; reads++) {
    const limit = reads === 0 ? size + 1 : ROWS_AT_ONCE;
    const batch = await list.read(after, limit);
    rows.push(...(await list.shown(batch)));
    if (rows.length > size) return { rows: rows.slice(0, size), next: rows[size - 1] };
    if (batch.length < limit) return { rows, next: undefined };
    after = batch.at(-1);
  }
  return { rows, next: after };
}
