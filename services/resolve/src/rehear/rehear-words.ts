import type { Identifier, Known, KnownDemographics } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { underOwnId } from "../hear-patient.ts";
import { believedTime, hear, type SourceFacts } from "../statement.ts";
import { keyOf, type WorkingSet } from "../working-set.ts";
import type { TookEffect } from "./heard-messages.ts";

/** What a record says when only its own messages are heard, and which these are. */
export type Reheard = { readonly facts: SourceFacts | undefined; readonly heard: ReadonlySet<number> };

/**
 * Hears again what messages say of the patients of `records`: each record what was said under the ids that led to it at
 * the time. An id leads to another from the merge on that still stands; one that was never more than an alias, always.
 *
 * @param records every record of the patients, retired ones too, as they stand from now on.
 * @returns by record, of those that are not retired.
 */
export function rehearWords(
  set: WorkingSet,
  records: readonly StoredRecord[],
  messages: readonly TookEffect[],
): Map<number, Reheard> {
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const isReheard = new Set(messages.map(({ entry }) => entry.journalId));
  const leadsTo = new Map(
    records.flatMap((record) => (isAlias(record) ? [[record.sourceRecordId, record.retiredInto]] : [])),
  );
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  const endOf = (record: StoredRecord): StoredRecord => {
    const next = byId.get(leadsTo.get(record.sourceRecordId) ?? -1);
    return next ? endOf(next) : record;
  };
  const words = new Map<number, { facts: SourceFacts | undefined; heard: Set<number> }>();
  for (const record of records)
    words.set(record.sourceRecordId, { facts: without(record, isReheard), heard: new Set() });
  for (const { entry, event, warnings } of messages) {
    const moment = { recordedAt: believedTime(event.recordedAt, entry.receivedAt).at, journalId: entry.journalId };
    const isDoubted = warnings.some(({ code, location }) => code === "identity" && location === "PID-3");
    for (const { patient } of event.subjects) {
      const own = byKey.get(keyOf(patient.key));
      if (!own) continue;
      const record = endOf(own);
      // What described somebody else under a retired id was not heard by whom it led to.
      if (record !== own && isDoubted) continue;
      if (record.deletedAt !== undefined && moment.recordedAt <= record.deletedAt) continue;
      const known = words.get(record.sourceRecordId);
      if (!known) continue;
      known.heard.add(entry.journalId);
      known.facts = hear(known.facts, underOwnId(record, patient), moment);
    }
    for (const operation of event.operations) {
      if (operation.operation !== "merge") continue;
      const [retired, survivor] = [byKey.get(keyOf(operation.retired)), byKey.get(keyOf(operation.survivor))];
      if (!retired || !survivor) continue;
      const into = endOf(survivor).sourceRecordId;
      if (endOf(retired).retiredInto === into) leadsTo.set(endOf(retired).sourceRecordId, into);
    }
  }
  return new Map([...words].filter(([id]) => set.record(id)?.status !== "retired"));
}

/** A row for an id that never had words of its own: whoever spoke under it spoke of whom it leads to. */
const isAlias = ({ status, identifiers, demographics }: StoredRecord): boolean =>
  status === "retired" && identifiers.value === undefined && Object.keys(demographics).length === 0;

/** What a record knows from elsewhere: a message in parts can not be heard alone. */
function without({ identifiers, demographics }: StoredRecord, isReheard: ReadonlySet<number>): SourceFacts | undefined {
  const kept = Object.entries(demographics).filter(([, known]) => !isReheard.has((known as Known<unknown>).journalId));
  if (isReheard.has(identifiers.journalId) && kept.length === 0) return undefined;
  const plain: Known<Identifier[]> = isReheard.has(identifiers.journalId)
    ? { recordedAt: "", journalId: identifiers.journalId }
    : identifiers;
  return { identifiers: plain, demographics: Object.fromEntries(kept) as KnownDemographics };
}
