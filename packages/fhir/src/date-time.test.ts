import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparable, fhirDate, fhirDateTime, inOrder } from "./date-time.ts";

const day = fc.date({ min: new Date("1000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });

describe("fhirDate", () => {
  it("keeps every real date as precise as it is, and no other text", () => {
    fc.assert(
      fc.property(day, fc.constantFrom(4, 7, 10), (date, length) => {
        const text = date.toISOString().slice(0, length);
        expect(fhirDate(text)).toBe(text);
        expect(fhirDate(`${text}x`)).toBeUndefined();
      }),
    );
  });

  it.each(["", "0000", "1950-00", "1950-13", "1950-02-30", "1900-02-29", "1950-1-1", "19500101", "1950-01-01T10:00"])(
    "refuses %j",
    (text) => expect(fhirDate(text)).toBeUndefined(),
  );

  it.each(["2000-02-29", "1950", "1950-07"])("keeps %s", (text) => expect(fhirDate(text)).toBe(text));
});

describe("fhirDateTime", () => {
  it.each(["2026-05-05T23:23:32Z", "2026-05-05T23:23:32.120+01:00", "2026-05", "2026-05-05"])("keeps %s", (text) =>
    expect(fhirDateTime(text)).toBe(text),
  );

  it.each([null, "2026-05-05T23:23:32", "2026-02-30T10:00:00Z", "2026-05-05T24:00:00Z", "2026-05-05T10:00Z", "soon"])(
    "does not guess what %j means",
    (text) => expect(fhirDateTime(text)).toBeUndefined(),
  );
});

describe("inOrder", () => {
  it("agrees with the clock, whatever the zone", () => {
    expect(inOrder("2026-05-05T10:00:00+01:00", "2026-05-05T09:30:00Z")).toBe(true);
    expect(inOrder("2026-05-05T10:00:00Z", "2026-05-05T10:30:00+01:00")).toBe(false);
  });

  it("holds a partial date against as much as it says", () => {
    expect(inOrder("2026-05-05T10:00:00Z", "2026-05-05")).toBe(true);
    expect(inOrder("2026-05-05", "2026-04")).toBe(false);
    expect(inOrder("2026", "2026-04-01")).toBe(true);
  });
});

describe("comparable", () => {
  it("says of both ends as much as is said of either, where one is the beginning of the other, and else changes nothing", () => {
    expect(comparable("2026-05-05T10:00:00Z", "2026-05-05")).toEqual(["2026-05-05", "2026-05-05"]);
    expect(comparable("2026", "2026-05")).toEqual(["2026", "2026"]);
    expect(comparable("2026-04-30", "2026-05")).toEqual(["2026-04-30", "2026-05"]);
    const instants = ["2026-05-05T10:00:00Z", "2026-05-05T10:00:00.5Z"] as const;
    expect(comparable(...instants)).toEqual(instants);
  });
});
