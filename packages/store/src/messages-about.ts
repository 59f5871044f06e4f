import type { Client } from "./client.ts";
import type { Hearing } from "./identity-write.ts";

/** A message that names an identity, and what became of it; null where nothing has yet. */
export type MessageAbout = {
  readonly journalId: number;
  readonly outcome: string | null;
  /** The entry that decided it: itself, or the command that had it judged again. */
  readonly decidedBy: number | null;
  readonly hearing: Hearing | null;
};

/** Every accepted message that names one of the identities (`authority|localId`), in journal order. */
export async function readMessagesAbout(client: Client, identities: readonly string[]): Promise<MessageAbout[]> {
  if (identities.length === 0) return [];
  const { rows } = await client.query<MessageAbout>(
    `select j.journal_id as "journalId", o.outcome, o.decided_by as "decidedBy", o.hearing
     from journal j left join outcome o using (journal_id)
     where j.kind = 'message' and j.accepted and j.identities && $1::text[] order by j.journal_id`,
    [identities],
  );
  return rows;
}

/** Of these the ones that were known and had taken effect at a moment, in journal order, so many at most. */
export async function readMessagesKnownAt(
  client: Client,
  identities: readonly string[],
  { at, messagesMax }: { readonly at: Date; readonly messagesMax: number },
): Promise<(MessageAbout & { readonly decidedBy: number })[]> {
  if (identities.length === 0) return [];
  const { rows } = await client.query<MessageAbout & { decidedBy: number }>(
    `select j.journal_id as "journalId", o.outcome, o.decided_by as "decidedBy", o.hearing
     from journal j join outcome o using (journal_id) join journal d on d.journal_id = o.decided_by
     where j.kind = 'message' and j.accepted and j.identities && $1::text[] and o.outcome = 'applied'
       and j.received_at <= $2 and d.received_at <= $2
     order by j.journal_id limit $3`,
    [identities, at, messagesMax],
  );
  return rows;
}
