import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { birthDateRange } from "./birth-date.ts";
import { dateCondition, instantRange, isWithin } from "./instant-range.ts";

/** Days near each other, so that ranges touch, hold and miss one another; partial as often as whole. */
const partial = fc
  .tuple(
    fc.date({ min: new Date("1949-11-15"), max: new Date("1952-03-15"), noInvalidDate: true }),
    fc.constantFrom(4, 7, 10),
  )
  .map(([date, length]) => date.toISOString().slice(0, length));
const prefixes = fc.constantFrom("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb");

/** What the range of a date of birth, which is compared as text by the store, says of the same dates. */
function asText(stored: string, value: string): boolean {
  const range = birthDateRange(value);
  if (!range) throw new Error(`${value} is no date.`);
  const within =
    (range.from === undefined || stored >= range.from) &&
    (range.after === undefined || stored > range.after) &&
    (range.upTo === undefined || stored <= range.upTo) &&
    (range.before === undefined || stored < range.before) &&
    !range.never?.includes(stored);
  return (within || (range.also?.includes(stored) ?? false)) !== (range.negated ?? false);
}

const holds = (stored: string, value: string) => {
  const [range, condition] = [instantRange(stored), dateCondition(value)];
  return range && condition && isWithin(range, condition);
};

describe("a date search", () => {
  it("means of dates what the search by date of birth means, for every prefix and precision", () => {
    fc.assert(
      fc.property(prefixes, partial, partial, (prefix, asked, stored) => {
        expect(holds(stored, prefix + asked)).toBe(asText(stored, prefix + asked));
      }),
      { numRuns: 5_000 },
    );
  });

  it("knows zones: the same instant however it is written", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2001-01-01"), max: new Date("2029-12-31"), noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (date, minutes) => {
          const zone = `${minutes < 0 ? "-" : "+"}${[Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((each) => String(each).padStart(2, "0")).join(":")}`;
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().replace("Z", zone);
          expect(instantRange(local)).toEqual({ low: date.getTime(), high: date.getTime() });
          expect(instantRange(local.replace("+", " "))).toEqual({ low: date.getTime(), high: date.getTime() });
        },
      ),
    );
  });

  it.each([
    ["2026-05-01T10:30:15Z", "2026-05-01", true],
    ["2026-05-01T10:30:15Z", "2026-05-01T10:30Z", true],
    ["2026-05-01T10:30:15Z", "gt2026-05-01T10:30:15Z", false],
    ["2026-05-01T10:30:15.250Z", "gt2026-05-01T10:30:15.249Z", true],
    ["2026-05-01T23:30:00-01:00", "2026-05-01", false],
  ])("%s is found by %s: %s", (stored, value, expected) => expect(holds(stored, value)).toBe(expected));

  it.each(["", "2026-13", "2026-02-30", "ap2026", "2026-05-01T25:00Z", "1/5/2026", "0026-01-01", "GE2026"])(
    "refuses %j",
    (value) => expect(dateCondition(value)).toBeUndefined(),
  );
});
