import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./latency.ts";

describe("latencies", () => {
  it("give percentiles within 2 in 100 of the exact ones", () => {
    const latencies = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.record(value);
        const exact = values.toSorted((left, right) => left - right)[Math.ceil(share * values.length) - 1] ?? 0;
        expect(histogram.percentile(share) / exact).toBeGreaterThan(0.98);
        expect(histogram.percentile(share) / exact).toBeLessThan(1.02);
      }),
    );
  });

  it("are nothing when nothing was recorded", () => expect(new LatencyHistogram().percentile(0.5)).toBe(0));
});
