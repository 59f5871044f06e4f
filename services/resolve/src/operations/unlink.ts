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

/**
 * A sender's unlink (A37): two records, two patients; the matcher never links them again. What a link (A24) had joined is
 * as it was before: the rule that held it is gone.
 */
export function applyUnlink(application: Application, unlink: Operation<"unlink">): Doubt | undefined {
  const { set, entry } = application;
  const [one, other] = [recordOf(application, unlink.one), recordOf(application, unlink.other)];
  const doubt = (why: string, of = one, and = other): Doubt => ({ kind: "link-conflict", record: of, other: and, why });
  if (one.sourceRecordId === other.sourceRecordId) {
    const [left, right] = [set.holderOf(unlink.one) ?? one, set.holderOf(unlink.other) ?? other];
    return doubt("The sender says that two ids are two patients, and merged them before.", left, right);
  }
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
