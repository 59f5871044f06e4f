import {
  formerOf,
  HISTORY_FIELDS,
  type Identifier,
  type Known,
  type KnownDemographics,
  type Saying,
  saidValuesOf,
} from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { underOwnId } from "../hear-patient.ts";
import { believedTime, hearAndKeep, type SourceFacts } from "../statement.ts";
import { keyOf } from "../working-set.ts";
import type { TookEffect } from "./heard-messages.ts";
import { Hearers } from "./hearers.ts";

/** What a record says when only its own messages are heard, and which these are. */
export type Reheard = { readonly facts: SourceFacts | undefined; readonly heard: ReadonlySet<number> };

/**
 * Hears again what messages say of the patients of `records`: each record what is its own.
 *
 * @param records every record of the patients, retired ones too, as they stand from now on.
 * @param knownElse what a record knows from elsewhere than these messages.
 * @returns by record, of all of them.
 */
export function rehearWords(
  records: readonly StoredRecord[],
  messages: readonly TookEffect[],
  knownElse: (record: StoredRecord, reheard: ReadonlySet<number>) => SourceFacts | undefined = without,
): ReadonlyMap<number, Reheard> {
  const hearers = new Hearers(records);
  const isReheard = new Set(messages.map(({ entry }) => entry.journalId));
  const words = new Map<number, { facts: SourceFacts | undefined; heard: Set<number> }>();
  for (const record of records)
    words.set(record.sourceRecordId, { facts: knownElse(record, isReheard), heard: new Set() });
  for (const message of messages) {
    const { entry, event } = message;
    const moment = { recordedAt: believedTime(event.recordedAt, entry.receivedAt).at, journalId: entry.journalId };
    for (const { patient } of event.subjects) {
      const record = hearers.of(keyOf(patient.key), message);
      const known = words.get(record?.sourceRecordId ?? -1);
      if (!record || !known) continue;
      if (record.deletedAt !== undefined && moment.recordedAt <= record.deletedAt) continue;
      known.heard.add(entry.journalId);
      known.facts = hearAndKeep(known.facts, underOwnId(record, patient), { ...moment, feed: entry.feed });
    }
  }
  return words;
}

/** What a record knows from elsewhere: a message in parts can not be heard alone. */
function without(record: StoredRecord, isReheard: ReadonlySet<number>): SourceFacts | undefined {
  const { identifiers, demographics } = record;
  const kept = Object.entries(demographics).filter(([, known]) => !isReheard.has((known as Known<unknown>).journalId));
  if (isReheard.has(identifiers.journalId) && kept.length === 0) return undefined;
  const plain: Known<Identifier[]> = isReheard.has(identifiers.journalId)
    ? { recordedAt: "", journalId: identifiers.journalId }
    : identifiers;
  const facts = { identifiers: plain, demographics: Object.fromEntries(kept) as KnownDemographics };
  return { ...facts, former: formerOf(saidElse(record, isReheard), facts) };
}

function saidElse(record: StoredRecord, isReheard: ReadonlySet<number>) {
  const isElse = ([, by]: Saying) => !isReheard.has(by);
  return new Map(
    HISTORY_FIELDS.map((field) => {
      const said = saidValuesOf(record, field).flatMap((each) => {
        const kept = each.said.filter(isElse);
        return kept.length > 0 ? [{ value: each.value, said: kept }] : [];
      });
      return [field, said] as const;
    }),
  );
}
