import type { Reason } from "@chesil/model";
import type { Database, Transaction } from "./database.ts";
import { judge, type Precedent } from "./duplicate.ts";
import { TallyChange } from "./tally.ts";

/** An answer to send, and its MSA-1. `bytes` is null where the sender wants none. */
export type Answer = { readonly bytes: Buffer | null; readonly code: string };

/** One framed message, peeked, with the answers that are possible before the journal is asked. */
export type Arrival = {
  readonly feed: string;
  readonly connection: string;
  readonly receivedAt: Date;
  readonly raw: Uint8Array;
  readonly sha256: Buffer;
  readonly messageCode: string;
  readonly triggerEvent: string;
  readonly version: string;
  readonly sender: string;
  readonly controlId: string;
  readonly messageAt: Date;
  readonly identities: readonly string[];
  /** Why the message can never be accepted; absent: it can. */
  readonly refusal?: { readonly reason: Reason; readonly text: string };
  readonly answer: Answer;
  /** Made only for the rare conflict. */
  readonly conflictAnswer: () => Answer;
  readonly reuseWindowMs: number;
};

export type Appended = {
  readonly kind: "accepted" | "refused" | "duplicate" | "conflict";
  /** The journal entry; of a duplicate, the original's. */
  readonly journalId: number;
  /** What to send: for a duplicate the original acknowledgement, byte for byte. */
  readonly answer: Buffer | null;
};

/**
 * Commits a batch of arrivals to the journal, in order. When this resolves the bytes are on disk and the answers may
 * leave; when it rejects nothing was stored and nothing may be answered.
 *
 * One transaction and one fsync for the whole batch. The head row's lock makes ids commit in order, and makes the
 * duplicate lookup see everything that committed before, whichever process did it.
 */
export function appendArrivals(database: Database, arrivals: readonly Arrival[]): Promise<Appended[]> {
  return database.transaction(async (transaction) => {
    // Sent together, carried out one after the other: the lookup sees what committed before the lock was had.
    const [firstId, precedents] = await Promise.all([
      drawIds(transaction, arrivals.length),
      findPrecedents(transaction, arrivals),
    ]);
    const batch = new AppendBatch(firstId, precedents);
    for (const arrival of arrivals) batch.place(arrival);
    await batch.write(transaction);
    return batch.appended;
  });
}

/** Draws `count` journal ids; holds the head row until the transaction ends. */
async function drawIds(transaction: Transaction, count: number): Promise<number> {
  const { rows } = await transaction.query<{ first_id: number }>(
    "update journal_head set next_id = next_id + $1 returning next_id - $1 as first_id",
    [count],
  );
  const first = rows[0];
  if (!first) throw new Error("The journal head row is missing: run the migrations.");
  return first.first_id;
}

type StoredPrecedent = Precedent & { readonly answer: Buffer | null };

const controlIdKey = (feed: string, sender: string, controlId: string) => JSON.stringify([feed, sender, controlId]);

async function findPrecedents(
  transaction: Transaction,
  arrivals: readonly Arrival[],
): Promise<Map<string, StoredPrecedent[]>> {
  const asked = arrivals.filter((arrival) => !arrival.refusal);
  const found = new Map<string, StoredPrecedent[]>();
  if (asked.length === 0) return found;
  const { rows } = await transaction.query<{
    feed: string;
    sender: string;
    control_id: string;
    journal_id: number;
    sha256: Buffer;
    message_at: Date;
    acknowledgement: Buffer | null;
  }>({
    name: "find-precedents",
    text: `select j.feed, j.sender, j.control_id, j.journal_id, j.sha256, j.message_at, j.acknowledgement
           from (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as a (feed, sender, control_id)) a
           join journal j on j.accepted and j.feed = a.feed and j.sender = a.sender and j.control_id = a.control_id`,
    values: [asked.map((each) => each.feed), asked.map((each) => each.sender), asked.map((each) => each.controlId)],
  });
  for (const row of rows) {
    const key = controlIdKey(row.feed, row.sender, row.control_id);
    const precedent = {
      journalId: row.journal_id,
      sha256: row.sha256,
      messageAt: row.message_at,
      answer: row.acknowledgement,
    };
    found.set(key, [...(found.get(key) ?? []), precedent]);
  }
  return found;
}

type Row = { journalId: number; arrival: Arrival; accepted: boolean; answer: Answer };

/** The rows one append writes. Arrivals of the same batch are judged against each other as against the table. */
class AppendBatch {
  readonly appended: Appended[] = [];
  readonly #rows: Row[] = [];
  readonly #refused: {
    journalId: number;
    outcome: "rejected" | "conflict";
    reason: Reason;
    detail: string;
    at: Date;
  }[] = [];
  readonly #redelivered: { journalId: number; arrival: Arrival }[] = [];
  readonly #tally = new TallyChange();
  readonly #precedents: Map<string, StoredPrecedent[]>;
  #nextId: number;

  constructor(firstId: number, precedents: Map<string, StoredPrecedent[]>) {
    this.#nextId = firstId;
    this.#precedents = precedents;
  }

  place(arrival: Arrival): void {
    this.#tally.add(arrival.feed, "received");
    if (arrival.refusal) {
      this.#refuse(arrival, "rejected", arrival.refusal.reason, arrival.refusal.text, arrival.answer);
      return;
    }
    const key = controlIdKey(arrival.feed, arrival.sender, arrival.controlId);
    const precedents = this.#precedents.get(key) ?? [];
    const judgement = judge(arrival, precedents, arrival.reuseWindowMs);
    if (judgement.kind === "duplicate") {
      this.#redelivered.push({ journalId: judgement.journalId, arrival });
      this.#tally.add(arrival.feed, "duplicate");
      const original = precedents.find((precedent) => precedent.journalId === judgement.journalId);
      this.appended.push({ kind: "duplicate", journalId: judgement.journalId, answer: original?.answer ?? null });
    } else if (judgement.kind === "conflict") {
      this.#refuse(
        arrival,
        "conflict",
        "control-id-reused",
        `journal ${judgement.journalId}`,
        arrival.conflictAnswer(),
      );
    } else {
      const journalId = this.#nextId++;
      this.#rows.push({ journalId, arrival, accepted: true, answer: arrival.answer });
      const precedent = {
        journalId,
        sha256: arrival.sha256,
        messageAt: arrival.messageAt,
        answer: arrival.answer.bytes,
      };
      this.#precedents.set(key, [...precedents, precedent]);
      this.appended.push({ kind: "accepted", journalId, answer: arrival.answer.bytes });
    }
  }

  #refuse(arrival: Arrival, outcome: "rejected" | "conflict", reason: Reason, detail: string, answer: Answer): void {
    const journalId = this.#nextId++;
    this.#rows.push({ journalId, arrival, accepted: false, answer });
    this.#refused.push({ journalId, outcome, reason, detail, at: arrival.receivedAt });
    this.#tally.add(arrival.feed, outcome);
    this.appended.push({ kind: outcome === "conflict" ? "conflict" : "refused", journalId, answer: answer.bytes });
  }

  async write(transaction: Transaction): Promise<void> {
    const writes: Promise<unknown>[] = [];
    if (this.#rows.length > 0) writes.push(insertJournal(transaction, this.#rows));
    if (this.#refused.length > 0) {
      writes.push(
        transaction.query(
          `insert into outcome (journal_id, outcome, reason, detail, decided_by, decided_at)
         select id, outcome, reason, detail, id, at
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as r (id, outcome, reason, detail, at)`,
          [
            this.#refused.map((each) => each.journalId),
            this.#refused.map((each) => each.outcome),
            this.#refused.map((each) => each.reason),
            this.#refused.map((each) => each.detail),
            this.#refused.map((each) => each.at),
          ],
        ),
      );
    }
    if (this.#redelivered.length > 0) {
      writes.push(
        transaction.query(
          `insert into redelivery (journal_id, feed, connection, received_at)
         select * from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[])`,
          [
            this.#redelivered.map((each) => each.journalId),
            this.#redelivered.map((each) => each.arrival.feed),
            this.#redelivered.map((each) => each.arrival.connection),
            this.#redelivered.map((each) => each.arrival.receivedAt),
          ],
        ),
      );
    }
    writes.push(this.#tally.write(transaction));
    await Promise.all(writes);
  }
}

/**
 * The hot insert. Raw bytes travel as one binary parameter cut by offsets: an array of bytea would be sent as hex
 * text, twice the bytes and most of the time. Identities travel as JSON because PostgreSQL arrays are not ragged.
 */
async function insertJournal(transaction: Transaction, rows: readonly Row[]): Promise<void> {
  const offsets: number[] = [];
  let length = 0;
  for (const { arrival } of rows) {
    offsets.push(length + 1);
    length += arrival.raw.length;
  }
  const blob = Buffer.concat(
    rows.map(({ arrival }) => arrival.raw),
    length,
  );
  const hex = (bytes: Buffer | null) => (bytes ? bytes.toString("hex") : null);
  await transaction.query({
    name: "insert-journal",
    text: `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code,
             trigger_event, version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
           select id, 'message', feed, connection, received_at, substr($1::bytea, from_byte, bytes), decode(sha256, 'hex'),
             accepted, message_code, trigger_event, version, sender, control_id, message_at,
             array(select jsonb_array_elements_text(identities)), decode(acknowledgement, 'hex'), acknowledgement_code
           from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::integer[], $7::integer[], $8::text[],
             $9::boolean[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::jsonb[],
             $17::text[], $18::text[])
           as r (id, feed, connection, received_at, from_byte, bytes, sha256, accepted, message_code, trigger_event, version,
             sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)`,
    values: [
      blob,
      rows.map((row) => row.journalId),
      rows.map((row) => row.arrival.feed),
      rows.map((row) => row.arrival.connection),
      rows.map((row) => row.arrival.receivedAt),
      offsets,
      rows.map((row) => row.arrival.raw.length),
      rows.map((row) => hex(row.arrival.sha256)),
      rows.map((row) => row.accepted),
      rows.map((row) => row.arrival.messageCode),
      rows.map((row) => row.arrival.triggerEvent),
      rows.map((row) => row.arrival.version),
      rows.map((row) => row.arrival.sender),
      rows.map((row) => row.arrival.controlId),
      rows.map((row) => row.arrival.messageAt),
      rows.map((row) => JSON.stringify(row.arrival.identities)),
      rows.map((row) => hex(row.answer.bytes)),
      rows.map((row) => row.answer.code),
    ],
  });
}

/**
 * What a person told Chesil to do, journalled like everything from outside (law 8) and carried out by resolve in
 * journal order.
 */
export type Command =
  | { readonly command: "replay"; readonly journalId: number; readonly by: string; readonly reason: string }
  | { readonly command: "skip"; readonly journalId: number; readonly by: string; readonly reason: string };

/** Commits commands to the journal. @returns their journal ids, in order. */
export function appendCommands(database: Database, commands: readonly Command[], at: Date): Promise<number[]> {
  if (commands.length === 0) return Promise.resolve([]);
  return database.transaction(async (transaction) => {
    const firstId = await drawIds(transaction, commands.length);
    await transaction.query(
      `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
         version, sender, control_id, message_at, identities)
       select $1 + place - 1, 'command', '', '', $2, convert_to(text, 'UTF8'), sha256(convert_to(text, 'UTF8')), true, '', '',
         '', '', '', $2, '{}'
       from unnest($3::text[]) with ordinality as c (text, place)`,
      [firstId, at, commands.map((command) => JSON.stringify(command))],
    );
    return commands.map((_, index) => firstId + index);
  });
}
