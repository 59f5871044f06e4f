import type { Client } from "./client.ts";

export type WireFaults = {
  /** Among the last `faultsMax` faults of the feed. */
  readonly byReason: ReadonlyMap<string, number>;
  /** The newest first. The bytes stay in the store: they may hold a patient. */
  readonly recent: readonly { readonly at: Date; readonly remoteAddress: string; readonly reason: string }[];
};

/** What a feed's listener saw lately that never became a message. Bounded: a port scan makes many. */
export async function readWireFaults(
  client: Client,
  feed: string,
  limits: { faultsMax: number; recentMax: number },
): Promise<WireFaults> {
  const { rows: counted } = await client.query<{ reason: string; faults: number }>(
    `select reason, count(*) as faults
     from (select reason from wire_fault where feed = $1 order by fault_id desc limit $2) last_faults
     group by reason order by faults desc, reason`,
    [feed, limits.faultsMax],
  );
  const { rows: recent } = await client.query<{ at: Date; remoteAddress: string; reason: string }>(
    `select at, remote_address as "remoteAddress", reason from wire_fault where feed = $1
     order by fault_id desc limit $2`,
    [feed, limits.recentMax],
  );
  return { byReason: new Map(counted.map((row) => [row.reason, row.faults])), recent };
}
