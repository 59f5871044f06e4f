import type { Outcome, Reason } from "@chesil/model";
import type { Client } from "./client.ts";

/** A Distribution Envelope of which a journal entry is a payload. */
export type ItkEnvelope = {
  /** The entry of the first payload: the envelope goes by it. */
  readonly firstId: number;
  readonly receivedAt: Date;
};

/** What became of a payload; `outcome` null while nothing did. */
export type ItkOutcome = {
  readonly journalId: number;
  /** Which payload of the envelope, from 0. */
  readonly index: number;
  readonly outcome: Exclude<Outcome, "duplicate"> | null;
  readonly reason: Reason | null;
  readonly decidedBy: number | null;
  readonly decidedAt: Date | null;
};

/** Undefined for an entry that came in no envelope. Payloads behind the first go by its tracking id, `#` and their number. */
export async function readItkEnvelope(client: Client, journalId: number): Promise<ItkEnvelope | undefined> {
  const { rows } = await client.query<ItkEnvelope>(
    `select f.journal_id as "firstId", f.received_at as "receivedAt"
     from journal e
     join journal f on f.control_id in (e.control_id, regexp_replace(e.control_id, '#[0-9]+$', ''))
       and f.feed = e.feed and f.sender = e.sender and f.kind = 'message' and f.journal_id <= e.journal_id
     join batch_envelope b on b.first_journal_id = f.journal_id
     where e.journal_id = $1 order by f.journal_id desc limit 1`,
    [journalId],
  );
  return rows[0];
}

/** The whole message as it came, SOAP included. */
export async function readItkBody(client: Client, firstId: number): Promise<Buffer> {
  const { rows } = await client.query<{ header: Buffer }>(
    "select header from batch_envelope where first_journal_id = $1",
    [firstId],
  );
  return rows[0]?.header ?? Buffer.alloc(0);
}

/** Of the payloads of one envelope those that made an entry: what was a resend made none. */
export async function readItkOutcomes(client: Client, firstId: number, payloads: number): Promise<ItkOutcome[]> {
  const { rows } = await client.query<ItkOutcome>(
    `select distinct on (p.index) j.journal_id as "journalId", p.index, o.outcome, o.reason,
       o.decided_by as "decidedBy", o.decided_at as "decidedAt"
     from journal f, lateral (
       select n - 1 as index, f.control_id || case n when 1 then '' else '#' || n end as control_id
       from generate_series(1, $2::integer) as n
     ) p
     join journal j on j.control_id = p.control_id
     left join outcome o on o.journal_id = j.journal_id
     where f.journal_id = $1 and j.feed = f.feed and j.sender = f.sender and j.kind = 'message' and j.journal_id >= $1
     order by p.index, j.journal_id`,
    [firstId, payloads],
  );
  return rows;
}
