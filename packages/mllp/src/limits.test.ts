import { expect, it } from "vitest";
import { completeLimits, DEFAULT_MLLP_LIMITS } from "./limits.ts";

it("fills in the defaults", () => {
  expect(completeLimits()).toEqual(DEFAULT_MLLP_LIMITS);
  expect(completeLimits({ idleMs: 3 })).toEqual({ ...DEFAULT_MLLP_LIMITS, idleMs: 3 });
});

it("names every bad limit at once", () => {
  const bad = { connectionsMax: 0, idleMs: 2 ** 31, framePartialMs: 1.5, frameBytesMax: 2 ** 30 };
  expect(() => completeLimits(bad)).toThrow(/connectionsMax.*framePartialMs.*idleMs.*bufferedBytesMax/);
});

it("lets one address have all connections unless told otherwise", () => {
  expect(completeLimits({ connectionsMax: 3 })).toMatchObject({ connectionsMax: 3, connectionsPerAddressMax: 3 });
  expect(completeLimits({ connectionsMax: 3, connectionsPerAddressMax: 2 }).connectionsPerAddressMax).toBe(2);
});

it("knows which limits may be 0", () => {
  const none = { junkBytesMax: 0, framesPerSecondMax: 0, frameBytesPerSecondMin: 0 };
  expect(completeLimits(none)).toMatchObject(none);
  expect(() => completeLimits({ framesPerTurnMax: 0, reconnectMsMin: 5, reconnectMsMax: 4 })).toThrow(
    /framesPerTurnMax.*reconnectMsMax must not be below/,
  );
  expect(() => completeLimits({ reconnectMsMax: 2 ** 31 })).toThrow(/reconnectMsMax must be/);
});
