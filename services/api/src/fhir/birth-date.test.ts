import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { birthDateRange } from "./birth-date.ts";

/** Days near each other, so that ranges touch, hold and miss one another; partial as often as whole. */
const partial = fc
  .tuple(
    fc.date({ min: new Date("1949-11-15"), max: new Date("1952-03-15"), noInvalidDate: true }),
    fc.constantFrom(4, 7, 10),
  )
  .map(([date, length]) => date.toISOString().slice(0, length));

const first = (date: string) => `${date}-01-01`.slice(0, 10);
function last(date: string): string {
  if (date.length === 10) return date;
  const [year, month] = date.split("-").map(Number);
  const end = month ? new Date(Date.UTC(year ?? 0, month, 0)) : new Date(Date.UTC(year ?? 0, 11, 31));
  return end.toISOString().slice(0, 10);
}

/** FHIR R4, search 2.21.1.5.6, said with days: what the prefixes mean where both sides are ranges. */
const MEANING: Record<string, (stored: string, asked: string) => boolean> = {
  "": (stored, asked) => first(asked) <= first(stored) && last(stored) <= last(asked),
  eq: (stored, asked) => first(asked) <= first(stored) && last(stored) <= last(asked),
  ne: (stored, asked) => !(first(asked) <= first(stored) && last(stored) <= last(asked)),
  gt: (stored, asked) => last(stored) > last(asked),
  lt: (stored, asked) => first(stored) < first(asked),
  ge: (stored, asked) => last(stored) >= first(asked),
  le: (stored, asked) => first(stored) <= last(asked),
  sa: (stored, asked) => first(stored) > last(asked),
  eb: (stored, asked) => last(stored) < first(asked),
};

/** What the store's SQL makes of a range, in the same words. */
function isWithin(stored: string, range: NonNullable<ReturnType<typeof birthDateRange>>): boolean {
  const within =
    (range.from === undefined || stored >= range.from) &&
    (range.after === undefined || stored > range.after) &&
    (range.upTo === undefined || stored <= range.upTo) &&
    (range.before === undefined || stored < range.before) &&
    !range.never?.includes(stored);
  return (within || (range.also?.includes(stored) ?? false)) !== (range.negated ?? false);
}

describe("birthDateRange", () => {
  it("means by text what FHIR means by days, for every prefix and precision", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(MEANING)), partial, partial, (prefix, asked, stored) => {
        const range = birthDateRange(prefix + asked);
        expect(range && isWithin(stored, range)).toBe(MEANING[prefix]?.(stored, asked));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(["", "1950-13", "1950-02-30", "0000", "ap1950", "1950-07-31T10:00:00Z", "31/07/1950", "GE1950", "1950-7"])(
    "refuses %j",
    (value) => expect(birthDateRange(value)).toBeUndefined(),
  );
});
