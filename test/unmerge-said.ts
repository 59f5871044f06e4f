import type { Life } from "./identity-life.ts";

/**
 * What the two records say, their visits and their facts: by the records' own ids, and by nothing that was minted. Which of
 * a fact's repetitions is written with it depends on the batch.
 */
export async function saidOf({ query }: Pick<Life, "query">): Promise<unknown> {
  return {
    records: await query(
      `select local_id, status, retired_into, identifiers, demographics, former, overlaid_by from source_record where local_id <> 'P9' order by 1`,
    ),
    visits: await query(
      `select s.local_id, e.visit_number, e.account, e.location, e.e_status, e.events from
         (select *, status as e_status from encounter where retired_into is null) e join source_record s using (source_record_id) order by 1, 2`,
    ),
    facts: await query(
      `select s.local_id, f.kind, f.fact_key, f.visit_number, f.state, f.content, f.parts_by,
         f.retracted_by, f.relation, f.relates_to, f.related_by, f.created_by,
         (select jsonb_agg(v.content order by v.journal_id) from fact_version v where v.fact_id = f.fact_id) as versions
       from fact f join source_record s using (source_record_id) order by 1, 2, 3`,
    ),
    lists: await query(
      `select s.local_id, l.kind, l.visit_number, l.journal_id, l.fact_keys from fact_snapshot l join source_record s using (source_record_id)
       order by 1, 2, 3`,
    ),
    persons: await query(
      `select string_agg(local_id, ' ' order by local_id) as ids from source_record where local_id <> 'P9' group by person_id order by 1`,
    ),
  };
}
