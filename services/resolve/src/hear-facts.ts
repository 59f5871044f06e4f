import type { SubjectStatement } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { letLastWordStand } from "./document-set.ts";
import { applyFacts } from "./facts.ts";
import { placeOfVisit } from "./hear-visit.ts";
import type { WorkingSet } from "./working-set.ts";

type FactsSaid = Pick<SubjectStatement, "facts" | "snapshots"> & { readonly of?: number | undefined };

/**
 * Hears what a message says of the patient's facts; those of a visit that was moved go where the visit is now.
 *
 * @param said.of the record that the message names, where it takes back what that one stated and no other did.
 */
export function hearFacts(application: Application, record: StoredRecord, said: FactsSaid): void {
  const { set, moment, mint } = application;
  if (said.facts.length + said.snapshots.length === 0) return;
  const own = set.endOf(record).sourceRecordId;
  const byRecord = new Map<number, FactsSaid>();
  const sortInto = <S extends { readonly visitNumber?: string | undefined }>(
    statement: S,
    add: (said: FactsSaid, sorted: S) => FactsSaid,
  ) => {
    const place = statement.visitNumber === undefined ? undefined : placeOfVisit(set, record, statement.visitNumber);
    const sourceRecordId = place?.isRedirected ? place.sourceRecordId : own;
    const sorted = place?.isRedirected ? { ...statement, visitNumber: place.number } : statement;
    byRecord.set(sourceRecordId, add(byRecord.get(sourceRecordId) ?? { facts: [], snapshots: [] }, sorted));
  };
  for (const fact of said.facts)
    sortInto(fact, ({ facts, snapshots }, sorted) => ({ facts: [...facts, sorted], snapshots }));
  for (const snapshot of said.snapshots)
    sortInto(snapshot, ({ facts, snapshots }, sorted) => ({ facts, snapshots: [...snapshots, sorted] }));
  for (const [sourceRecordId, sorted] of byRecord)
    applyFacts(set.facts, patientOf(set, sourceRecordId), { ...sorted, of: said.of }, moment, mint);
  letLastWordStand(application, said.facts);
}

/** The records of one patient of a sender, by their ids: the one first that leads. */
export function patientOf(set: WorkingSet, sourceRecordId: number): number[] {
  const record = set.record(sourceRecordId);
  return record ? set.aliasesOf(record).map((each) => each.sourceRecordId) : [sourceRecordId];
}
