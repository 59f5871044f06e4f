import type { StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import {
  type Doubt,
  idsOf,
  isForbidden,
  nhsNumbersDiffer,
  type Operation,
  othersOf,
  putRule,
  recordOf,
  sendersRules,
  settleAsserted,
  thoseToPartFrom,
} from "./assertion.ts";

/**
 * A sender's move (A43): the record was filed under the wrong patient. It goes to the patient of `to`, or to one of its
 * own, and the matcher never brings it back to the records that it left.
 */
export function applyMoveRecord(application: Application, move: Operation<"move-record">): Doubt | undefined {
  const { set, entry, warnings } = application;
  // Nothing is known of it that could keep it with anybody: the message itself makes it, on its own.
  if (!move.to && !move.from && !set.find(move.moved)) return undefined;
  const moved = recordOf(application, move.moved);
  const target = move.to && recordOf(application, move.to);
  const from = move.from && set.find(move.from)?.record;
  const holder = set.holderOf(move.moved) ?? moved;
  if (holder.sourceRecordId !== moved.sourceRecordId) {
    const why = "The moved id was merged into another record before.";
    return { kind: "link-conflict", record: moved, other: holder, why };
  }
  if (from && from.personId !== moved.personId && from.personId !== target?.personId)
    putRule(application, "different", [moved, from]);
  const own = set.aliasesOf(moved);
  const left = othersOf(set, own);
  const isThere = target ? target.personId === moved.personId : !left.some((record) => record.status === "active");
  if (isThere) {
    warnings.push({ location: "MRG-1", code: "ignored", text: "The record is there already: nothing moved." });
    return undefined;
  }
  const why = doubtOf(application, moved, { own, left }, target);
  if (why !== undefined) return { kind: "link-conflict", record: moved, other: target ?? left[0] ?? moved, why };
  const rules = [
    ...sendersRules(set, [own, left], "same"),
    ...(target ? sendersRules(set, [own, set.aliasesOf(target)], "different") : []),
  ];
  for (const rule of rules) set.liftRule(rule, entry.journalId);
  for (const record of thoseToPartFrom(set, left)) putRule(application, "different", [moved, record]);
  if (target) putRule(application, "same", [moved, target]);
  settleAsserted(application, [moved], { movedTo: target?.sourceRecordId ?? null });
  return undefined;
}

function doubtOf(
  { set }: Application,
  moved: StoredRecord,
  { own, left }: { own: readonly StoredRecord[]; left: readonly StoredRecord[] },
  target: StoredRecord | undefined,
): string | undefined {
  if (moved.status === "deleted" || target?.status === "deleted")
    return "One of the records was deleted by its sender.";
  const ties = set.rules.between(idsOf(own), idsOf(left), "same");
  if (ties.some((rule) => rule.decidedBy === "human")) return "A person found the record to be where it is.";
  if (!target) return undefined;
  const there = set.recordsOf(target.personId);
  if (isForbidden(set, [own, there], [own, set.aliasesOf(target)]))
    return "The record, or one of the other patient's, was found to be another patient's.";
  if (nhsNumbersDiffer(set, own, there)) return "The two sides carry different valid NHS numbers.";
  return undefined;
}
