import { setTimeout as sleep } from "node:timers/promises";
import { LeaseLostError } from "@chesil/log";
import { Resolver, type ResolverOptions } from "./resolver.ts";
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
 * lease back at the end. `owner` is this decider's name: one that starts again under it need not wait for its own lease; a fault that does not pass and is not a message's own ends it through `onFatal`.
 */
export function startResolve(
  options: ResolverOptions & { owner: string; onFatal: (error: Error) => void },
): ResolveHandle {
  const stopping = new AbortController();
  let ready = false;
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const consumeOnce = async (): Promise<void> => {
    const consumer = await options.log.consume(RESOLVE_CONSUMER, { owner: options.owner, leaseMs: LEASE_MS });
    if (!consumer) return pause(LEASE_MS / 30);
    const resolver = await Resolver.open(options, consumer);
    let idleMs = IDLE_MS_MIN;
    try {
      while (!stopping.signal.aborted) {
        const resolved = await resolver.step();
        ready = true;
        idleMs = resolved > 0 ? IDLE_MS_MIN : Math.min(idleMs * 2, IDLE_MS_MAX);
        if (resolved === 0) await pause(idleMs);
      }
    } finally {
      ready = false;
      await consumer.close().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!stopping.signal.aborted) {
      try {
        await consumeOnce();
        attempt = 0;
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
