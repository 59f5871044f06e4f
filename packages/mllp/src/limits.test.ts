import { expect, it } from "vitest";
import { completeLimits, DEFAULT_MLLP_LIMITS } from "./limits.ts";

it("fills in the defaults", () => {
  expect(completeLimits()).toEqual(DEFAULT_MLLP_LIMITS);
  expect(completeLimits({ connectionsMax: 3 })).toEqual({ ...DEFAULT_MLLP_LIMITS, connectionsMax: 3 });
});

it("names every bad limit at once", () => {
  const bad = { connectionsMax: 0, idleMs: 2 ** 31, framePartialMs: 1.5, frameBytesMax: 2 ** 30 };
  expect(() => completeLimits(bad)).toThrow(/connectionsMax.*framePartialMs.*idleMs.*bufferedBytesMax/);
});

it("lets junk be refused altogether", () => expect(completeLimits({ junkBytesMax: 0 }).junkBytesMax).toBe(0));
