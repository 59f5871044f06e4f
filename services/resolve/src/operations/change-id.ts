import type { SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import type { WorkingSet } from "../working-set.ts";
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
    // The wrong id was merged into another record: the right one leads there too.
    if (!isKeyOf(known, wrong) && !wasCorrected(set, known, wrong)) {
      putAlias(application, right, set.holderOf(wrong) ?? known);
      return undefined;
    }
    rename(application, known, right);
    // The id that it had until now: the wrong one or, where that was corrected before, what it was corrected to.
    putAlias(application, { authority: known.authority, localId: known.localId }, known);
    return undefined;
  }
  if (set.endOf(holder).sourceRecordId !== known.sourceRecordId) {
    const why = "A sender corrected an id to one that another record has.";
    return { kind: "merge-conflict", record: known, other: set.endOf(holder), why };
  }
  if (isKeyOf(known, wrong) && isOnlyAlias(holder)) {
    // It was corrected the other way round before: the id and the alias change places.
    rename(application, known, right);
    const alias = { ...holder, authority: wrong.authority, localId: wrong.localId };
    set.put(alias, application.entry.journalId);
    noteAssertion(application, alias, "renamed", { from: right });
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

/** Whether the record had the id itself until a sender corrected that to another one. */
function wasCorrected(set: WorkingSet, record: StoredRecord, wrong: SourceKey): boolean {
  const alias = set.holderOf(wrong);
  return [...set.history, ...set.identityEvents].some((event) => {
    const isOfAlias = event.journalId === alias?.createdBy && event.sourceRecordId === record.sourceRecordId;
    const { from } = (event.evidence ?? {}) as { from?: SourceKey };
    return isOfAlias && event.kind === "renamed" && from !== undefined && isKeyOf({ ...record, ...from }, wrong);
  });
}

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
