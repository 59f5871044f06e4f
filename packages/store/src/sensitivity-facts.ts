import type { FactContent } from "@chesil/model";
import type { Client } from "./client.ts";

/** A fact, as far as it must be known to say who may see it. */
export type GatedFactRow = {
  readonly factId: number;
  readonly sourceRecordId: number;
  readonly content: FactContent;
  readonly recordedAt: string;
  /** Of the visit that it belongs to. */
  readonly specialty: string | null;
};

/**
 * The facts of the source records of which some may not be shown to everybody: those that say how confidential they are,
 * what names a specialty, and what belongs to a visit in one of `specialties`; or, where `all`, every one.
 */
export async function readGatedFacts(
  client: Client,
  sourceRecordIds: readonly number[],
  { all, specialties }: { readonly all: boolean; readonly specialties: readonly string[] },
): Promise<GatedFactRow[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<Omit<GatedFactRow, "recordedAt"> & { recordedAt: Date }>({
    name: "gated-facts",
    text: `select f.fact_id as "factId", f.source_record_id as "sourceRecordId", f.content, f.recorded_at as "recordedAt", e.specialty
           from fact f left join encounter e on e.source_record_id = f.source_record_id and e.visit_number = f.visit_number
             and e.retired_into is null
           where f.source_record_id = any($1::bigint[]) and (
             $2 or f.content ?| array['confidentiality', 'visitSpecialty', 'otherSpecialties']
             or f.kind in ('referral', 'appointment') and f.content ? 'specialty' or e.specialty = any($3::text[])
           )`,
    values: [sourceRecordIds, all, specialties],
  });
  return rows.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() }));
}
