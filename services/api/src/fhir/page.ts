/**
 * One page of what was found, without those who may not be found: they are taken out before anything is counted or cut, so
 * that no total, short page or extra link tells that they are there (law 10).
 */

/** Ids read at once; also where counting stops: above it a search has no total. The read gate is asked for no more. */
export const FOUND_MAX = 1_000;
/** Reads for one page. More are only needed where thousands in a row opted out. */
const READS_MAX = 20;

export type Found<Id> = { readonly id: Id; readonly personId: string };

export type Page<Id> = {
  readonly ids: readonly Id[];
  readonly hasMore: boolean;
  /** Matches of the whole search; null when there are more than are counted, or this is not its first page. */
  readonly total: number | null;
};

/**
 * @param find what matches, in a fixed order, after an id or from the start; at most `limit`.
 * @param withoutOptedOut the read gate's: which of the persons have not opted out, and may be found by this search.
 */
export async function visiblePage<Id>(search: {
  readonly find: (after: Id | null, limit: number) => Promise<readonly Found<Id>[]>;
  readonly withoutOptedOut: (personIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly after: Id | null;
  readonly count: number;
}): Promise<Page<Id>> {
  const isFirst = search.after === null;
  // The first page counts, so it reads as far as counting goes; a later one needs itself and one more.
  const ids: Id[] = [];
  let after = search.after;
  for (let reads = 0; reads < READS_MAX; reads++) {
    const limit = isFirst || reads > 0 ? FOUND_MAX : search.count + 1;
    const found = await search.find(after, limit);
    const visible = await search.withoutOptedOut([...new Set(found.map((each) => each.personId))]);
    ids.push(...found.filter((each) => visible.has(each.personId)).map((each) => each.id));
    const isWhole = found.length < limit;
    if (isWhole || ids.length > search.count) {
      const total = isFirst && reads === 0 && isWhole ? ids.length : null;
      return { ids: ids.slice(0, search.count), hasMore: ids.length > search.count, total };
    }
    after = found.at(-1)?.id ?? after;
  }
  throw new RangeError(`A page was not filled in ${READS_MAX} reads: nearly everybody in them opted out.`);
}
