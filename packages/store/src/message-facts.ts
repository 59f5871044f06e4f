import type { FactContent } from "@chesil/model";
import type { Client } from "./client.ts";

/** What a message is about, as far as it must be known to say who may read it. */
export type MessageParts = {
  /** The facts that it said something of, with the specialty of the visit that each belongs to. */
  readonly facts: readonly { readonly content: FactContent; readonly specialty: string | null }[];
  /** Of the visits that it names. */
  readonly specialties: readonly string[];
};

/** @param visitNumbers those that the message names, of the person's. */
export async function readMessageParts(
  client: Client,
  { journalId, personId, visitNumbers }: { journalId: number; personId: string; visitNumbers: readonly string[] },
): Promise<MessageParts> {
  const facts = await client.query<MessageParts["facts"][number]>(
    `select f.content, e.specialty
     from source_record s join fact f using (source_record_id)
     left join encounter e on e.source_record_id = f.source_record_id and e.visit_number = f.visit_number and e.retired_into is null
     where s.person_id = $1 and ($2 in (f.journal_id, f.parts_by, f.retracted_by, f.related_by, f.created_by)
       or exists (select from fact_version v where v.fact_id = f.fact_id and v.journal_id = $2))`,
    [personId, journalId],
  );
  const visits = await client.query<{ specialty: string }>(
    `select e.specialty from source_record s join encounter e using (source_record_id)
     where s.person_id = $1 and e.visit_number = any($2::text[]) and e.specialty is not null`,
    [personId, visitNumbers],
  );
  return { facts: facts.rows, specialties: visits.rows.map(({ specialty }) => specialty) };
}
