import { isDeepStrictEqual } from "node:util";
import type { Client } from "./client.ts";
import type { Database, Transaction } from "./database.ts";
import { drawIds } from "./journal-ids.ts";

/**
 * Settings that came into force, journalled like everything from outside (law 8): from this entry on, until the next,
 * messages mean what these say.
 */
export type Activation = {
  /** Each feed's name, and how its messages are read. The store does not look inside. */
  readonly feeds: Readonly<Record<string, unknown>>;
  /** The version of the matching model from here on (`model-store.ts`); absent: the one that was. */
  readonly model?: string;
  readonly by: string;
};

/** The activation in the bytes of its journal entry. */
export const readActivation = (raw: Buffer): Activation => JSON.parse(raw.toString("utf8")) as Activation;

/** Journals the settings, unless they are those in force. @returns the journal id; undefined when nothing is new. */
export async function appendActivation(
  database: Database,
  activation: Activation,
  at: Date,
): Promise<number | undefined> {
  const text = JSON.stringify(activation);
  const { rows } = await database.pool.query<{ raw: Buffer }>(
    "select raw from journal where kind = 'activation' order by journal_id desc limit 1",
  );
  const inForce = rows[0] && readActivation(rows[0].raw).feeds;
  if (isDeepStrictEqual(inForce, (JSON.parse(text) as Activation).feeds)) return undefined;
  return database.transaction(async (transaction) => {
    const journalId = await drawIds(transaction, 1);
    await journal(transaction, { journalId, text, at });
    return journalId;
  });
}

/**
 * Journals that a model comes into force, unless it is, together with how feeds are read, which stays.
 * @returns the journal id; undefined when nothing is new.
 */
export function appendModelActivation(
  database: Database,
  { version, by }: { readonly version: string; readonly by: string },
  at: Date,
): Promise<number | undefined> {
  return database.transaction(async (transaction) => {
    if (latestModel(await readAll(transaction)) === version) return undefined;
    // From here on nobody else activates anything until this is committed: the feeds are those in force.
    const journalId = await drawIds(transaction, 1);
    const feeds = (await readAll(transaction)).at(-1)?.activation.feeds ?? {};
    await journal(transaction, { journalId, text: JSON.stringify({ feeds, model: version, by }), at });
    return journalId;
  });
}

const latestModel = (activations: readonly Activated[]): string | undefined =>
  activations.findLast(({ activation }) => activation.model !== undefined)?.activation.model;

type Entry = { readonly journalId: number; readonly text: string; readonly at: Date };

async function journal(transaction: Transaction, { journalId, text, at }: Entry): Promise<void> {
  await transaction.query(
    `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code,
       trigger_event, version, sender, control_id, message_at, identities)
     values ($1, 'activation', '', '', $2, convert_to($3, 'UTF8'), sha256(convert_to($3, 'UTF8')), true, '', '', '', '',
       '', $2, '{}')`,
    [journalId, at, text],
  );
}

type Activated = { readonly journalId: number; readonly activation: Activation };

/** Every activation, first to last. They are as few as changes of the configuration and of the model. */
export const readActivations = (database: Database): Promise<Activated[]> => readAll(database.pool);

async function readAll(client: Client): Promise<Activated[]> {
  const { rows } = await client.query<{ journal_id: number; raw: Buffer }>(
    "select journal_id, raw from journal where kind = 'activation' order by journal_id",
  );
  return rows.map(({ journal_id, raw }) => ({ journalId: journal_id, activation: readActivation(raw) }));
}
