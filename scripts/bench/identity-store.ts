import { readMessage, toEvent } from "@chesil/hl7";
import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import { type Database, type StoredRecord, writePersons, writeRecords } from "@chesil/store";
import { homePersonOf } from "../../services/resolve/src/mint.ts";
import { PreparedCache, storedKeys } from "../../services/resolve/src/prepared-cache.ts";
import { reconcile, searchColumns } from "../../services/resolve/src/reconcile.ts";
import { hear } from "../../services/resolve/src/statement.ts";
import type { Patient } from "../../test/region.ts";
import { adt, DIALECT, FEED } from "../../test/region.ts";

/** A region's register as it would stand after years, written without its messages; and messages to send on top. */

const ROWS_AT_ONCE = 5_000;
/** What slows filling down and is made again afterwards. */
const INDEXES = [
  "source_record_blocking_keys",
  "source_record_person",
  "person_nhs_number",
  "person_name",
  "person_birth_date",
  "person_postcode",
];

export type Region = {
  /** Rows of people who are on file by another row, and of some who are not. */
  next(count: number): RegisterRow[];
  /** Rows on file, to be sent again. */
  readonly known: readonly RegisterRow[];
};

/** Fills the store with so many persons, one record each. */
export async function fillStore(
  database: Database,
  persons: number,
  onProgress: (done: number) => void,
): Promise<Region> {
  const rows = simulateRegister({ people: Math.ceil(persons * 1.02), seed: "bench", nhsNumbers: "unlisted" });
  const { rows: definitions } = await database.pool.query<{ indexdef: string }>(
    "select indexdef from pg_indexes where indexname = any($1)",
    [INDEXES],
  );
  for (const index of INDEXES) await database.pool.query(`drop index ${index}`);
  const seen = new Set<string>();
  const later: RegisterRow[] = [];
  const known: RegisterRow[] = [];
  let batch: RegisterRow[] = [];
  let filled = 0;
  const flush = async () => {
    const records = batch.map((row, at) => recordOf(row, filled + at + 1));
    await database.transaction(async (transaction) => {
      await writeRecords(transaction, records);
      await writePersons(
        transaction,
        records.map((record) => {
          const golden = reconcile([record]);
          return {
            personId: record.personId,
            status: "active" as const,
            replacedBy: null,
            golden,
            search: searchColumns(golden),
            journalId: record.createdBy,
          };
        }),
      );
    });
    filled += batch.length;
    batch = [];
    onProgress(filled);
  };
  for (const row of rows) {
    const isNew = !seen.has(row.person);
    if (isNew && seen.size < persons) {
      seen.add(row.person);
      batch.push(row);
      if (known.length < LATER_MAX) known.push(row);
      if (batch.length >= ROWS_AT_ONCE) await flush();
    } else if (later.length < LATER_MAX) later.push(row);
    else if (seen.size >= persons) break;
  }
  if (batch.length > 0) await flush();
  for (const { indexdef } of definitions) await database.pool.query(indexdef);
  await database.pool.query("select setval('journal_id_seq', $1)", [filled + 1]);
  await database.pool.query("vacuum analyze");
  let at = 0;
  return {
    known,
    next(count) {
      at += count;
      return later.slice(at - count, at);
    },
  };
}

/** Rows kept to be sent. */
const LATER_MAX = 100_000;

const cache = new PreparedCache();
function recordOf(row: RegisterRow, journalId: number): StoredRecord {
  const read = readMessage(Buffer.from(messageOf(row, "A28")), DIALECT);
  const mapped = read.ok ? toEvent(read.message, DIALECT, new Date()) : read;
  if (!mapped.ok) throw new Error(`A row made no message: ${mapped.text}`);
  const { event } = mapped;
  const [subject] = event.subjects;
  if (!subject) throw new Error("A message is about nobody.");
  const moment = { recordedAt: event.recordedAt ?? "", journalId };
  const facts = hear(undefined, subject.patient, moment);
  const sourceRecordId = journalId * 250_000;
  return {
    ...facts,
    sourceRecordId,
    authority: subject.patient.key.authority,
    localId: subject.patient.key.localId,
    feed: FEED.name,
    status: "active",
    retiredInto: null,
    personId: homePersonOf(sourceRecordId),
    blockingKeys: storedKeys(cache.of(facts).prepared),
    createdBy: journalId,
    updatedBy: journalId,
  };
}

/** A register row as its source would send it. */
export function messageOf(row: RegisterRow, event: string, more: Partial<Patient> = {}): Uint8Array {
  return adt(event, {
    id: row.id,
    authority: row.source,
    nhsNumber: row.nhs_number,
    family: row.family_name,
    given: row.given_name,
    birthDate: row.date_of_birth.replaceAll("-", ""),
    sex: row.sex,
    street: row.address,
    postcode: row.postcode,
    phone: row.phone,
    ...more,
  });
}
