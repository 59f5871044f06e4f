import type {
  Former,
  GoldenRecord,
  Identifier,
  Known,
  KnownDemographics,
  SourceKey,
  SourceRecord,
} from "@chesil/model";
import type { Client } from "./client.ts";

/** A source record with its blocking keys, 64-bit signed, as decimal text. */
export type StoredRecord = SourceRecord & {
  readonly blockingKeys: readonly string[];
  /** When the sender recorded the latest deletion (ISO instant): nothing recorded until then has effect. */
  readonly deletedAt?: string;
  /** The entry that made it look like somebody else; until a person has looked, it is linked to nobody. */
  readonly overlaidBy?: number | null;
};

export type StoredPerson = {
  readonly personId: string;
  readonly status: "active" | "merged";
  readonly replacedBy: string | null;
  readonly golden: GoldenRecord;
};

type RecordRow = {
  source_record_id: number;
  authority: string;
  local_id: string;
  feed: string;
  status: SourceRecord["status"];
  retired_into: number | null;
  deleted_at: Date | null;
  overlaid_by: number | null;
  person_id: string;
  identifiers: Known<Identifier[]>;
  demographics: KnownDemographics;
  former: Former | null;
  blocking_keys: string[];
  created_by: number;
  updated_by: number;
};

const RECORD_COLUMNS = `source_record_id, authority, local_id, feed, status, retired_into, deleted_at, overlaid_by, person_id, identifiers,
  demographics, former, blocking_keys::text[] as blocking_keys, created_by, updated_by`;

const recordOf = (row: RecordRow): StoredRecord => ({
  sourceRecordId: row.source_record_id,
  authority: row.authority,
  localId: row.local_id,
  feed: row.feed,
  status: row.status,
  retiredInto: row.retired_into,
  personId: row.person_id,
  identifiers: row.identifiers,
  demographics: row.demographics,
  blockingKeys: row.blocking_keys,
  createdBy: row.created_by,
  updatedBy: row.updated_by,
  overlaidBy: row.overlaid_by,
  ...(row.former ? { former: row.former } : {}),
  ...(row.deleted_at ? { deletedAt: row.deleted_at.toISOString() } : {}),
});

/** The records of the given keys, and of every record they were retired into, however long the chain. */
export async function readRecordsByKey(client: Client, keys: readonly SourceKey[]): Promise<StoredRecord[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "records-by-key",
    text: `with recursive asked as (
             select s.* from unnest($1::text[], $2::text[]) as k (authority, local_id)
             join source_record s on s.authority = k.authority and s.local_id = k.local_id
           ), chain as (
             select * from asked
             union
             select s.* from chain c join source_record s on s.source_record_id = c.retired_into
           )
           select ${RECORD_COLUMNS} from chain`,
    values: [keys.map((key) => key.authority), keys.map((key) => key.localId)],
  });
  return rows.map(recordOf);
}

/**
 * The records of the given keys and of every record they were retired into, each with all records of its person: nearly
 * all that a batch of messages is about, read at once.
 */
export async function readPersonsOfKeys(client: Client, keys: readonly SourceKey[]): Promise<StoredRecord[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "persons-of-keys",
    text: `with recursive chain as (
             select s.source_record_id, s.retired_into, s.person_id from unnest($1::text[], $2::text[]) as k (authority, local_id)
             join source_record s on s.authority = k.authority and s.local_id = k.local_id
             union
             select s.source_record_id, s.retired_into, s.person_id
             from chain c join source_record s on s.source_record_id = c.retired_into
           )
           select ${RECORD_COLUMNS} from source_record where person_id = any(array(select person_id from chain))`,
    values: [keys.map((key) => key.authority), keys.map((key) => key.localId)],
  });
  return rows.map(recordOf);
}

/** The records of the given ids, and of every record they were retired into. */
export async function readRecordsById(client: Client, sourceRecordIds: readonly number[]): Promise<StoredRecord[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "records-by-id",
    text: `with recursive chain as (
             select * from source_record where source_record_id = any($1::bigint[])
             union
             select s.* from chain c join source_record s on s.source_record_id = c.retired_into
           )
           select ${RECORD_COLUMNS} from chain`,
    values: [sourceRecordIds],
  });
  return rows.map(recordOf);
}

/** A blocking key under which more different things are said than this says nothing of who they are, and is passed over. */
export const RECORDS_PER_BLOCKING_KEY_MAX = 200;
/** Of equal records, which count as one, so many are looked at. */
const EQUAL_RECORDS_MAX = 2_000;

/**
 * The active records that share a key ($1) which few enough ($2) share, as `shared`: of a key of many records it is looked
 * at how many of them say different things, no further than $3.
 *
 * One index probe a key. The overlap operator with some thousand keys made PostgreSQL read the whole table instead:
 * two seconds for what takes 30 ms here, at 15,000 records.
 */
const SHARED = `found as (
    select key, sharing.source_record_id
    from unnest($1::bigint[]) as key
    cross join lateral (
      select source_record_id from source_record
      where blocking_keys @> array[key] and status = 'active' and overlaid_by is null limit $2 + 1
    ) sharing
  ), counted as (
    select key, count(*) as records from found group by key
  ), crowded as (
    select key, array_agg(source_record_id) as ids, count(distinct coalesce(match_record, source_record_id::text)) as wordings
    from counted cross join lateral (
      select source_record_id, match_record from source_record
      where blocking_keys @> array[key] and status = 'active' and overlaid_by is null limit $3
    ) sharing
    where records > $2 group by key
  ), shared as (
    select source_record_id from found join counted using (key) where records <= $2
    union
    select unnest(ids) from crowded where wordings <= $2
  )`;

/** Active records that share at least one blocking key: whom a new record may be. */
export async function readCandidates(client: Client, blockingKeys: readonly string[]): Promise<StoredRecord[]> {
  if (blockingKeys.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "candidates",
    text: `with ${SHARED}
           select ${RECORD_COLUMNS} from source_record
           where source_record_id = any(array(select source_record_id from shared)) order by source_record_id`,
    values: [blockingKeys, RECORDS_PER_BLOCKING_KEY_MAX, EQUAL_RECORDS_MAX],
  });
  return rows.map(recordOf);
}

/** All records of everybody with a record that shares at least one blocking key, or that has one of the ids. */
export async function readPersonsSharing(
  client: Client,
  blockingKeys: readonly string[],
  keys: readonly SourceKey[],
): Promise<StoredRecord[]> {
  const { rows } = await client.query<RecordRow>({
    name: "persons-sharing",
    text: `with ${SHARED}, persons as (
             select person_id from source_record where source_record_id = any(array(select source_record_id from shared))
             union
             select s.person_id from unnest($4::text[], $5::text[]) as k (authority, local_id)
             join source_record s on s.authority = k.authority and s.local_id = k.local_id
           )
           select ${RECORD_COLUMNS} from source_record
           where person_id = any(array(select person_id from persons)) order by source_record_id`,
    values: [
      ...[blockingKeys, RECORDS_PER_BLOCKING_KEY_MAX, EQUAL_RECORDS_MAX],
      ...[keys.map((key) => key.authority), keys.map((key) => key.localId)],
    ],
  });
  return rows.map(recordOf);
}

/** Every active source record, some thousands at a time, by id. */
export async function* readActiveRecords(client: Client): AsyncGenerator<readonly StoredRecord[]> {
  for (let after = 0; ; ) {
    const { rows } = await client.query<RecordRow>({
      name: "active-records",
      text: `select ${RECORD_COLUMNS} from source_record
             where status = 'active' and overlaid_by is null and source_record_id > $1 order by source_record_id limit $2`,
      values: [after, RECORDS_A_TIME],
    });
    const records = rows.map(recordOf);
    const last = records.at(-1);
    if (!last) return;
    yield records;
    after = last.sourceRecordId;
  }
}

/** What matching needs of a record that can be matched. */
export type MatchedRecord = Pick<StoredRecord, "sourceRecordId" | "identifiers" | "demographics">;

/** Every record that can be matched and was written by another version of matching, some at a time, by id. */
export async function* readRecordsOfOtherVersion(
  client: Client,
  version: number,
): AsyncGenerator<readonly MatchedRecord[]> {
  for (let after = 0; ; ) {
    const { rows } = await client.query<MatchedRecord>({
      name: "records-of-other-version",
      text: `select source_record_id as "sourceRecordId", identifiers, demographics from source_record
             where status = 'active' and overlaid_by is null and source_record_id > $1
               and (match_version is distinct from $3 or match_record is null)
             order by source_record_id limit $2`,
      values: [after, RECORDS_OF_OTHER_VERSION_A_TIME, version],
    });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.sourceRecordId;
  }
}

/** Their keys are made anew, which takes long: few at a time, so that others have their turn. */
const RECORDS_OF_OTHER_VERSION_A_TIME = 100;
const RECORDS_A_TIME = 5_000;

/** Every record linked to the persons, retired ones included. */
export async function readRecordsOfPersons(client: Client, personIds: readonly string[]): Promise<StoredRecord[]> {
  if (personIds.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "records-of-persons",
    text: `select ${RECORD_COLUMNS} from source_record where person_id = any($1::uuid[]) order by source_record_id`,
    values: [personIds],
  });
  return rows.map(recordOf);
}

/** The records of the given ids, and every record of the persons they are linked to, retired ones included. */
export async function readRecordsWithTheirPersons(
  client: Client,
  sourceRecordIds: readonly number[],
): Promise<StoredRecord[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: "records-with-persons",
    text: `select ${RECORD_COLUMNS} from source_record
           where person_id in (select person_id from source_record where source_record_id = any($1::bigint[]))
           order by source_record_id`,
    values: [sourceRecordIds],
  });
  return rows.map(recordOf);
}

export async function readPersons(client: Client, personIds: readonly string[]): Promise<StoredPerson[]> {
  if (personIds.length === 0) return [];
  const { rows } = await client.query<{
    person_id: string;
    status: "active" | "merged";
    replaced_by: string | null;
    golden: GoldenRecord;
  }>({
    name: "persons",
    text: "select person_id, status, replaced_by, golden from person where person_id = any($1::uuid[])",
    values: [personIds],
  });
  return rows.map((row) => ({
    personId: row.person_id,
    status: row.status,
    replacedBy: row.replaced_by,
    golden: row.golden,
  }));
}

/** Which of the identities are parked, and behind which journal entry. */
export async function readParked(client: Client, identities: readonly string[]): Promise<Map<string, number>> {
  if (identities.length === 0) return new Map();
  const { rows } = await client.query<{ identity: string; journal_id: number }>({
    name: "parked",
    text: "select identity, journal_id from parked_identity where identity = any($1::text[])",
    values: [identities],
  });
  return new Map(rows.map((row) => [row.identity, row.journal_id]));
}
