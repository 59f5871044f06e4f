import type { Reason } from "@chesil/model";
import type { Answer, Appended, Arrival, ArrivalKeys, Keyed } from "./arrival.ts";
import type { Database, Transaction } from "./database.ts";
import { judge, type Precedent } from "./duplicate.ts";
import { joined } from "./joined-bytes.ts";
import { drawIds } from "./journal-ids.ts";
import { TallyChange } from "./tally.ts";

/**
 * Appends arrivals that have to be judged one by one: resends, conflicts, refusals, sequences, batches. One
 * transaction; arrivals of the batch are judged against each other as against the table.
 */
export function appendJudged(database: Database, batch: readonly Keyed[]): Promise<Appended[]> {
  return database.transaction(async (transaction) => {
    // Sent together, carried out one after the other: the lookups see what committed before the lock was had.
    const [firstId, precedents, sequences] = await Promise.all([
      drawIds(transaction, batch.length),
      findPrecedents(transaction, batch),
      readSequences(transaction, batch),
    ]);
    const judging = new Judging(firstId, precedents, sequences);
    for (const each of batch) judging.place(each);
    await judging.write(transaction);
    return judging.appended;
  });
}

type StoredPrecedent = Precedent & { readonly answer: Buffer | null };

const nameOf = (feed: string, sender: string, controlId: string) => JSON.stringify([feed, sender, controlId]);

/** What is like each of the batch: of the same content whenever it came, or under its control id and near it in time. */
async function findPrecedents(
  transaction: Transaction,
  batch: readonly Keyed[],
): Promise<Map<string, StoredPrecedent[]>> {
  const found = new Map<string, StoredPrecedent[]>();
  const asked = batch.filter(({ arrival }) => !arrival.refusal && arrival.nothingToApply === undefined);
  if (asked.length === 0) return found;
  const { rows } = await transaction.query<{
    feed: string;
    sender: string;
    control_id: string;
    journal_id: number;
    accepted: boolean;
    sha256: Buffer;
    content_key: number | string;
    message_at: Date;
    acknowledgement: Buffer | null;
  }>({
    name: "find-precedents",
    text: `with asked as (
             select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[])
               as a (control_key, content_key, from_at, to_at)
           ), found as (
             select k.journal_id, k.content_key from asked a join journal_key k on k.content_key = a.content_key
             union
             select k.journal_id, k.content_key from asked a join journal_key k
               on k.control_key = a.control_key and k.message_at > a.from_at and k.message_at < a.to_at
           )
           select feed, sender, control_id, journal_id, accepted, sha256, content_key::text, message_at, acknowledgement
           from journal join found using (journal_id) order by journal_id`,
    values: [
      asked.map(({ keys }) => keys.control),
      asked.map(({ keys }) => keys.content),
      asked.map(({ arrival }) => new Date(arrival.messageAt.getTime() - arrival.reuseWindowMs)),
      asked.map(({ arrival }) => new Date(arrival.messageAt.getTime() + arrival.reuseWindowMs)),
    ],
  });
  for (const row of rows) {
    const name = nameOf(row.feed, row.sender, row.control_id);
    const precedent = {
      journalId: row.journal_id,
      accepted: row.accepted,
      sha256: row.sha256,
      contentKey: String(row.content_key),
      messageAt: row.message_at,
      answer: row.acknowledgement,
    };
    found.set(name, [...(found.get(name) ?? []), precedent]);
  }
  return found;
}

const senderOf = (arrival: Arrival) => JSON.stringify([arrival.feed, arrival.sender]);

/** The last numbers accepted of the senders that are held to a sequence. */
async function readSequences(transaction: Transaction, batch: readonly Keyed[]): Promise<Map<string, number>> {
  const held = batch.filter(({ arrival }) => arrival.sequence).map(({ arrival }) => arrival);
  if (held.length === 0) return new Map();
  const { rows } = await transaction.query<{ feed: string; sender: string; last_sequence: number }>(
    `select distinct s.feed, s.sender, s.last_sequence from unnest($1::text[], $2::text[]) as a (feed, sender)
     join sender_sequence s using (feed, sender)`,
    [held.map((each) => each.feed), held.map((each) => each.sender)],
  );
  return new Map(rows.map((row) => [JSON.stringify([row.feed, row.sender]), row.last_sequence]));
}

/** `keys`: none of what is no precedent; of a conflict that is answered positively the content's alone. */
type Row = { journalId: number; arrival: Arrival; keys: Partial<ArrivalKeys>; answer: Answer };
/** What is decided already. */
type Settled = {
  journalId: number;
  outcome: "rejected" | "conflict" | "applied";
  reason: Reason | null;
  detail: string;
  at: Date;
};
type Redelivered = { journalId: number; arrival: Arrival; restamped: boolean };

/** The rows one append writes. */
class Judging {
  readonly appended: Appended[] = [];
  readonly #rows: Row[] = [];
  readonly #settled: Settled[] = [];
  readonly #redelivered: Redelivered[] = [];
  readonly #envelopes: { journalId: number; arrival: Arrival }[] = [];
  readonly #tally = new TallyChange();
  readonly #precedents: Map<string, StoredPrecedent[]>;
  readonly #sequences: Map<string, number>;
  readonly #moved = new Map<string, Arrival>();
  #nextId: number;

  constructor(firstId: number, precedents: Map<string, StoredPrecedent[]>, sequences: Map<string, number>) {
    this.#nextId = firstId;
    this.#precedents = precedents;
    this.#sequences = sequences;
  }

  place({ arrival, keys }: Keyed): void {
    this.#tally.add(arrival.feed, "received");
    this.#decide(arrival, keys);
    const placed = this.appended.at(-1);
    if (arrival.envelope && placed) this.#envelopes.push({ journalId: placed.journalId, arrival });
  }

  #decide(arrival: Arrival, keys: ArrivalKeys): void {
    if (arrival.nothingToApply !== undefined) {
      const { answer, nothingToApply: detail } = arrival;
      this.#settle(arrival, { kind: "accepted", outcome: "applied", reason: null, detail, answer, keys: {} });
      return;
    }
    const name = nameOf(arrival.feed, arrival.sender, arrival.controlId);
    const precedents = this.#precedents.get(name) ?? [];
    const judgement = arrival.refusal
      ? undefined
      : judge({ ...arrival, contentKey: keys.content }, precedents, arrival.reuseWindowMs);
    // The same bytes carry the same number, which was used up when they came first.
    const isResend = judgement?.kind === "duplicate" && !judgement.restamped;
    const due = isResend ? undefined : this.#judgeSequence(arrival);
    if (due?.kind === "out") return;
    if (arrival.refusal) {
      const { reason, text } = arrival.refusal;
      const { answer } = arrival;
      this.#settle(arrival, { kind: "refused", outcome: "rejected", reason, detail: text, answer, keys: {} });
    } else if (judgement?.kind === "duplicate") {
      this.#redelivered.push({ ...judgement, arrival });
      this.#tally.add(arrival.feed, "duplicate");
      const original = precedents.find((precedent) => precedent.journalId === judgement.journalId);
      this.appended.push({ kind: "duplicate", journalId: judgement.journalId, answer: original?.answer ?? null });
    } else if (judgement?.kind === "conflict") {
      const answer = arrival.conflictAnswer();
      const detail = `journal ${judgement.journalId}`;
      const settled = { kind: "conflict", outcome: "conflict", reason: "control-id-reused", detail, answer } as const;
      // Who was told that it is taken is told so again when it sends the same bytes again.
      const isTaken = answer.code === "AA" || answer.code === "CA";
      const journalId = this.#settle(arrival, { ...settled, keys: isTaken ? { content: keys.content } : {} });
      if (isTaken) this.#setPrecedent(name, { arrival, keys, journalId, accepted: false, answer });
    } else {
      const journalId = this.#nextId++;
      const answer = due?.answer ?? arrival.answer;
      this.#rows.push({ journalId, arrival, keys, answer });
      this.#setPrecedent(name, { arrival, keys, journalId, accepted: true, answer });
      this.appended.push({ kind: "accepted", journalId, answer: answer.bytes });
    }
  }

  #setPrecedent(
    name: string,
    { arrival, keys, journalId, accepted, answer }: Keyed & { journalId: number; accepted: boolean; answer: Answer },
  ): void {
    const { sha256, messageAt } = arrival;
    const precedent = { journalId, accepted, sha256, contentKey: keys.content, messageAt, answer: answer.bytes };
    this.#precedents.set(name, [...(this.#precedents.get(name) ?? []), precedent]);
  }

  /**
   * Keeps the sender's number. One out of order is stored, refused, and told which number is expected; 0 asks for it,
   * with a message that is taken like any other.
   */
  #judgeSequence(arrival: Arrival): { kind: "next" | "asked" | "out"; answer?: Answer } | undefined {
    const { sequence } = arrival;
    if (!sequence) return undefined;
    const sender = senderOf(arrival);
    const judgement = sequence.judge(this.#sequences.get(sender) ?? null, sequence.sent);
    if (judgement.kind === "asked") return { kind: "asked", answer: sequence.answer("asked", judgement.expected) };
    if ("expected" in judgement) {
      const answer = sequence.answer("out", judgement.expected);
      const detail = `expected ${judgement.expected}`;
      const kind = "out-of-sequence";
      this.#settle(arrival, { kind, outcome: "rejected", reason: kind, detail, answer, keys: {} });
      return { kind: "out" };
    }
    if (judgement.kind === "next" && sequence.sent !== null) this.#sequences.set(sender, sequence.sent);
    if (judgement.kind === "resync") this.#sequences.delete(sender);
    this.#moved.set(sender, arrival);
    return { kind: "next" };
  }

  /** Keeps what the log does not deliver, with what has become of it. @returns its journal id. */
  #settle(
    arrival: Arrival,
    settled: Omit<Settled, "journalId" | "at"> & Pick<Row, "answer" | "keys"> & Pick<Appended, "kind">,
  ): number {
    const { kind, outcome, reason, detail, answer, keys } = settled;
    const journalId = this.#nextId++;
    this.#rows.push({ journalId, arrival, keys, answer });
    this.#settled.push({ journalId, outcome, reason, detail, at: arrival.receivedAt });
    this.#tally.add(arrival.feed, outcome);
    this.appended.push({ kind, journalId, answer: answer.bytes });
    return journalId;
  }

  async write(transaction: Transaction): Promise<void> {
    // Sent together, carried out in this order.
    await Promise.all([
      insertJournal(transaction, this.#rows),
      insertSettled(transaction, this.#settled),
      insertRedelivered(transaction, this.#redelivered),
      insertEnvelopes(transaction, this.#envelopes),
      ...[...this.#moved].map(([sender, { feed, sender: name }]) =>
        writeSequence(transaction, feed, name, this.#sequences.get(sender)),
      ),
      this.#tally.write(transaction),
    ]);
  }
}

async function insertJournal(transaction: Transaction, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { blob, offsets } = joined(rows.map(({ arrival }) => arrival.raw));
  const hex = (bytes: Buffer | null) => (bytes ? bytes.toString("hex") : null);
  await transaction.query({
    name: "insert-journal",
    text: `with r as (
             select * from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::integer[], $7::integer[], $8::text[],
               $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::jsonb[], $16::text[],
               $17::text[], $18::bigint[], $19::bigint[])
             as r (id, feed, connection, received_at, from_byte, bytes, sha256, message_code, trigger_event, version, sender,
               control_id, message_at, identities, acknowledgement, acknowledgement_code, control_key, content_key)
           ), known_by as (
             insert into journal_key select id, control_key, content_key, message_at from r where content_key is not null
           )
           insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code,
             trigger_event, version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
           select id, 'message', feed, connection, received_at, substr($1::bytea, from_byte, bytes), decode(sha256, 'hex'),
             control_key is not null, message_code, trigger_event, version, sender, control_id, message_at,
             array(select jsonb_array_elements_text(identities)), decode(acknowledgement, 'hex'), acknowledgement_code
           from r`,
    values: [
      blob,
      rows.map((row) => row.journalId),
      rows.map((row) => row.arrival.feed),
      rows.map((row) => row.arrival.connection),
      rows.map((row) => row.arrival.receivedAt),
      offsets,
      rows.map((row) => row.arrival.raw.length),
      rows.map((row) => hex(row.arrival.sha256)),
      rows.map((row) => row.arrival.messageCode),
      rows.map((row) => row.arrival.triggerEvent),
      rows.map((row) => row.arrival.version),
      rows.map((row) => row.arrival.sender),
      rows.map((row) => row.arrival.controlId),
      rows.map((row) => row.arrival.messageAt),
      rows.map((row) => JSON.stringify(row.arrival.identities)),
      rows.map((row) => hex(row.answer.bytes)),
      rows.map((row) => row.answer.code),
      rows.map((row) => row.keys.control ?? null),
      rows.map((row) => row.keys.content ?? null),
    ],
  });
}

async function insertSettled(transaction: Transaction, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  await transaction.query(
    `insert into outcome (journal_id, outcome, reason, detail, decided_by, decided_at)
     select id, outcome, reason, detail, id, at
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as r (id, outcome, reason, detail, at)`,
    [
      settled.map((each) => each.journalId),
      settled.map((each) => each.outcome),
      settled.map((each) => each.reason),
      settled.map((each) => each.detail),
      settled.map((each) => each.at),
    ],
  );
}

async function insertRedelivered(transaction: Transaction, redelivered: readonly Redelivered[]): Promise<void> {
  if (redelivered.length === 0) return;
  await transaction.query(
    `insert into redelivery (journal_id, feed, connection, received_at, restamped)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[])`,
    [
      redelivered.map((each) => each.journalId),
      redelivered.map((each) => each.arrival.feed),
      redelivered.map((each) => each.arrival.connection),
      redelivered.map((each) => each.arrival.receivedAt),
      redelivered.map((each) => each.restamped),
    ],
  );
}

/** A batch that is sent again leads to the journal entries it made the first time, and its envelope is theirs. */
async function insertEnvelopes(
  transaction: Transaction,
  envelopes: readonly { journalId: number; arrival: Arrival }[],
): Promise<void> {
  if (envelopes.length === 0) return;
  const rows = envelopes.flatMap(({ journalId, arrival }) =>
    arrival.envelope ? [{ journalId, ...arrival.envelope }] : [],
  );
  const { blob, offsets } = joined(rows.flatMap(({ header, trailer }) => [header, trailer]));
  await transaction.query(
    `insert into batch_envelope (first_journal_id, header, trailer, messages, faults)
     select id, substr($1::bytea, from_byte, header_bytes), substr($1::bytea, from_byte + header_bytes, trailer_bytes), messages,
       array(select jsonb_array_elements_text(faults))
     from unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::jsonb[])
       as r (id, from_byte, header_bytes, trailer_bytes, messages, faults)
     on conflict do nothing`,
    [
      blob,
      rows.map((row) => row.journalId),
      rows.map((_, index) => offsets[2 * index]),
      rows.map((row) => row.header.length),
      rows.map((row) => row.trailer.length),
      rows.map((row) => row.messages),
      rows.map((row) => JSON.stringify(row.faults)),
    ],
  );
}

/** The last number accepted; undefined after a new beginning, when the next number is the first. */
async function writeSequence(transaction: Transaction, feed: string, sender: string, last: number | undefined) {
  if (last === undefined) {
    await transaction.query("delete from sender_sequence where feed = $1 and sender = $2", [feed, sender]);
    return;
  }
  await transaction.query(
    `insert into sender_sequence (feed, sender, last_sequence) values ($1, $2, $3)
     on conflict (feed, sender) do update set last_sequence = excluded.last_sequence`,
    [feed, sender, last],
  );
}
