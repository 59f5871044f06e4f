import type { Database } from "@chesil/store";

/** Any number but those of other locks. */
const ADVISORY_LOCK = 4_317_313;

/**
 * Does the work unless another process does it now: one that vanishes gives the lock back with its connection.
 * @returns what came of it; undefined: another does it.
 */
export async function withShadowLock<T>({ pool }: Database, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  let failed: Error | undefined;
  const onError = (error: Error) => {
    failed = error;
  };
  client.on("error", onError);
  try {
    const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [ADVISORY_LOCK]);
    if (!rows[0]?.mine) return undefined;
    try {
      return await work();
    } finally {
      await client.query("select pg_advisory_unlock($1)", [ADVISORY_LOCK]).catch(onError);
    }
  } finally {
    client.off("error", onError);
    client.release(failed);
  }
}
