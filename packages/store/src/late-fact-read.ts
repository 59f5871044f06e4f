import { type FactContent, LIVING_KINDS } from "@chesil/model";
import type { Client } from "./client.ts";

/** A fact that speaks of a time after a day. */
export type LateFact = { readonly sourceRecordId: number; readonly content: FactContent };

/** A few of each source say what is wrong with it. */
const LATE_FACTS_MAX = 1_000;

/**
 * Facts of the source records that hold and may be of a time after somebody's last day: whether they are is for
 * `livingTimeOf` to say. The latest to be made first, at most `LATE_FACTS_MAX`; those that may not be shown are left out.
 *
 * @param day as precise as it is known.
 */
export async function readFactsAfter(
  client: Client,
  sourceRecordIds: readonly number[],
  { day, hidden }: { readonly day: string; readonly hidden: readonly number[] },
): Promise<LateFact[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<LateFact>({
    name: "facts-after",
    text: `select source_record_id as "sourceRecordId", content from fact
           where source_record_id = any($1::bigint[]) and kind = any($2::text[]) and state = 'current'
             and fact_id <> all($4::bigint[])
             and coalesce(content ->> 'collectedAt', content ->> 'performedAt', content ->> 'givenAt', content ->> 'startsAt',
               content ->> 'occurredAt', content -> 'observation' ->> 'observedAt') collate "C" > $3
           order by fact_id desc limit $5`,
    values: [sourceRecordIds, LIVING_KINDS, day, hidden, LATE_FACTS_MAX],
  });
  return rows;
}
