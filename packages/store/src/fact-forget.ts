import type { Transaction } from "./database.ts";
import type { FactList } from "./fact-read.ts";
import { column } from "./unnest.ts";

export type Forgotten = {
  /** Facts that are said by nobody any more. */
  readonly gone: readonly number[];
  /** Facts whose versions are said anew. */
  readonly anew: readonly number[];
  readonly snapshots: readonly (FactList & { readonly visitNumber: string })[];
};

/** Takes away what is heard anew, before it is written as it was heard. */
export async function forgetFacts(transaction: Transaction, { gone, anew, snapshots }: Forgotten): Promise<void> {
  if (gone.length + anew.length + snapshots.length === 0) return;
  await transaction.query(
    `with versions as (delete from fact_version where fact_id = any($1::bigint[]) or fact_id = any($2::bigint[])),
          facts as (delete from fact where fact_id = any($1::bigint[]))
     delete from fact_snapshot s using unnest($3::bigint[], $4::text[], $5::text[]) as f (record, kind, visit)
     where s.source_record_id = f.record and s.kind = f.kind and s.visit_number = f.visit`,
    [
      gone,
      anew,
      column(snapshots, (each) => each.sourceRecordId),
      column(snapshots, (each) => each.kind),
      column(snapshots, (each) => each.visitNumber),
    ],
  );
}
