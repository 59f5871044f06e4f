import {
  FACT_KINDS,
  formerOf,
  HISTORY_FIELDS,
  type Known,
  type KnownDemographics,
  type SourceKey,
  saidValuesOf,
} from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { applyFacts } from "../facts.ts";
import { addToVisit } from "../hear-visit.ts";
import { setAside } from "../identity/set-aside.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { addRecord, withKeys } from "../place-record.ts";
import { type Doubt, idsOf, nothingKnown, type Operation, othersOf, sendersRules } from "./assertion.ts";

/**
 * A sender's deletion (A29): the record should not be. It stays as a tombstone without a word of its own, in a person of
 * its own. What was recorded until then has no effect any more, however late it comes; what is recorded later brings the
 * record back.
 */
export function applyDeleteRecord(
  application: Application,
  { deleted }: Operation<"delete-record">,
): Doubt | undefined {
  const { set, moment, warnings } = application;
  const found = set.find(deleted);
  if (found?.redirected) {
    warnings.push({
      location: "PID-3",
      code: "retired-id",
      text: "This id was merged away: there is nothing to delete.",
    });
    return undefined;
  }
  const record = found?.record ?? addRecord(application, deleted, nothingKnown(application));
  if (record.deletedAt !== undefined && record.deletedAt >= moment.recordedAt) return undefined;
  const own = set.aliasesOf(record);
  const left = othersOf(set, own);
  const tie = set.rules.between(idsOf(own), idsOf(left), "same").find((rule) => rule.decidedBy === "human");
  if (tie) {
    const other = left.find((each) => [tie.sourceRecordId, tie.otherSourceRecordId].includes(each.sourceRecordId));
    const why = "A sender deleted a record that a person had found to be this patient's.";
    return { kind: "link-conflict", record, other: other ?? record, why };
  }
  bury(application, record, { own, left });
  return undefined;
}

function bury(
  application: Application,
  record: StoredRecord,
  { own, left }: { own: readonly StoredRecord[]; left: readonly StoredRecord[] },
): void {
  const { set, entry, moment, warnings } = application;
  if (record.identifiers.value && record.identifiers.recordedAt > moment.recordedAt) {
    const since = saidAfter(record, moment.recordedAt);
    set.put(withKeys(set, { ...record, ...since, deletedAt: moment.recordedAt }), entry.journalId);
    settleLinks(application);
    warnings.push({
      location: "EVN-2",
      code: "ignored",
      text: "The record spoke again after this deletion: only what it said before is gone.",
    });
    return;
  }
  const { overlaidBy: _, former: __, ...plain } = record;
  const tombstone: StoredRecord = {
    ...plain,
    ...nothingKnown(application),
    status: "deleted",
    deletedAt: moment.recordedAt,
    blockingKeys: [],
  };
  // Who speaks under this id from now on is nobody that a sender spoke of.
  for (const rule of sendersRules(set, [own, left], "same")) set.liftRule(rule, entry.journalId);
  setAside(application, tombstone, "deleted");
}

/** Of a value said before and after the deletion, the times after are the ones that count. */
function saidAfter(record: StoredRecord, at: string): Pick<StoredRecord, "demographics" | "former"> {
  const demographics = recordedAfter(record.demographics, at);
  const left = { identifiers: record.identifiers, demographics };
  const said = HISTORY_FIELDS.map((field) => {
    const after = saidValuesOf(record, field).flatMap(({ value, said }) => {
      const later = said.filter(([saidAt]) => saidAt > at);
      return later.length > 0 ? [{ value, said: later }] : [];
    });
    return [field, after] as const;
  });
  return { demographics, former: formerOf(new Map(said), left) };
}

const recordedAfter = (demographics: KnownDemographics, at: string): KnownDemographics =>
  Object.fromEntries(Object.entries(demographics).filter(([, field]) => (field as Known<unknown>).recordedAt > at));

/** Takes what hangs off a deleted record: its visits are deleted and its facts withdrawn, as of the deletion. */
export function buryVisitsAndFacts(application: Application, deleted: SourceKey): void {
  const { set, moment, mint } = application;
  const found = set.find(deleted);
  if (!found || found.redirected || found.record.deletedAt !== moment.recordedAt) return;
  const ids = set.aliasesOf(found.record).map((record) => record.sourceRecordId);
  for (const id of ids)
    for (const visit of set.visits.ofRecord(id)) addToVisit(application, visit, { action: "delete" });
  applyFacts(set.facts, ids, EVERYTHING_WITHDRAWN, moment, mint);
}

/** Of every kind the whole list, with nothing on it. */
export const EVERYTHING_WITHDRAWN = { facts: [], snapshots: FACT_KINDS.map((kind) => ({ kind })) };
