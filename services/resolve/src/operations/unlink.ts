import type { LinkRule, StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import {
  type Doubt,
  idsOf,
  moveTo,
  type Operation,
  othersOf,
  putRule,
  recordOf,
  sendersRules,
  tiedTo,
} from "./assertion.ts";

/**
 * A sender's unlink (A37): two records, two patients; the matcher never links them again. What a link (A24) had joined
 * goes back to the person it came from; where none had, `other` goes to a person of its own.
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
  const links = sendersRules(set, patients, "same");
  for (const rule of links) set.rules.lift(rule, entry.journalId);
  putRule(application, "different", one, other);
  if (one.personId !== other.personId) return undefined;
  const leaving = givenBack(application, links, one, other) ?? whatBelongsTo(application, other);
  const ids = idsOf([...leaving.values()].flat());
  const staying = set.recordsOf(one.personId).filter((record) => !ids.has(record.sourceRecordId));
  const isParted = ids.has(one.sourceRecordId) !== ids.has(other.sourceRecordId);
  if (!isParted || set.rules.between(ids, idsOf(staying), "same").length > 0)
    return doubt("Other links tie the two records to each other.");
  for (const [personId, records] of leaving) moveTo(application, records, personId, "unlinked", null);
  return undefined;
}

/** By person, the records that the links had moved and that are still here: undefined where these do not part the two. */
function givenBack(
  { set }: Application,
  links: readonly LinkRule[],
  one: StoredRecord,
  other: StoredRecord,
): Map<string, StoredRecord[]> | undefined {
  const journalIds = new Set(links.map((rule) => rule.journalId));
  const back = new Map<string, StoredRecord[]>();
  const moved = new Set<number>();
  const events = [...set.history, ...set.identityEvents].sort((a, b) => a.eventId - b.eventId);
  for (const event of events) {
    const record = set.record(event.sourceRecordId);
    if (event.kind !== "moved" || event.fromPersonId === null || !journalIds.has(event.journalId)) continue;
    // One that was retired since goes where its survivor goes.
    if (record?.personId !== one.personId || record.status === "retired" || moved.has(record.sourceRecordId)) continue;
    const records = back.get(event.fromPersonId) ?? [];
    back.set(event.fromPersonId, [...records, ...set.aliasesOf(record)]);
    moved.add(record.sourceRecordId);
  }
  return moved.has(one.sourceRecordId) === moved.has(other.sourceRecordId) ? undefined : back;
}

/** The record with all that is tied to it, to a person of its own. */
function whatBelongsTo({ set, mint }: Application, record: StoredRecord): Map<string, StoredRecord[]> {
  const tied = tiedTo(set, record);
  return othersOf(set, tied).length === 0 ? new Map() : new Map([[mint.uuid(), tied]]);
}
