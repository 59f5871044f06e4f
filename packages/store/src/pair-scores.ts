import type { Client } from "./client.ts";
import { json } from "./unnest.ts";

/** How heavy the pairs are that share a key, by a model. */
export type StoredPairScores = {
  readonly version: string;
  readonly measuredAt: Date;
  /** Active records, and those of them whose candidates were scored. */
  readonly records: number;
  readonly sampled: number;
  /** The store does not look inside. */
  readonly bins: unknown;
};

/** Measured again they are replaced. */
export async function writePairScores(client: Client, scores: StoredPairScores): Promise<void> {
  await client.query(
    `insert into pair_scores (version, measured_at, records, sampled, bins) values ($1, $2, $3, $4, $5)
     on conflict (version) do update set measured_at = excluded.measured_at, records = excluded.records,
       sampled = excluded.sampled, bins = excluded.bins`,
    [scores.version, scores.measuredAt, scores.records, scores.sampled, json(scores.bins)],
  );
}

export async function readPairScores(client: Client, version: string): Promise<StoredPairScores | undefined> {
  const { rows } = await client.query<StoredPairScores>(
    `select version, measured_at as "measuredAt", records, sampled, bins from pair_scores where version = $1`,
    [version],
  );
  return rows[0];
}

/** How many records can be matched. */
export async function countActiveRecords(client: Client): Promise<number> {
  const { rows } = await client.query<{ records: number }>(
    "select count(*) as records from source_record where status = 'active' and overlaid_by is null",
  );
  return rows[0]?.records ?? 0;
}
