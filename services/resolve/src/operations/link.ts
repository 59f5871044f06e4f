import type { StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import {
  type Doubt,
  isForbidden,
  nhsNumbersDiffer,
  type Operation,
  putRule,
  recordOf,
  sendersRules,
  settleAsserted,
} from "./assertion.ts";

/** A sender's link (A24): two records of one patient, both stay. */
export function applyLink(application: Application, link: Operation<"link">): Doubt | undefined {
  return linkRecords(application, recordOf(application, link.one), recordOf(application, link.other));
}

/** Ties two records to each other: the matcher never parts them. */
export function linkRecords(application: Application, one: StoredRecord, other: StoredRecord): Doubt | undefined {
  const { set, entry, warnings } = application;
  if (one.sourceRecordId === other.sourceRecordId) {
    warnings.push({ location: "PID-3", code: "ignored", text: "The link names two ids of one record." });
    return undefined;
  }
  const why = doubtOf(application, one, other);
  if (why !== undefined) return { kind: "link-conflict", record: one, other, why };
  for (const rule of sendersRules(set, [set.aliasesOf(one), set.aliasesOf(other)], "different"))
    set.liftRule(rule, entry.journalId);
  putRule(application, "same", [one, other]);
  settleAsserted(application, [one, other], { linked: [one.sourceRecordId, other.sourceRecordId] });
  return undefined;
}

function doubtOf({ set }: Application, one: StoredRecord, other: StoredRecord): string | undefined {
  if (one.status === "deleted" || other.status === "deleted") return "One of the records was deleted by its sender.";
  const [left, right] =
    one.personId === other.personId
      ? [set.aliasesOf(one), set.aliasesOf(other)]
      : [set.recordsOf(one.personId), set.recordsOf(other.personId)];
  if (isForbidden(set, [left, right], [set.aliasesOf(one), set.aliasesOf(other)]))
    return "The two records, or others of their persons, were found to be two patients.";
  if (nhsNumbersDiffer(set, left, right)) return "The two sides carry different valid NHS numbers.";
  return undefined;
}
