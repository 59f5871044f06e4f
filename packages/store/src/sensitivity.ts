import type { Sensitivity } from "@chesil/model";
import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";

/** What a privacy officer said of a person's records, all that they had then. */
export type SensitivityMark = {
  readonly sourceRecordIds: readonly number[];
  readonly level: Sensitivity;
  readonly reason: string;
  readonly journalId: number;
  readonly recordedBy: string;
  readonly recordedAt: Date;
};

/** Of a source record `s` with its mark `m`, if any, the level in force: the officer's word, else the sender's. */
const LEVEL_OF_RECORD = "coalesce(m.level, s.sensitivity)";

/** The strictest level of a person's records; null: nothing is restricted. @param person an SQL expression, their id. */
export const levelOfPerson = (person: string): string =>
  `(select max(${LEVEL_OF_RECORD}) from source_record s left join sensitivity_mark m using (source_record_id)
    where s.person_id = ${person} and ${LEVEL_OF_RECORD} in ('restricted', 'very-restricted'))`;

/** Writes a mark; written again, or after a later one, it changes nothing. */
export async function writeSensitivity(transaction: Transaction, mark: SensitivityMark): Promise<void> {
  await transaction.query(
    `insert into sensitivity_mark as known (source_record_id, level, reason, journal_id, recorded_by, recorded_at)
     select source_record_id, $2, $3, $4, $5, $6 from unnest($1::bigint[]) as r (source_record_id)
     on conflict (source_record_id) do update set level = excluded.level, reason = excluded.reason,
       journal_id = excluded.journal_id, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
     where known.journal_id < excluded.journal_id`,
    [mark.sourceRecordIds, mark.level, mark.reason, mark.journalId, mark.recordedBy, mark.recordedAt],
  );
}

/** What is said of a person's records: by the sender, and by an officer. */
export type RecordSensitivity = {
  readonly sourceRecordId: number;
  readonly sender: Sensitivity | null;
  readonly officer: { level: Sensitivity; reason: string; recordedBy: string; recordedAt: Date } | null;
};

/** What is said of each record of a person. */
export async function readSensitivity(client: Client, personId: string): Promise<RecordSensitivity[]> {
  type Row = {
    id: number;
    sender: Sensitivity | null;
    level: Sensitivity | null;
    reason: string;
    by: string;
    at: Date;
  };
  const { rows } = await client.query<Row>(
    `select source_record_id as id, s.sensitivity as sender, m.level, m.reason, m.recorded_by as by, m.recorded_at as at
     from source_record s left join sensitivity_mark m using (source_record_id) where s.person_id = $1 order by source_record_id`,
    [personId],
  );
  return rows.map(({ id, sender, level, reason, by, at }) => ({
    sourceRecordId: id,
    sender,
    officer: level === null ? null : { level, reason, recordedBy: by, recordedAt: at },
  }));
}
