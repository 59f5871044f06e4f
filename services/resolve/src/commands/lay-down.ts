import type { LinkRule, StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { idsOf, putRule, tiedTo } from "../operations/assertion.ts";
import type { WorkingSet } from "../working-set.ts";
import { describePath, pathOfRules } from "./rule-path.ts";

/** Why a command can not hold, in words for who gave it. Undefined: it holds. */
export type Refusal = string | undefined;

/**
 * A person found two records to be one patient. What was said against these very two is lifted, and so is what senders said
 * on the way; what persons said of others refuses it.
 */
export function layDownSame(application: Application, one: StoredRecord, other: StoredRecord): Refusal {
  const { set, entry } = application;
  for (const rule of direct(application, one, other, "different")) set.liftRule(rule, entry.journalId);
  for (let path = pathAgainst(set, one, other); path; path = pathAgainst(set, one, other))
    if (!yields(application, path))
      return `The two can not be one patient, because of ${describePath(path)}. Lift one of these first.`;
  putRule(application, "same", [one, other], "human");
  return undefined;
}

/** The chain of rules that keeps two records from being one patient: of `same`, and one `different`. */
export function pathAgainst(set: WorkingSet, one: StoredRecord, other: StoredRecord): LinkRule[] | undefined {
  const [left, right] = [tiedTo(set, one), tiedTo(set, other)];
  const [against] = set.rules.between(idsOf(left), idsOf(right), "different");
  if (!against) return undefined;
  const ends = [against.sourceRecordId, against.otherSourceRecordId].map((id) => set.record(id));
  const [near, far] = left.some((each) => each.sourceRecordId === ends[0]?.sourceRecordId) ? ends : ends.toReversed();
  return [...((near && pathOfRules(set, one, near)) ?? []), against, ...((far && pathOfRules(set, far, other)) ?? [])];
}

/** A person found two records to be two patients. */
export function layDownDifferent(application: Application, one: StoredRecord, other: StoredRecord): Refusal {
  const { set, entry } = application;
  for (const rule of direct(application, one, other, "same")) set.liftRule(rule, entry.journalId);
  for (let path = pathOfRules(set, one, other); path; path = pathOfRules(set, one, other)) {
    if (path.length === 0) return "The two ids are of one record: a sender merged them.";
    if (!yields(application, path))
      return `The two can not be two patients, because of ${describePath(path)}. Lift one of these first.`;
  }
  putRule(application, "different", [one, other], "human");
  return undefined;
}

/** A sender's word ranks below a person's: the first of the path that a sender laid down is lifted. @returns whether one was. */
function yields({ set, entry }: Application, path: readonly LinkRule[]): boolean {
  const rule = path.find((each) => each.decidedBy === "sender");
  if (rule) set.liftRule(rule, entry.journalId);
  return rule !== undefined;
}

const direct = ({ set }: Application, one: StoredRecord, other: StoredRecord, kind: "same" | "different") =>
  set.rules.between(idsOf(set.aliasesOf(one)), idsOf(set.aliasesOf(other)), kind);

/** Settles what a person's word comes to. @param spokenOf the records that move by it; others do so by the model. */
export function settleDecided(application: Application, spokenOf: readonly StoredRecord[], by: string): void {
  const records = new Set(
    spokenOf.flatMap((record) => application.set.aliasesOf(record)).map((each) => each.sourceRecordId),
  );
  settleLinks(application, {
    decidedBy: "human",
    records,
    kept: { decidedBy: by, decision: application.entry.journalId },
  });
}
