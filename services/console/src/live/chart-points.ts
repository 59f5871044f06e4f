import type { HistoryPoint, Snapshot } from "../api/types.ts";

/** The points of the live chart: 15 minutes, at most one a second, with a visible hole where nothing was known. */

export const WINDOW_MS = 15 * 60_000;

/** A pause longer than this is drawn as a gap, not bridged by a line that would claim to know. */
const GAP_MS = 5000;

export type ChartPoint = { atMs: number; received: number; applied: number; ackP99Ms: number | null };

export function pointOfHistory(point: HistoryPoint): ChartPoint {
  return {
    atMs: Date.parse(point.at),
    received: point.received,
    applied: point.applied,
    ackP99Ms: point.ackP99Ms,
  };
}

export function pointOfSnapshot(snapshot: Snapshot): ChartPoint {
  return {
    atMs: Date.parse(snapshot.at),
    received: snapshot.receivedPerSecond,
    applied: snapshot.appliedPerSecond,
    ackP99Ms: snapshot.ackMs?.p99 ?? null,
  };
}

/** Both lists in time order, one point an instant, nothing older than the window before the newest. */
export function mergePoints(history: readonly ChartPoint[], live: readonly ChartPoint[]): ChartPoint[] {
  const byTime = new Map<number, ChartPoint>();
  for (const point of [...history, ...live]) if (Number.isFinite(point.atMs)) byTime.set(point.atMs, point);
  const ordered = [...byTime.values()].sort((a, b) => a.atMs - b.atMs);
  const newestMs = ordered.at(-1)?.atMs ?? 0;
  return ordered.filter((point) => point.atMs > newestMs - WINDOW_MS);
}

export type ChartColumns = [number[], (number | null)[], (number | null)[], (number | null)[]];

/** One point a second is more than a line can show: rates are averaged over this long, latencies take the slowest. */
const STEP_MS = 5000;

/** Columns as the chart takes them: time in seconds, received, applied, acknowledgement p99 in ms. */
export function columnsOf(points: readonly ChartPoint[]): ChartColumns {
  const columns: ChartColumns = [[], [], [], []];
  let previousMs: number | undefined;
  for (const step of Map.groupBy(points, (point) => Math.floor(point.atMs / STEP_MS)).values()) {
    const firstMs = step[0]?.atMs ?? 0;
    if (previousMs !== undefined && firstMs - previousMs > GAP_MS) push(columns, previousMs + 1000, null, null, null);
    previousMs = step.at(-1)?.atMs ?? firstMs;
    const slowest = step.map((point) => point.ackP99Ms).filter((ms) => ms !== null);
    push(
      columns,
      previousMs,
      mean(step, "received"),
      mean(step, "applied"),
      slowest.length ? Math.max(...slowest) : null,
    );
  }
  return columns;
}

function mean(step: readonly ChartPoint[], key: "received" | "applied"): number {
  return step.reduce((sum, point) => sum + point[key], 0) / step.length;
}

function push(columns: ChartColumns, atMs: number, ...values: [number | null, number | null, number | null]): void {
  columns[0].push(atMs / 1000);
  columns[1].push(values[0]);
  columns[2].push(values[1]);
  columns[3].push(values[2]);
}
