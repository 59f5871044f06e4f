import type { StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import {
  type Doubt,
  idsOf,
  type Operation,
  putRule,
  recordOf,
  sendersRules,
  settleAsserted,
  tiedTo,
} from "./assertion.ts";
import { mergeBetween, unmerge } from "./unmerge.ts";

/**
 * A sender's unlink (A37): two records, two patients; the matcher never links them again. What a link (A24) had joined is
 * as it was before: the rule that held it is gone. So is what a merge (A40) had made of the two.
 */
export function applyUnlink(application: Application, unlink: Operation<"unlink">): Doubt | undefined {
  const { set, entry } = application;
  const ends = [recordOf(application, unlink.one), recordOf(application, unlink.other)] as const;
  const holders = [set.holderOf(unlink.one) ?? ends[0], set.holderOf(unlink.other) ?? ends[1]] as const;
  const isOneRecord = ends[0].sourceRecordId === ends[1].sourceRecordId;
  const merge = isOneRecord ? mergeBetween(set, ...holders) : undefined;
  if (isOneRecord && !merge) {
    const why = "The sender says that two ids are two patients, and merged both into a third.";
    return { kind: "link-conflict", record: holders[0], other: holders[1], why };
  }
  if (merge) unmerge(application, merge, { decidedBy: "sender" });
  const [one, other] = isOneRecord ? [recordOf(application, unlink.one), recordOf(application, unlink.other)] : ends;
  const doubt = (why: string): Doubt => ({ kind: "link-conflict", record: holders[0], other: holders[1], why });
  const patients = [set.aliasesOf(one), set.aliasesOf(other)] as const;
  const same = set.rules.between(idsOf(patients[0]), idsOf(patients[1]), "same");
  if (same.some((rule) => rule.decidedBy === "human"))
    return doubt("A person found the two records to be one patient.");
  for (const rule of sendersRules(set, patients, "same")) set.liftRule(rule, entry.journalId);
  if (isTied(tiedTo(set, one), other)) return doubt("Other links tie the two records to each other.");
  putRule(application, "different", [one, other]);
  settleAsserted(application, [one, other], null);
  return undefined;
}

const isTied = (tied: readonly StoredRecord[], { sourceRecordId }: StoredRecord) =>
  tied.some((each) => each.sourceRecordId === sourceRecordId);
