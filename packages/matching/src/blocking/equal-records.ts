import { CLUSTERING_DEFAULTS } from "../clustering/cluster.ts";
import { hash64 } from "../hash64.ts";
import { LargeMap } from "../large-map.ts";
import { RowsBuilder } from "./rows.ts";
import type { Keys, RuleKeys } from "./rule-keys.ts";

/**
 * Records that are equal in everything share every key, so that no part narrows one that they make too large. They need
 * no comparing with each other, one by one: under the keys given here each meets the next, a chain that brings all of
 * them before clustering, where every pair of a cluster is weighed and every guard asked. More of them than a cluster may
 * hold are a placeholder, not a person, and are left out.
 * @param isLeftOut whether no key is left under which the record at that place is compared.
 */
export function chainsOfEqualRecords({ records }: RuleKeys, isLeftOut: (record: number) => boolean): Keys {
  const groups = new LargeMap<bigint, number[]>();
  for (const [place, record] of records.entries()) {
    if (!isLeftOut(place)) continue;
    const content = hash64(JSON.stringify(record));
    const group = groups.get(content);
    if (group) group.push(place);
    else groups.set(content, [place]);
  }
  const keysAt = new LargeMap<number, number[]>();
  let count = 0;
  for (const [, group] of groups) {
    if (group.length < 2 || group.length > CLUSTERING_DEFAULTS.clusterRecordsMax) continue;
    for (const [at, place] of group.entries()) {
      const before = at === 0 ? [] : [count - 1];
      keysAt.set(place, at === group.length - 1 ? before : [...before, count++]);
    }
  }
  const builder = new RowsBuilder(records.length);
  for (let place = 0; place < records.length; place++) {
    for (const key of keysAt.get(place) ?? []) builder.add(key);
    builder.end();
  }
  return { rows: builder.rows(), count };
}
