/** Numbers and durations as an operator reads them: short, with their unit, never more digits than mean something. */

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `12,345`. */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** A rate a second: one decimal under 100, none above. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 100 ? ONE_DECIMAL.format(perSecond) : WHOLE.format(perSecond);
}

/** Milliseconds: `0.8 ms`, `42 ms`, `1.3 s`. */
export function formatMilliseconds(ms: number): string {
  if (ms >= 60_000) return formatSeconds(ms / 1000);
  if (ms >= 1000) return `${ONE_DECIMAL.format(ms / 1000)} s`;
  return ms < 10 ? `${ONE_DECIMAL.format(ms)} ms` : `${WHOLE.format(ms)} ms`;
}

/** A duration in its two largest units: `8 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return two(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return two(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A match weight (log2) with its sign: `+4.2`, `−3.1` (a true minus), `0.0`. */
export function formatWeight(weight: number): string {
  const rounded = Math.round(weight * 10) / 10;
  const sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "";
  return sign + ONE_DECIMAL.format(Math.abs(rounded));
}

/**
 * A probability that never rounds to a certainty: `99.98%`, `more than 99.99%`, `less than 0.01%`.
 */
export function formatProbability(probability: number): string {
  if (probability > 0.9999) return "more than 99.99%";
  if (probability < 0.0001) return "less than 0.01%";
  const percent = probability * 100;
  return `${percent > 99 || percent < 1 ? percent.toFixed(2) : percent.toFixed(1)}%`;
}

/** `1 message`, `2 messages`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
