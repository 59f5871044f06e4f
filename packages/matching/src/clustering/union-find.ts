/** Disjoint sets of 0 to `size` - 1, with path halving and union by size: near constant time for each operation. */
export type UnionFind = {
  /** The number that stands for a record's set. */
  find(record: number): number;
  /** Joins two sets; false where they were one already. */
  union(a: number, b: number): boolean;
};

export function unionFind(size: number): UnionFind {
  const parent = new Int32Array(size);
  const weight = new Int32Array(size).fill(1);
  for (let index = 0; index < size; index++) parent[index] = index;
  const find = (record: number): number => {
    let at = record;
    let up = parent[at] ?? at;
    while (up !== at) {
      const upper = parent[up] ?? up;
      parent[at] = upper;
      at = upper;
      up = parent[at] ?? at;
    }
    return at;
  };
  return {
    find,
    union(a, b) {
      let large = find(a);
      let small = find(b);
      if (large === small) return false;
      if ((weight[large] ?? 0) < (weight[small] ?? 0)) [large, small] = [small, large];
      parent[small] = large;
      weight[large] = (weight[large] ?? 0) + (weight[small] ?? 0);
      return true;
    },
  };
}
