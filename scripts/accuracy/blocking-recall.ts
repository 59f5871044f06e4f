import type { Linked } from "@chesil/link";
import { type Blocks, blocksOf, RuleKeys } from "@chesil/matching";

/** As `chesil link` has it; whether it still is so is checked below. */
const BLOCK_RECORDS_MAX = 300;

/** The true pairs, and those of them that any rule brought together to be compared, whatever they then weighed. */
export type BlockedPairs = { readonly truePairs: number; readonly blockedPairs: number };

/**
 * What blocking found of what there is to find: no scoring finds what it lost. Blocks are built again by the rules that
 * were used, as linking keeps of the pairs only those that weigh something.
 *
 * @throws Error where the blocks are not those of the linkage
 */
export function blockedPairsOf({ batch: { records, extras, truth }, blocking }: BlockedLinkage): BlockedPairs {
  const ruleKeys = new RuleKeys(
    records,
    extras.map(({ name }) => name),
  );
  const blocks = blocking.map(({ rule, pairs }) => {
    const built = blocksOf(ruleKeys, rule, BLOCK_RECORDS_MAX);
    if (built.pairs !== pairs) throw new Error(`The rule ${rule.join(" + ")} was linked by other blocks than these.`);
    return built;
  });
  let truePairs = 0;
  let blockedPairs = 0;
  for (const held of recordsByPerson(truth)) {
    for (const [place, left] of held.entries()) {
      for (const right of held.slice(place + 1)) {
        truePairs++;
        if (blocks.some((block) => doMeet(block, left, right))) blockedPairs++;
      }
    }
  }
  return { truePairs, blockedPairs };
}

type BlockedLinkage = Pick<Linked, "blocking"> & {
  readonly batch: Pick<Linked["batch"], "records" | "extras" | "truth">;
};

/** The records of each person; those whose person is not known are nobody's. */
function recordsByPerson(truth: Int32Array): Iterable<readonly number[]> {
  const known = [...truth.keys()].filter((record) => (truth[record] as number) >= 0);
  return Map.groupBy(known, (record) => truth[record]).values();
}

/** Whether two records share a key. */
function doMeet({ keysOf: { offsets, values } }: Pick<Blocks, "keysOf">, left: number, right: number): boolean {
  const keys = (record: number) => values.subarray(offsets[record], offsets[record + 1]);
  const others = keys(right);
  return keys(left).some((key) => others.includes(key));
}
