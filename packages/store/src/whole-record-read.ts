import type { FactContent } from "@chesil/model";
import type { Client } from "./client.ts";

/** What only a copy of a person's whole record asks for. What is found has passed no gate yet. */

/** The person's id and every id that was merged into it, by way of others too; their own first. */
export async function readMergedIds(client: Client, personId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `with recursive one as (
       select person_id, 0 as steps from person where person_id = $1
       union all select p.person_id, one.steps + 1 from one join person p on p.replaced_by = one.person_id
     )
     select person_id as id from one order by steps, person_id`,
    [personId],
  );
  return rows.map((row) => row.id);
}

/** What a fact said before, or what came late and was said of an earlier time. */
export type FactVersion = {
  readonly journalId: number;
  readonly recordedAt: Date;
  readonly content: FactContent;
};

/** What is kept beside the present content of a fact, the last to come first; `before` goes on below a journal entry. */
export async function readFactVersions(
  client: Client,
  factId: number,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<FactVersion[]> {
  const { rows } = await client.query<FactVersion>(
    `select v.journal_id as "journalId", v.recorded_at as "recordedAt", v.content
     from fact f join fact_version v using (fact_id)
     where fact_id = $1 and v.journal_id <> f.journal_id and ($2::bigint is null or v.journal_id < $2)
     order by v.journal_id desc limit $3`,
    [factId, before ?? null, limit],
  );
  return rows;
}

/** Other people whom a person's record names as theirs: relatives, contacts, carers; not who looks after them for a living. */
export async function countOthersNamed(client: Client, personId: string): Promise<number> {
  const { rows } = await client.query<{ others: number }>(
    `select count(distinct coalesce(lower(f.content ->> 'name'), f.fact_id::text)) as others
     from source_record s join fact f using (source_record_id)
     where s.person_id = $1 and f.kind = 'relationship' and f.content ->> 'role' is distinct from 'professional'`,
    [personId],
  );
  return rows[0]?.others ?? 0;
}
