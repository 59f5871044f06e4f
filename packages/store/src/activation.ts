import { isDeepStrictEqual } from "node:util";
import type { SurvivorshipPolicy } from "@chesil/model";
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
  /** By which golden records are computed from here on; absent: the policy that was. */
  readonly survivorship?: SurvivorshipPolicy;
  readonly by: string;
};

/** The activation in the bytes of its journal entry. */
export const readActivation = (raw: Buffer): Activation => JSON.parse(raw.toString("utf8")) as Activation;

/**
 * Journals the settings, unless they are those in force.
 * @param stays readings that only what they are the readings of may change: a feed that has one keeps it, unless it is given
 * one of the other sort.
 * @returns the journal id; undefined when nothing is new.
 */
export async function appendActivation(
  database: Database,
  activation: Activation,
  at: Date,
  stays: (reading: unknown) => boolean = () => false,
): Promise<number | undefined> {
  const given = JSON.parse(JSON.stringify(activation)) as Activation;
  const feedsAfter = (before: readonly Activated[]) => {
    const isOther = (feed: string) => Object.hasOwn(given.feeds, feed) && !stays(given.feeds[feed]);
    const inForce = Object.entries(before.at(-1)?.activation.feeds ?? {});
    const kept = inForce.filter(([feed, reading]) => stays(reading) && !isOther(feed));
    return { ...given.feeds, ...Object.fromEntries(kept) };
  };
  const before = await readActivations(database);
  const { survivorship } = given;
  const isSamePolicy = survivorship === undefined || isDeepStrictEqual(latestSurvivorship(before), survivorship);
  if (isSamePolicy && isDeepStrictEqual(before.at(-1)?.activation.feeds, feedsAfter(before))) return undefined;
  return database.transaction(async (transaction) => {
    const journalId = await drawIds(transaction, 1);
    const feeds = feedsAfter(await readAll(transaction));
    await journal(transaction, { journalId, text: JSON.stringify({ ...given, feeds }), at });
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

/**
 * Journals how one feed's entries are read from now on, unless they are read so already; all other feeds stay as they are.
 * @returns the journal id; undefined when nothing is new.
 */
export async function appendFeedActivation(
  database: Database,
  { feed, reading, by }: { readonly feed: string; readonly reading: unknown; readonly by: string },
  at: Date,
): Promise<number | undefined> {
  const written = JSON.parse(JSON.stringify(reading)) as unknown;
  const inForce = async (client: Client) =>
    (await readAll(client)).findLast(({ activation }) => Object.hasOwn(activation.feeds, feed))?.activation.feeds[feed];
  if (isDeepStrictEqual(await inForce(database.pool), written)) return undefined;
  return database.transaction(async (transaction) => {
    const journalId = await drawIds(transaction, 1);
    const feeds = { ...(await readAll(transaction)).at(-1)?.activation.feeds, [feed]: written };
    await journal(transaction, { journalId, text: JSON.stringify({ feeds, by }), at });
    return journalId;
  });
}

/** Whether a feed's entries are read so from here on. */
export async function isReadingInForce(
  client: Client,
  { feed, reading }: { readonly feed: string; readonly reading: unknown },
): Promise<boolean> {
  const activations = await readAll(client);
  const inForce = activations.findLast(({ activation }) => Object.hasOwn(activation.feeds, feed));
  return isDeepStrictEqual(inForce?.activation.feeds[feed], JSON.parse(JSON.stringify(reading)));
}

const latestModel = (activations: readonly Activated[]): string | undefined =>
  activations.findLast(({ activation }) => activation.model !== undefined)?.activation.model;

const latestSurvivorship = (activations: readonly Activated[]): SurvivorshipPolicy | undefined =>
  activations.findLast(({ activation }) => activation.survivorship !== undefined)?.activation.survivorship;

/** The policy that the journal had in force at a moment; undefined: none was activated. */
export async function readSurvivorship(client: Client, at: Date): Promise<SurvivorshipPolicy | undefined> {
  const activations = await readAll(client);
  return latestSurvivorship(activations.filter(({ receivedAt }) => receivedAt <= at));
}

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

type Activated = { readonly journalId: number; readonly receivedAt: Date; readonly activation: Activation };

/** Every activation, first to last. They are as few as changes of the configuration and of the model. */
export const readActivations = (database: Database): Promise<Activated[]> => readAll(database.pool);

async function readAll(client: Client): Promise<Activated[]> {
  const { rows } = await client.query<{ journal_id: number; received_at: Date; raw: Buffer }>(
    "select journal_id, received_at, raw from journal where kind = 'activation' order by journal_id",
  );
  return rows.map(({ journal_id: journalId, received_at: receivedAt, raw }) => ({
    ...{ journalId, receivedAt },
    activation: readActivation(raw),
  }));
}
