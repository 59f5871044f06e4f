import { setTimeout as sleep } from "node:timers/promises";
import { LeaseLostError } from "@chesil/log";
import { type Kept, Resolver, type ResolverOptions } from "./resolver.ts";
import { isTransient } from "./transient.ts";

export type ResolveHandle = {
  /** True while this process holds the lease and its last step succeeded. */
  ready(): boolean;
  stop(): Promise<void>;
};

/** The consumer's name in the event log. */
export const RESOLVE_CONSUMER = "resolve";

/** How long a decider that vanished holds up the next one. */
const LEASE_MS = 30_000;
const IDLE_MS_MIN = 5;
const IDLE_MS_MAX = 100;
const RETRY_MS_MAX = 5_000;

/**
 * Runs the decider until stopped. It waits for the lease, retries passing faults with a growing pause, and gives the
 * lease back at the end. `owner` is this decider's name: one that starts again under it need not wait for its own lease; a
 * fault that does not pass and is not a message's own ends it through `onFatal`.
 *
 * What it knows of everybody outlives a fault, unless somebody else may have decided meanwhile. A batch that loses the lease
 * where it was lost before is halved: it may take longer than the lease lasts.
 */
export function startResolve(
  options: ResolverOptions & { owner: string; onFatal: (error: Error) => void },
): ResolveHandle {
  const stopping = new AbortController();
  let ready = false;
  let kept: Kept | undefined;
  let { batchMessagesMax } = options;
  let lostAt: number | undefined;
  let attempt = 0;
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const consumeOnce = async (): Promise<void> => {
    const consumer = await options.log.consume(RESOLVE_CONSUMER, { owner: options.owner, leaseMs: LEASE_MS });
    const before = kept;
    kept = undefined;
    if (!consumer) return pause(LEASE_MS / 30);
    const resolver = await Resolver.open({ ...options, batchMessagesMax }, consumer, before);
    let idleMs = IDLE_MS_MIN;
    try {
      while (!stopping.signal.aborted) {
        const resolved = await resolver.step();
        ready = true;
        attempt = 0;
        idleMs = resolved > 0 ? IDLE_MS_MIN : Math.min(idleMs * 2, IDLE_MS_MAX);
        if (resolved === 0) await pause(idleMs);
      }
    } catch (error) {
      if (error instanceof LeaseLostError) {
        const isAgain = lostAt === consumer.position;
        batchMessagesMax = isAgain ? Math.ceil(batchMessagesMax / 2) : options.batchMessagesMax;
        lostAt = consumer.position;
      }
      throw error;
    } finally {
      ready = false;
      kept = resolver.kept();
      await consumer.close().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await consumeOnce();
      } catch (error) {
        if (!(error instanceof LeaseLostError) && !isTransient(error)) throw error;
        attempt += 1;
        options.onEvent({
          kind: "retrying",
          errorCode: String((error as { code?: unknown }).code ?? (error as Error).name),
          attempt,
        });
        await pause(Math.min(100 * 2 ** attempt, RETRY_MS_MAX));
      }
    }
  };

  const done = run().catch(options.onFatal);
  return {
    ready: () => ready,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
