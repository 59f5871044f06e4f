import type { PatientStatement } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { settleLinks } from "./identity/settle-links.ts";
import { homePersonOf } from "./mint.ts";
import { storedKeys } from "./prepared-cache.ts";
import type { WorkingSet } from "./working-set.ts";

/** A record nobody knew: it gets the person it is found to be, or is one. */
export function addRecord(
  application: Application,
  key: PatientStatement["key"],
  facts: Pick<StoredRecord, "identifiers" | "demographics" | "former">,
): StoredRecord {
  const { set, entry, mint } = application;
  const sourceRecordId = mint.number();
  const record = withKeys(set, {
    sourceRecordId,
    authority: key.authority,
    localId: key.localId,
    feed: entry.feed,
    status: "active",
    retiredInto: null,
    personId: homePersonOf(sourceRecordId),
    ...facts,
    blockingKeys: [],
    createdBy: entry.journalId,
    updatedBy: entry.journalId,
  });
  set.newcomers.add(sourceRecordId);
  set.put(record, entry.journalId);
  settleLinks(application);
  return set.record(sourceRecordId) ?? record;
}

/** The record with the blocking keys of its present facts. */
export const withKeys = (set: WorkingSet, record: StoredRecord): StoredRecord => ({
  ...record,
  blockingKeys: storedKeys(set.prepared(record)),
});
