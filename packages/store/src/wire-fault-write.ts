import type { Database } from "./database.ts";

/** Evidence kept of a wire fault. */
const WIRE_FAULT_BYTES_MAX = 1024;

/** The newest that are kept, of all feeds together: some 100 MB at the most, however long a port is scanned. */
const WIRE_FAULTS_MAX = 100_000;

/** Keeps what a listener saw that never became a message, and no more than the newest. `bytes` is cut to 1 KiB. */
export async function recordWireFault(
  { pool }: Pick<Database, "pool">,
  fault: { feed: string; at: Date; remoteAddress: string; reason: string; bytes: Uint8Array },
  faultsMax: number = WIRE_FAULTS_MAX,
): Promise<void> {
  const { feed, at, remoteAddress, reason, bytes } = fault;
  // Their numbers follow each other, so that the oldest is found by the primary key and nothing is counted.
  await pool.query(
    `with kept as (
       insert into wire_fault (feed, at, remote_address, reason, bytes) values ($1, $2, $3, $4, $5) returning fault_id
     )
     delete from wire_fault where fault_id <= (select fault_id from kept) - $6::bigint`,
    [feed, at, remoteAddress, reason, Buffer.from(bytes.subarray(0, WIRE_FAULT_BYTES_MAX)), faultsMax],
  );
}
