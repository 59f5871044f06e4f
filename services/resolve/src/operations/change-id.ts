import type { SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { type Doubt, type Operation, putAlias, recordOf } from "./assertion.ts";

/**
 * A sender's correction of an id (A47): the record stays, under its right id, and the wrong one leads to it. Where the
 * right id is another record's already, it is no correction but a question.
 */
export function applyChangeId(application: Application, { wrong, right }: Operation<"change-id">): Doubt | undefined {
  const { set, warnings } = application;
  const known = set.find(wrong)?.record;
  if (!known) {
    putAlias(application, wrong, recordOf(application, right));
    return undefined;
  }
  const holder = set.holderOf(right);
  if (!holder) {
    // The wrong id led to another record already (it was merged, or corrected before): the right one leads there too.
    if (!isKeyOf(known, wrong)) {
      putAlias(application, right, known);
      return undefined;
    }
    rename(application, known, right);
    putAlias(application, wrong, known);
    return undefined;
  }
  if (set.endOf(holder).sourceRecordId !== known.sourceRecordId) {
    const why = "A sender corrected an id to one that another record has.";
    return { kind: "merge-conflict", record: known, other: set.endOf(holder), why };
  }
  if (isKeyOf(known, wrong) && isOnlyAlias(holder)) {
    // It was corrected the other way round before: the id and the alias change places.
    rename(application, known, right);
    set.put({ ...holder, authority: wrong.authority, localId: wrong.localId }, application.entry.journalId);
    return undefined;
  }
  warnings.push({ location: "MRG-1", code: "ignored", text: "The id was corrected before: nothing changed." });
  return undefined;
}

const isKeyOf = (record: StoredRecord, key: SourceKey) =>
  record.authority === key.authority && record.localId === key.localId;

/** A retired row that never was a patient: only the id. */
const isOnlyAlias = ({ status, identifiers, demographics }: StoredRecord) =>
  status === "retired" && identifiers.value === undefined && Object.keys(demographics).length === 0;

function rename(application: Application, record: StoredRecord, right: SourceKey): void {
  const { set, entry } = application;
  const { authority, localId, identifiers } = record;
  const renamed: StoredRecord = {
    ...record,
    ...right,
    identifiers: identifiers.value
      ? {
          ...identifiers,
          value: identifiers.value.map((each) =>
            each.authority === authority && each.value === localId
              ? { ...each, authority: right.authority, value: right.localId }
              : each,
          ),
        }
      : identifiers,
  };
  set.put(renamed, entry.journalId);
  noteAssertion(application, renamed, "renamed", { from: { authority, localId } });
}
