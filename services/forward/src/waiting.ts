import type { LogConsumer } from "@chesil/log";
import type { Transaction } from "@chesil/store";

/** Pauses between attempts: doubled with every failure, less up to half. */
export const LATER_MS_MIN = 1_000;
export const LATER_MS_MAX = 60_000;

export type Pause = (ms: number) => Promise<void>;

/** What a line waits with. */
export type Waiting = {
  readonly consumer: LogConsumer<Transaction>;
  readonly stopping: AbortSignal;
  readonly pause: Pause;
};

/** Waits, with a sign of life so that the lease is kept. False when stopped. */
export async function wait({ consumer, stopping, pause }: Waiting, ms: number): Promise<boolean> {
  await pause(ms);
  if (!stopping.aborted) await consumer.read(1);
  return !stopping.aborted;
}

/** Somewhere between half of it and all of it, so that those who failed together do not come back together. */
export const jittered = (ms: number) => ms * (0.5 + Math.random() / 2);
