import fc from "fast-check";
import { expect, it } from "vitest";
import { backOffMs } from "./back-off.ts";

const limits = { reconnectMsMin: 1_000, reconnectMsMax: 60_000 };

it("doubles up to the longest wait, and takes off up to half", () => {
  expect([1, 2, 3, 6, 7, 100].map((failures) => backOffMs(failures, limits, 0))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const waitMs = backOffMs(failures, limits, random);
      const wholeMs = backOffMs(failures, limits, 0);
      expect(waitMs).toBeGreaterThanOrEqual(wholeMs / 2);
      expect(waitMs).toBeLessThanOrEqual(wholeMs);
    }),
  );
});
