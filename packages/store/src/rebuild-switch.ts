import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { Database, Transaction } from "./database.ts";
import { ASIDE_SCHEMA, BEFORE_SCHEMA, copyRefused, DECIDED_TABLES } from "./rebuild.ts";

/** A place that was taken from its owner. */
export type TakenPlace = { readonly epoch: number; readonly position: number };

/**
 * Takes a consumer's place, whoever has it: its owner's next commit fails, and it waits until the place is given back or
 * `leaseMs` have passed.
 */
export async function takePlace(
  { pool }: Database,
  consumer: string,
  { owner, leaseMs }: { readonly owner: string; readonly leaseMs: number },
): Promise<TakenPlace> {
  const { rows } = await pool.query<TakenPlace>(
    `insert into log_consumer as held (consumer, lease_epoch, lease_owner, lease_until)
     values ($1, 1, $2, now() + $3 * interval '1 ms')
     on conflict (consumer) do update set lease_epoch = held.lease_epoch + 1, lease_owner = $2,
       lease_until = now() + $3 * interval '1 ms'
     returning lease_epoch as epoch, position`,
    [consumer, owner, leaseMs],
  );
  if (!rows[0]) throw new Error("A row that was written was not returned.");
  return rows[0];
}

/** Whoever waits for the place may have it. */
export async function giveBackPlace({ pool }: Database, consumer: string, { epoch }: TakenPlace): Promise<void> {
  await pool.query("update log_consumer set lease_until = now() where consumer = $1 and lease_epoch = $2", [
    consumer,
    epoch,
  ]);
}

/** The decider's place was lost meanwhile, or the store aside is not where it was: nothing was switched. */
export class NotSwitchedError extends Error {
  override name = "NotSwitchedError";
}

export type Switching = {
  /** The decider's consumer, and how its place was taken. */
  readonly consumer: string;
  readonly place: TakenPlace;
  /** The consumer of whoever decided aside. */
  readonly asideConsumer: string;
  /** The stores differ: whoever follows identifiers is to be told of the people who do. */
  readonly isDifferent: boolean;
};

/** Counted by the decider; also at the door, for what has nothing to apply. */
const RESOLVED_OUTCOMES = ["applied", "quarantined", "parked", "skipped"];

/**
 * A reader that has one table and waits for the next is in the way of who has the next and waits for the first: the switch
 * gives in, at first soon, at last before the server looks for deadlocks. Readers wait no longer than that.
 */
const LOCK_WAIT_MS_MIN = 20;
const LOCK_WAIT_MS_MAX = 500;
const LOCK_ATTEMPTS_MAX = 60;
const LOCK_PAUSE_MS = 20;
/** The one under which journal ids are drawn (migration 0006). */
const JOURNAL_LOCK = 4_317_227;

/**
 * Puts the store that was decided aside in the place of the live one, which is kept as `before_rebuild`; all in one
 * transaction, which only who has the decider's place can commit. Nobody journals and nobody reads a patient meanwhile.
 *
 * @throws NotSwitchedError when the place was taken over, or the store aside has not all that the live one has.
 */
export function switchStores(database: Database, switching: Switching): Promise<void> {
  return database.transaction(async (transaction) => {
    await holdPlace(transaction, switching);
    if (switching.isDifferent) await owePersonsWhoDiffer(transaction);
    await lockAll(transaction);
    await copyRefused(transaction, Number.MAX_SAFE_INTEGER);
    await transaction.query("delete from tally where name = any($1)", [RESOLVED_OUTCOMES]);
    await transaction.query(
      `insert into tally select feed, name, sum(messages) from (
         select feed, name, messages from ${ASIDE_SCHEMA}.tally
         union all
         select j.feed, o.outcome, 1 from ${ASIDE_SCHEMA}.outcome o join journal j using (journal_id)
         where not j.accepted and o.outcome = any($1)
       ) counted group by feed, name`,
      [RESOLVED_OUTCOMES],
    );
    await changePlaces(transaction);
    await transaction.query("delete from log_consumer where consumer = $1", [switching.asideConsumer]);
    await transaction.query(`drop schema ${ASIDE_SCHEMA} cascade`);
  });
}

/** The fence: it goes on from where the store aside stands, and commits only while the place is ours. */
async function holdPlace(transaction: Transaction, { consumer, place, asideConsumer }: Switching): Promise<void> {
  const { rowCount } = await transaction.query(
    `update log_consumer live set position = aside.position from log_consumer aside
     where live.consumer = $1 and live.lease_epoch = $2 and live.lease_until > now() and aside.consumer = $3
       and not exists (select from journal where accepted and journal_id > aside.position and journal_id <= live.position)`,
    [consumer, place.epoch, asideConsumer],
  );
  if (rowCount !== 1)
    throw new NotSwitchedError(
      "The decider took its place again before the stores could be switched: run it once more.",
    );
}

/** All at once, or none: who waits for a table that is held keeps nobody waiting. */
async function lockAll(transaction: Transaction): Promise<void> {
  const tables = [...DECIDED_TABLES, "tally"].flatMap((table) => [`public.${table}`, `${ASIDE_SCHEMA}.${table}`]);
  for (let attempt = 1; ; attempt++) {
    try {
      const waitMs = Math.min(LOCK_WAIT_MS_MIN * 2 ** Math.floor((attempt - 1) / 10), LOCK_WAIT_MS_MAX);
      await transaction.query(`savepoint unlocked; set local lock_timeout = ${waitMs}`);
      await transaction.query(`select pg_advisory_xact_lock(${JOURNAL_LOCK})`);
      await transaction.query(`lock table ${tables.join(", ")} in access exclusive mode`);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      // Lock not available; a deadlock that was found here.
      if ((code !== "55P03" && code !== "40P01") || attempt === LOCK_ATTEMPTS_MAX) throw error;
      await transaction.query("rollback to savepoint unlocked");
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

async function changePlaces(transaction: Transaction): Promise<void> {
  const triggers = await readTriggers(transaction);
  await transaction.query(`create schema ${BEFORE_SCHEMA}`);
  for (const table of DECIDED_TABLES) {
    await transaction.query(`alter table public.${table} set schema ${BEFORE_SCHEMA}`);
    await transaction.query(`alter table ${ASIDE_SCHEMA}.${table} set schema public`);
  }
  for (const sql of triggers) await transaction.query(sql);
}

/** What happens at a change of a live row happens at none while deciding aside: these come with the new place. */
async function readTriggers(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(
    `select pg_get_triggerdef(t.oid) as sql from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and c.relnamespace = 'public'::regnamespace and c.relname = any($1) order by t.tgname`,
    [DECIDED_TABLES],
  );
  return rows.map(({ sql }) => sql);
}

/** Persons with other records, or records with other identifiers, than before: destinations hear of them, as of any change. */
async function owePersonsWhoDiffer(transaction: Transaction): Promise<void> {
  const identity = (schema: string) =>
    `select s.source_record_id, s.person_id, s.status, s.identifiers, p.nhs_number
     from ${schema}.source_record s join ${schema}.person p using (person_id)`;
  await transaction.query(
    `insert into identifier_change (person_id)
     select distinct person_id from (
       (${identity("public")} except ${identity(ASIDE_SCHEMA)}) union all (${identity(ASIDE_SCHEMA)} except ${identity("public")})
     ) changed where exists (select from notification_place)`,
  );
}
