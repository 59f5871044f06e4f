/** Buckets grow by 2^(1/32), so a percentile is at most 2.2 % too high. */
const STEPS_PER_DOUBLING = 32;
/** From 10 µs to 2.9 hours; what lies outside counts as the first or last. */
const SMALLEST_MS = 0.01;
const DOUBLINGS = 30;
const BUCKETS = STEPS_PER_DOUBLING * DOUBLINGS;
const SLICES = 30;
const WINDOW_MS = 5 * 60_000;

export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number };

/**
 * Percentiles of durations over the last five minutes, in memory that never grows (about 120 KB): a histogram for each
 * ten seconds, and their sum. `clock` gives milliseconds that never go back.
 */
export class RollingPercentiles {
  readonly #slices = Array.from({ length: SLICES }, () => new Uint32Array(BUCKETS));
  readonly #sum = new Float64Array(BUCKETS);
  readonly #sliceMs: number;
  readonly #clock: () => number;
  #total = 0;
  #current = 0;

  constructor(options: { windowMs?: number; clock?: () => number } = {}) {
    this.#sliceMs = (options.windowMs ?? WINDOW_MS) / SLICES;
    this.#clock = options.clock ?? (() => performance.now());
    this.#current = this.#sliceNow();
  }

  /** Counts one duration. Anything that is no number above zero counts as the shortest. */
  record(ms: number): void {
    this.#advance();
    const bucket = bucketOf(ms);
    const slice = this.#slices[this.#current % SLICES];
    if (slice === undefined) return;
    slice[bucket] = (slice[bucket] ?? 0) + 1;
    this.#sum[bucket] = (this.#sum[bucket] ?? 0) + 1;
    this.#total++;
  }

  /** Milliseconds, or undefined when nothing was recorded in the window. */
  percentiles(): Percentiles | undefined {
    this.#advance();
    if (this.#total === 0) return undefined;
    return { p50: this.#quantile(0.5), p95: this.#quantile(0.95), p99: this.#quantile(0.99) };
  }

  /** How many durations are in the window. */
  get count(): number {
    this.#advance();
    return this.#total;
  }

  #sliceNow(): number {
    return Math.floor(this.#clock() / this.#sliceMs);
  }

  /** Takes what has left the window out of the sum. */
  #advance(): void {
    const now = this.#sliceNow();
    for (let step = Math.min(now - this.#current, SLICES); step > 0; step--) {
      const expired = this.#slices[(now - step + 1) % SLICES];
      if (expired === undefined) continue;
      for (const [bucket, count] of expired.entries()) {
        if (count === 0) continue;
        this.#sum[bucket] = (this.#sum[bucket] ?? 0) - count;
        this.#total -= count;
      }
      expired.fill(0);
    }
    this.#current = Math.max(this.#current, now);
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [bucket, count] of this.#sum.entries()) {
      left -= count;
      if (left <= 0) return upperEdge(bucket);
    }
    return upperEdge(BUCKETS - 1);
  }
}

function bucketOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms / SMALLEST_MS) * STEPS_PER_DOUBLING));
}

function upperEdge(bucket: number): number {
  return SMALLEST_MS * 2 ** (bucket / STEPS_PER_DOUBLING);
}
