/**
 * Latencies in constant memory: counts in buckets each 2 in 100 wider than the one before, from a microsecond to
 * well over an hour, so that a percentile is right to 2 in 100 however many were recorded.
 */
const SMALLEST_MS = 0.001;
const GROWTH = 1.02;
const BUCKET_COUNT = 1200;
const LOG_GROWTH = Math.log(GROWTH);

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKET_COUNT);
  #total = 0;

  record(latencyMs: number): void {
    const bucket = Math.floor(Math.log(Math.max(latencyMs, SMALLEST_MS) / SMALLEST_MS) / LOG_GROWTH);
    const place = Math.min(bucket, BUCKET_COUNT - 1);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#total++;
  }

  /** The latency that this share (0 to 1) of the recorded ones did not exceed, in milliseconds; 0 when none was. */
  percentile(share: number): number {
    const target = Math.ceil(share * this.#total);
    let reached = 0;
    for (const [place, count] of this.#counts.entries()) {
      reached += count;
      if (reached >= target && reached > 0) return SMALLEST_MS * GROWTH ** (place + 0.5);
    }
    return 0;
  }
}
