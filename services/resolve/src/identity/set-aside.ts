import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { asidePersonOf } from "../mint.ts";
import { settleLinks } from "./settle-links.ts";

/**
 * Takes a record, with the ids that lead to it, out of its person: it is linked to nobody any more. The others stay one
 * person, and whoever looks for the former id is led to them; a record that has no others stays where it is.
 */
export function setAside(
  application: Application,
  record: StoredRecord,
  kind: "deleted" | "overlaid",
  kept: unknown = null,
): void {
  const { set, entry } = application;
  const before = set.record(record.sourceRecordId) ?? record;
  const own = set.aliasesOf(before);
  const ids = new Set(own.map((each) => each.sourceRecordId));
  const mate = set.recordsOf(before.personId).find((each) => each.status === "active" && !ids.has(each.sourceRecordId));
  const personId = mate ? asidePersonOf(record.sourceRecordId) : before.personId;
  for (const each of own) {
    const aside = { ...(each.sourceRecordId === record.sourceRecordId ? record : each), personId };
    set.put(aside, entry.journalId);
    noteAssertion(application, aside, kind, kept, mate ? before.personId : null);
  }
  settleLinks(application);
  const now = mate && set.record(mate.sourceRecordId);
  if (now) set.redirect(before.personId, now.personId, entry.journalId);
}
