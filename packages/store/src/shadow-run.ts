import type { Client } from "./client.ts";
import type { Database } from "./database.ts";
import { column, json } from "./unnest.ts";

/** `asked`: it begins when the runner comes by. `off`: somebody ended it; what it found until then stays. */
export type ShadowState = "asked" | "running" | "done" | "off";

/** A candidate that decides records anew beside the model in force. */
export type ShadowRun = {
  readonly version: string;
  readonly state: ShadowState;
  /** Of the records, how many are decided. */
  readonly share: number;
  readonly askedBy: string;
  readonly askedAt: Date;
  /** The model that it is held against; null until it begins. */
  readonly against: string | null;
  /** The last record decided. */
  readonly position: number;
  /** What was counted until then; the store does not look inside. */
  readonly counted: unknown;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

/** A decision that would come out otherwise, named by the record that it is about and one of those it concerns. */
export type ShadowChange = {
  readonly kind: "link" | "unlink" | "question-opened" | "question-closed";
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  /** Pairs of records that come together, or apart, by it; 0 for a question. */
  readonly pairs: number;
  /** Of the pair that says most, in bits: by the candidate, and by the model in force. */
  readonly weight: number | null;
  readonly weightInForce: number | null;
  readonly why: string | null;
};

/** With the persons of the two records now. */
export type ListedShadowChange = ShadowChange & { readonly personId: string; readonly otherPersonId: string };
export type ShadowChangePlace = Pick<ShadowChange, "sourceRecordId" | "kind" | "otherSourceRecordId">;

const RUN_COLUMNS = `version, state, share, asked_by as "askedBy", asked_at as "askedAt", against, position, counted,
  started_at as "startedAt", finished_at as "finishedAt"`;

/** Asks for a candidate to be run from the beginning; what an earlier run of it found is gone. */
export function askForShadow(
  database: Database,
  { version, share, by, at }: { version: string; share: number; by: string; at: Date },
): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.query(
      `insert into shadow_run (version, state, share, asked_by, asked_at, position, counted) values ($1, 'asked', $2, $3, $4, 0, '{}')
       on conflict (version) do update set state = 'asked', share = excluded.share, asked_by = excluded.asked_by,
         asked_at = excluded.asked_at, against = null, position = 0, counted = '{}', started_at = null, finished_at = null`,
      [version, share, by, at],
    );
    await transaction.query("delete from shadow_change where version = $1", [version]);
  });
}

/** Ends whatever runs or was asked for. @returns the versions. */
export async function endShadows(client: Client, at: Date): Promise<string[]> {
  const { rows } = await client.query<{ version: string }>(
    "update shadow_run set state = 'off', finished_at = $1 where state in ('asked', 'running') returning version",
    [at],
  );
  return rows.map(({ version }) => version);
}

export async function readShadowRun(client: Client, version: string): Promise<ShadowRun | undefined> {
  const { rows } = await client.query<ShadowRun>(`select ${RUN_COLUMNS} from shadow_run where version = $1`, [version]);
  return rows[0];
}

/** The run whose turn it is: one that was begun, else the one asked for first. */
export async function readDueShadow(client: Client): Promise<ShadowRun | undefined> {
  const { rows } = await client.query<ShadowRun>(
    `select ${RUN_COLUMNS} from shadow_run where state in ('asked', 'running') order by state desc, asked_at, version limit 1`,
  );
  return rows[0];
}

export async function readShadowRuns(client: Client): Promise<ShadowRun[]> {
  const { rows } = await client.query<ShadowRun>(`select ${RUN_COLUMNS} from shadow_run order by asked_at desc`);
  return rows;
}

/** Where a run stands after a step, and what the step found. */
export type ShadowStep = {
  readonly run: ShadowRun;
  readonly against: string;
  readonly position: number;
  readonly counted: unknown;
  readonly changes: readonly ShadowChange[];
  readonly isLast: boolean;
  readonly at: Date;
};

/**
 * Keeps a step, whole or not at all.
 * @returns the run as it is now; undefined where it is not where the step began: it was ended, asked for anew, or somebody
 * else goes on with it.
 */
export function saveShadowStep(database: Database, step: ShadowStep): Promise<ShadowRun | undefined> {
  const { run, changes } = step;
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<ShadowRun>(
      `update shadow_run set state = case when $6 then 'done' else 'running' end, against = $3, position = $4, counted = $5,
         started_at = coalesce(started_at, $7), finished_at = case when $6 then $7::timestamptz end
       where version = $1 and state in ('asked', 'running') and position = $2 and asked_at = $8 returning ${RUN_COLUMNS}`,
      [
        ...[run.version, run.position, step.against, step.position, json(step.counted)],
        ...[step.isLast, step.at, run.askedAt],
      ],
    );
    if (rows[0] === undefined || changes.length === 0) return rows[0];
    await transaction.query(
      `insert into shadow_change (version, kind, source_record_id, other_source_record_id, pairs, weight, weight_in_force, why)
       select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::float8[], $7::float8[], $8::text[])
       on conflict (version, source_record_id, kind, other_source_record_id) do nothing`,
      [
        run.version,
        column(changes, (change) => change.kind),
        column(changes, (change) => change.sourceRecordId),
        column(changes, (change) => change.otherSourceRecordId),
        column(changes, (change) => change.pairs),
        column(changes, (change) => change.weight),
        column(changes, (change) => change.weightInForce),
        column(changes, (change) => change.why),
      ],
    );
    return rows[0];
  });
}

/** What a candidate would change, by record, after a place where given. */
export async function readShadowChanges(
  client: Client,
  version: string,
  page: {
    readonly kind?: ShadowChange["kind"] | undefined;
    readonly after: ShadowChangePlace | null;
    readonly limit: number;
  },
): Promise<ListedShadowChange[]> {
  const { after } = page;
  const { rows } = await client.query<ListedShadowChange>(
    `select c.kind, c.source_record_id as "sourceRecordId", c.other_source_record_id as "otherSourceRecordId", c.pairs, c.weight,
       c.weight_in_force as "weightInForce", c.why, s.person_id as "personId", o.person_id as "otherPersonId"
     from shadow_change c join source_record s on s.source_record_id = c.source_record_id
     join source_record o on o.source_record_id = c.other_source_record_id
     where c.version = $1 and ($2::text is null or c.kind = $2)
       and ($3::bigint is null or (c.source_record_id, c.kind, c.other_source_record_id) > ($3, $4, $5::bigint))
     order by c.source_record_id, c.kind, c.other_source_record_id limit $6`,
    [
      version,
      page.kind ?? null,
      after?.sourceRecordId ?? null,
      after?.kind ?? null,
      after?.otherSourceRecordId ?? null,
      page.limit,
    ],
  );
  return rows;
}

/** The questions that matching asks about any of the records: those open, and those that a person closed. */
export async function readQuestionsOf(
  client: Client,
  sourceRecordIds: readonly number[],
): Promise<{ readonly sourceRecordId: number; readonly otherSourceRecordId: number; readonly isOpen: boolean }[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<{ sourceRecordId: number; otherSourceRecordId: number; isOpen: boolean }>(
    `select source_record_id as "sourceRecordId", other_source_record_id as "otherSourceRecordId", state = 'open' as "isOpen"
     from review_task
     where kind in ('possible-match', 'number-conflict', 'fits-two') and (state = 'open' or settled is null)
       and (source_record_id = any($1::bigint[]) or other_source_record_id = any($1::bigint[]))
     order by task_id`,
    [sourceRecordIds],
  );
  return rows;
}

/** The ids of active records above `after`, by id: all, or those in a sample that is the same every time. */
export async function readShadowedIds(
  client: Client,
  { after, share, limit }: { readonly after: number; readonly share: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select source_record_id as id from source_record
     where source_record_id > $1 and status = 'active' and overlaid_by is null
       and ($2::float8 >= 1 or (hashint8extended(source_record_id, 0) & 1048575) < $2::float8 * 1048576)
     order by source_record_id limit $3`,
    [after, share, limit],
  );
  return rows.map(({ id }) => id);
}
