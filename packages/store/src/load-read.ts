import type { Client } from "./client.ts";
import type { LoadCounts } from "./load-row.ts";

/** One file that was loaded. */
export type StoredLoad = {
  readonly loadId: number;
  readonly feed: string;
  readonly fileName: string;
  readonly extractAt: Date;
  readonly isFull: boolean;
  readonly startedAt: Date;
  /** Null: it runs, or was stopped on the way. */
  readonly endedAt: Date | null;
  readonly rows: LoadCounts;
  /** What the file was doubted for, and whoever gave it confirmed. */
  readonly confirmed: readonly string[];
};

type Row = Omit<StoredLoad, "rows"> & LoadCounts;

const COLUMNS = `load_id as "loadId", feed, file_name as "fileName", extract_at as "extractAt", is_full as "isFull",
  started_at as "startedAt", ended_at as "endedAt", confirmed, rows_read as read, rows_new as new, rows_changed as changed,
  rows_unchanged as unchanged, rows_gone as gone, rows_rejected as rejected`;

const loadOf = ({ read, new: added, changed, unchanged, gone, rejected, ...load }: Row): StoredLoad => ({
  ...load,
  rows: { read, new: added, changed, unchanged, gone, rejected },
});

/** Loads, newest first, older than `before` where it is given. */
export async function readLoads(
  client: Client,
  { feed, before, limit }: { feed: string | null; before: number | null; limit: number },
): Promise<StoredLoad[]> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from load where ($1::text is null or feed = $1) and ($2::bigint is null or load_id < $2)
     order by load_id desc limit $3`,
    [feed, before, limit],
  );
  return rows.map(loadOf);
}

/** Of each feed the extract that was made last, of those whose load ended: by it its freshness is told. */
export async function readLatestLoads(client: Client): Promise<StoredLoad[]> {
  const { rows } = await client.query<Row>(
    `select distinct on (feed) ${COLUMNS} from load where ended_at is not null order by feed, extract_at desc, load_id desc`,
  );
  return rows.map(loadOf);
}
