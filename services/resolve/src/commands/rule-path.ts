import type { LinkRule, StoredRecord } from "@chesil/store";
import type { WorkingSet } from "../working-set.ts";

/**
 * How `same` rules in force lead from one record to another, retired ids standing for their survivors: the rules on the
 * way, none where the two are one record. Undefined: no way leads there.
 */
export function pathOfRules(
  set: WorkingSet,
  from: StoredRecord,
  to: StoredRecord,
  isCounted: (rule: LinkRule) => boolean = () => true,
): readonly LinkRule[] | undefined {
  const goal = set.endOf(to).sourceRecordId;
  const pathTo = new Map<number, readonly LinkRule[]>([[set.endOf(from).sourceRecordId, []]]);
  // A map grows while it is walked: the nearest are visited first.
  for (const [id, path] of pathTo) {
    if (id === goal) return path;
    const record = set.record(id);
    for (const alias of record ? set.aliasesOf(record) : []) {
      for (const rule of set.rules.of(alias.sourceRecordId)) {
        if (rule.kind !== "same" || !isCounted(rule)) continue;
        const otherId = rule.sourceRecordId === alias.sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId;
        const other = set.record(otherId);
        const end = other && set.endOf(other).sourceRecordId;
        if (end !== undefined && !pathTo.has(end)) pathTo.set(end, [...path, rule]);
      }
    }
  }
  return undefined;
}

/** The path in words: which rules, between which records. */
export const describePath = (path: readonly LinkRule[]): string =>
  path
    .map(
      (rule) =>
        `rule ${rule.ruleId} (${rule.kind}, by a ${rule.decidedBy === "human" ? "person" : "sender"}) between records ${rule.sourceRecordId} and ${rule.otherSourceRecordId}`,
    )
    .join(", ");
