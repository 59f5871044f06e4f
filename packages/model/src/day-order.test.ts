import { expect, it } from "vitest";
import { isBeforeDay } from "./day-order.ts";

it.each<[string | undefined, string | undefined, boolean]>([
  ["1950-07-30", "1950-07-31", true],
  ["1950-07-31", "1950-07-31", false],
  ["1950-07-31T23:00:00.000Z", "1950-07-31", false],
  ["1950", "1950-07-31", false],
  ["1949", "1950-07-31", true],
  [undefined, "1950", false],
  ["1950", undefined, false],
])("%s before %s: %s", (one, other, isBefore) => {
  expect(isBeforeDay(one, other)).toBe(isBefore);
});
