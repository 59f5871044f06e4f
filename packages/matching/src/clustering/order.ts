/** The order of records by their content: numbers before texts. Equal keys stay as they are, and must be alike. */
export type ContentOrder = {
  /** The records in order; the given array is left alone. */
  sort(records: Iterable<number>): number[];
  compare(i: number, j: number): number;
  isForward(i: number, j: number): boolean;
};

export function contentOrder(orderOf: (record: number) => number | string): ContentOrder {
  const compare = (i: number, j: number): number => (i === j ? 0 : byKey(orderOf(i), orderOf(j)) || i - j);
  return {
    sort: (records) => {
      const sorted = [...records];
      if (sorted.length < 2) return sorted;
      const keyOf = new Map(sorted.map((record) => [record, orderOf(record)]));
      return sorted.sort((a, b) => byKey(keyOf.get(a) ?? 0, keyOf.get(b) ?? 0) || a - b);
    },
    compare,
    isForward: (i, j) => compare(i, j) <= 0,
  };
}

function byKey(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
