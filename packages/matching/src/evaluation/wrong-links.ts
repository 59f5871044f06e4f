import { numberedFromZero, sameLength, sortedByGroup, startsOf } from "./contingency.ts";

/** Pairs of records as parallel arrays. */
export type RecordPairs = { readonly left: Int32Array; readonly right: Int32Array };

export type WrongLinkKind = {
  readonly kind: string;
  readonly links: number;
  /** The first pair of the kind, to look at. */
  readonly example: readonly [left: number, right: number];
};

/**
 * The linked pairs that are two different people, by the kind the caller gives each (twins, one household, parent and
 * child …), the most frequent kind first. A pair with a record whose truth is not known is neither right nor wrong.
 */
export function wrongLinkKinds(
  { left, right }: RecordPairs,
  truth: Int32Array,
  kindOf: (left: number, right: number) => string,
): WrongLinkKind[] {
  sameLength(left, right);
  const kinds = new Map<string, { links: number; example: readonly [number, number] }>();
  for (let pair = 0; pair < left.length; pair++) {
    const [a, b] = [left[pair] as number, right[pair] as number];
    if (!areTwoPeople(truth, a, b)) continue;
    const kind = kindOf(a, b);
    const seen = kinds.get(kind);
    if (seen) seen.links++;
    else kinds.set(kind, { links: 1, example: [a, b] });
  }
  return [...kinds]
    .map(([kind, seen]) => ({ kind, ...seen }))
    .sort((a, b) => b.links - a.links || (a.kind < b.kind ? -1 : 1));
}

/**
 * The wrong pairs within clusters, after transitive closure, for `wrongLinkKinds`: at most `limit` of them, as one
 * cluster of n records has n x (n - 1) / 2. `clusterAgreement` counts all of them.
 */
export function wrongPairsWithin(clusters: Int32Array, truth: Int32Array, limit: number): RecordPairs {
  sameLength(clusters, truth);
  const groups = numberedFromZero(clusters);
  const starts = startsOf(groups);
  const sorted = sortedByGroup(groups, starts);
  const left: number[] = [];
  const right: number[] = [];
  for (let group = 0; group < groups.count && left.length < limit; group++) {
    const members = sorted.subarray(starts[group], starts[group + 1]);
    if (!isMixed(members, truth)) continue;
    for (let i = 0; i < members.length; i++) {
      for (let j = i + 1; j < members.length && left.length < limit; j++) {
        const [a, b] = [members[i] as number, members[j] as number];
        if (!areTwoPeople(truth, a, b)) continue;
        left.push(a);
        right.push(b);
      }
    }
  }
  return { left: Int32Array.from(left), right: Int32Array.from(right) };
}

/** Looked at first: a pure cluster of thousands would be walked pair by pair for nothing. */
function isMixed(members: Int32Array, truth: Int32Array): boolean {
  let first = -1;
  for (const record of members) {
    const person = truth[record] as number;
    if (person < 0) continue;
    if (first >= 0 && person !== first) return true;
    first = person;
  }
  return false;
}

function areTwoPeople(truth: Int32Array, a: number, b: number): boolean {
  const [personA, personB] = [truth[a] ?? -1, truth[b] ?? -1];
  return personA >= 0 && personB >= 0 && personA !== personB;
}
