/** How many records each pair of (cluster, true person) shares: what every figure over clusters is counted from. */
export type Cell = {
  /** Records of one cluster that are one person. */
  readonly shared: number;
  /** Records of the whole cluster. */
  readonly cluster: number;
  /** Records of the whole person. */
  readonly person: number;
};

/**
 * The filled cells of the table clusters x true persons, in time and memory linear in the records. Records whose truth
 * is not known (below 0) are left out: they count neither in a cluster nor for a person.
 *
 * @param clusters cluster number by record
 * @param truth number of the true person by record, -1 where not known
 * @throws RangeError where the two differ in length
 */
export function contingencyCells(clusters: Int32Array, truth: Int32Array): Cell[] {
  sameLength(clusters, truth);
  const known = truth.map((_, record) => record).filter((record) => (truth[record] as number) >= 0);
  const persons = numberedFromZero(known.map((record) => truth[record] as number));
  const groups = numberedFromZero(known.map((record) => clusters[record] as number));
  const personSizes = sizes(persons);
  const starts = startsOf(groups);
  const sorted = sortedByGroup(groups, starts);
  const cells: Cell[] = [];
  const shared = new Int32Array(persons.count);
  for (let group = 0; group < groups.count; group++) {
    const from = starts[group] as number;
    const to = starts[group + 1] as number;
    for (let at = from; at < to; at++) {
      const person = persons.of[sorted[at] as number] as number;
      shared[person] = (shared[person] as number) + 1;
    }
    for (let at = from; at < to; at++) {
      const person = persons.of[sorted[at] as number] as number;
      const count = shared[person] as number;
      if (count === 0) continue;
      cells.push({ shared: count, cluster: to - from, person: personSizes[person] as number });
      shared[person] = 0;
    }
  }
  return cells;
}

type Numbered = { readonly of: Int32Array; readonly count: number };

/** @throws RangeError */
export function sameLength(clusters: Int32Array, truth: Int32Array): void {
  if (clusters.length === truth.length) return;
  throw new RangeError(`There are ${clusters.length} records in clusters and ${truth.length} with a truth.`);
}

/** The same grouping under the numbers 0, 1, 2 … in order of appearance. */
export function numberedFromZero(values: Int32Array): Numbered {
  const numbers = new Map<number, number>();
  const of = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(value, number);
    }
    of[index] = number;
  }
  return { of, count: numbers.size };
}

/** Members by number. */
export function sizes({ of, count }: Numbered): Int32Array {
  const members = new Int32Array(count);
  for (let index = 0; index < of.length; index++) {
    const number = of[index] as number;
    members[number] = (members[number] as number) + 1;
  }
  return members;
}

/** Where each group begins once the records are sorted by group, and the end of the last. */
export function startsOf(groups: Numbered): Int32Array {
  const members = sizes(groups);
  const starts = new Int32Array(groups.count + 1);
  for (let group = 0; group < groups.count; group++) {
    starts[group + 1] = (starts[group] as number) + (members[group] as number);
  }
  return starts;
}

/** Places of the records, group after group. */
export function sortedByGroup({ of }: Numbered, starts: Int32Array): Int32Array {
  const next = starts.slice();
  const sorted = new Int32Array(of.length);
  for (let index = 0; index < of.length; index++) {
    const group = of[index] as number;
    const at = next[group] as number;
    sorted[at] = index;
    next[group] = at + 1;
  }
  return sorted;
}
