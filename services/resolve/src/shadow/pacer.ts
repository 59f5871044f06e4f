import { setTimeout as sleep } from "node:timers/promises";

export type Pace = {
  /** Of one core, at most; 1: as fast as it goes. */
  readonly cpuShare: number;
  readonly recordsPerSecondMax: number;
  /** Dealt with in one piece, during which nothing else of this process has its turn. */
  readonly recordsPerStep: number;
  readonly signal: AbortSignal;
};

/** Longest rest: a run can be ended meanwhile. */
const REST_MS_MAX = 10_000;

/** Keeps work in the background: after each piece as long a rest as its share and its rate ask for. */
export class Pacer {
  readonly #pace: Pace;
  #began = performance.now();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** A piece is done. @param records that it dealt with. @throws AbortError where the work was ended. */
  async rest(records: number): Promise<void> {
    const { cpuShare, recordsPerSecondMax, signal } = this.#pace;
    signal.throwIfAborted();
    const busyMs = performance.now() - this.#began;
    const ms = Math.max(busyMs * (1 / cpuShare - 1), (records * 1000) / recordsPerSecondMax - busyMs, 0);
    await sleep(Math.min(ms, REST_MS_MAX), undefined, { signal });
    this.#began = performance.now();
  }
}

/** A command's own process has nothing else to do. */
export const unpaced = (signal: AbortSignal): Pace => ({
  cpuShare: 1,
  recordsPerSecondMax: Number.POSITIVE_INFINITY,
  recordsPerStep: 100,
  signal,
});
