import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChartPoint, columnsOf, mergePoints, WINDOW_MS } from "./chart-points.ts";

const START_MS = Date.parse("2026-07-26T12:00:00Z");
const at = (seconds: number, received = 10): ChartPoint => ({
  atMs: START_MS + seconds * 1000,
  received,
  applied: received,
  ackP99Ms: 3,
});
const points = fc.array(
  fc.integer({ min: 0, max: 2000 }).map((seconds) => at(seconds)),
  { maxLength: 60 },
);

describe("points of the live chart", () => {
  it("are in order, one an instant, and no older than the window", () => {
    fc.assert(
      fc.property(points, points, (history, live) => {
        const times = mergePoints(history, live).map((point) => point.atMs);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const newest = times.at(-1) ?? 0;
        expect(times.every((time) => time > newest - WINDOW_MS)).toBe(true);
      }),
    );
  });

  it("are drawn in rising time with columns of one length", () => {
    fc.assert(
      fc.property(points, (some) => {
        const columns = columnsOf(mergePoints(some, []));
        const [times] = columns;
        expect(new Set(columns.map((column) => column.length)).size).toBe(1);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
    );
  });

  it("average rates over a step and keep its slowest acknowledgement", () => {
    const slow = { ...at(1, 30), ackP99Ms: 9 };
    const [, received, , ackP99Ms] = columnsOf([at(0, 10), slow, { ...at(2, 20), ackP99Ms: null }]);
    expect([received, ackP99Ms]).toEqual([[20], [9]]);
  });

  it("leave a hole where nothing was known", () => {
    expect(columnsOf([at(0), at(60)])[1]).toEqual([10, null, 10]);
    expect(columnsOf([at(4), at(5)])[1]).toEqual([10, 10]);
  });

  it("prefer what came live over the history of the same instant", () => {
    expect(mergePoints([at(0, 1)], [at(0, 2)])[0]?.received).toBe(2);
  });
});
