import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RollingPercentiles } from "./rolling-percentiles.ts";

const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 };

describe("rolling percentiles", () => {
  it("are within 2.2 % above the exact ones, of exactly what lies in the window", () => {
    const steps = fc.array(
      fc.record({ afterMs: fc.nat(90_000), ms: fc.double({ min: 0.02, max: 1e6, noNaN: true }) }),
      { maxLength: 100, size: "max" },
    );
    fc.assert(
      fc.property(steps, (recorded) => {
        let now = 123;
        const recorder = new RollingPercentiles({ clock: () => now });
        const all: { at: number; ms: number }[] = [];
        for (const { afterMs, ms } of recorded) {
          now += afterMs;
          recorder.record(ms);
          all.push({ at: now, ms });
          // The window moves in steps of ten seconds: the current one and the 29 before.
          const since = (Math.floor(now / 10_000) - 29) * 10_000;
          const inside = all
            .filter(({ at }) => at >= since)
            .map((one) => one.ms)
            .sort((a, b) => a - b);
          expect(recorder.count).toBe(inside.length);
          const found = recorder.percentiles();
          for (const [name, share] of Object.entries(SHARES)) {
            const exact = inside[Math.ceil(inside.length * share) - 1] ?? 0;
            const ratio = (found?.[name as "p50"] ?? 0) / exact;
            expect(ratio).toBeGreaterThan(0.999_999);
            expect(ratio).toBeLessThan(1.022);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are undefined when the window is empty, however long nothing came", () => {
    let now = 0;
    const recorder = new RollingPercentiles({ clock: () => now });
    expect(recorder.percentiles()).toBeUndefined();
    recorder.record(5);
    now = 1e12;
    expect(recorder.percentiles()).toBeUndefined();
    expect(recorder.count).toBe(0);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300])("survive %s", (ms) => {
    const recorder = new RollingPercentiles();
    recorder.record(ms);
    expect(recorder.percentiles()?.p99).toBeGreaterThan(0);
  });
});
