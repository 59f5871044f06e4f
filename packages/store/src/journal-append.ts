import { type Appended, type Arrival, type Keyed, keysOf } from "./arrival.ts";
import type { Client } from "./client.ts";
import type { Database } from "./database.ts";
import { joined } from "./joined-bytes.ts";
import { appendJudged } from "./journal-judged.ts";

/**
 * Commits a batch of arrivals to the journal, in order. When this resolves the bytes are on disk and the answers may
 * leave; when it rejects nothing was stored and nothing may be answered.
 *
 * One transaction and one fsync for the whole batch. Ids are drawn under a lock that lasts until the commit is seen, so
 * they commit in order, and the look for precedents sees everything that committed before, whichever process did it.
 * Nearly always there is none and one statement does it all; where there is, the batch is judged one by one.
 */
export async function appendArrivals(database: Database, arrivals: readonly Arrival[]): Promise<Appended[]> {
  const batch = arrivals.map((arrival): Keyed => ({ arrival, keys: keysOf(arrival) }));
  if (batch.every(({ arrival }) => isPlain(arrival)) && areUnlike(batch)) {
    const [only, ...others] = batch;
    const firstId = await (only &&
    others.length === 0 &&
    !only.arrival.envelope &&
    only.arrival.raw.length < LARGE_BYTES
      ? appendOne(database, only)
      : appendMany(database.pool, batch));
    if (firstId !== null)
      return batch.map(({ arrival }, index) => ({
        kind: "accepted",
        journalId: firstId + index,
        answer: arrival.answer.bytes,
      }));
  }
  return appendJudged(database, batch);
}

/** From here on bytes are written before the lock of the ids is asked for: nobody waits while they are. */
export const LARGE_BYTES = 1024 * 1024;

/** Nothing but a message that may be accepted: no refusal, no sequence to keep. */
const isPlain = (arrival: Arrival) => !arrival.refusal && arrival.nothingToApply === undefined && !arrival.sequence;

/** No two of the batch under one control id: precedents of each other are judged one by one. */
const areUnlike = (batch: readonly Keyed[]) => new Set(batch.map(({ keys }) => keys.control)).size === batch.length;

/**
 * A lone message, as a stop-and-wait sender makes them: plain parameters cost half of what a list of one does.
 * @returns the journal id; null when something like it came before, and nothing was written.
 */
async function appendOne(database: Database, { arrival, keys }: Keyed): Promise<number | null> {
  const { rows } = await database.pool.query<{ id: number | null }>({
    name: "append-message",
    text: `select append_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) as id`,
    values: [
      arrival.feed,
      arrival.connection,
      arrival.receivedAt,
      arrival.raw,
      arrival.sha256,
      arrival.messageCode,
      arrival.triggerEvent,
      arrival.version,
      arrival.sender,
      arrival.controlId,
      arrival.messageAt,
      arrival.identities,
      arrival.answer.bytes,
      arrival.answer.code,
      keys.control,
      keys.content,
      ...windowOf(arrival),
    ],
  });
  return rows[0]?.id ?? null;
}

/** @returns the first journal id; null when something like one of them came before, and nothing was written. */
export async function appendMany(client: Client, batch: readonly Keyed[]): Promise<number | null> {
  const { blob, offsets } = joined(batch.map(({ arrival }) => arrival.raw));
  const entries = batch.map(({ arrival, keys }, place) => {
    const [windowFrom, windowTo] = windowOf(arrival);
    return {
      place,
      feed: arrival.feed,
      connection: arrival.connection,
      received_at: arrival.receivedAt,
      from_byte: offsets[place],
      bytes: arrival.raw.length,
      sha256: hexOf(arrival.sha256),
      message_code: arrival.messageCode,
      trigger_event: arrival.triggerEvent,
      version: arrival.version,
      sender: arrival.sender,
      control_id: arrival.controlId,
      message_at: arrival.messageAt,
      identities: arrival.identities,
      acknowledgement: arrival.answer.bytes && hexOf(arrival.answer.bytes),
      acknowledgement_code: arrival.answer.code,
      control_key: keys.control,
      content_key: keys.content,
      window_from: windowFrom,
      window_to: windowTo,
    };
  });
  const envelopes = envelopesOf(batch);
  const isLarge = blob.length + (envelopes?.around.length ?? 0) >= LARGE_BYTES;
  const { rows } = await client.query<{ first_id: number | null }>(
    envelopes === undefined && !isLarge
      ? {
          name: "append-messages",
          text: "select append_messages($1, $2) as first_id",
          values: [blob, JSON.stringify(entries)],
        }
      : {
          name: isLarge ? "append-large" : "append-enveloped",
          text: `select ${isLarge ? "append_large" : "append_enveloped"}($1, $2, $3, $4) as first_id`,
          values: [
            blob,
            JSON.stringify(entries),
            envelopes?.around ?? Buffer.alloc(0),
            JSON.stringify(envelopes?.rows ?? []),
          ],
        },
  );
  return rows[0]?.first_id ?? null;
}

/** What stood around some of them; undefined where all came alone. */
function envelopesOf(batch: readonly Keyed[]): { around: Buffer; rows: object[] } | undefined {
  const found = batch.flatMap(({ arrival: { envelope } }, place) => (envelope ? [{ place, ...envelope }] : []));
  if (found.length === 0) return undefined;
  const { blob: around, offsets } = joined(found.flatMap(({ header, trailer }) => [header, trailer]));
  const rows = found.map(({ place, header, trailer, messages, faults }, index) => ({
    ...{ place, messages, faults },
    from_byte: offsets[2 * index],
    header_bytes: header.length,
    trailer_bytes: trailer.length,
  }));
  return { around, rows };
}

/** The times between which another message under the same control id is no coincidence. */
const windowOf = ({ messageAt, reuseWindowMs }: Arrival) =>
  [new Date(messageAt.getTime() - reuseWindowMs), new Date(messageAt.getTime() + reuseWindowMs)] as const;

const hexOf = (bytes: Buffer) => `\\x${bytes.toString("hex")}`;
