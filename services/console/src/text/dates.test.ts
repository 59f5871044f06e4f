import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAge, formatInstant, formatPartialDate, formatTime, parseTypedDate, todayIn } from "./dates.ts";

const isoDay = fc
  .date({ min: new Date("1880-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("dates on the screen", () => {
  it("reads back every date it prints", () => {
    fc.assert(
      fc.property(isoDay, (day) => {
        expect(parseTypedDate(formatPartialDate(day))).toBe(day);
      }),
    );
  });

  it.each([
    ["1950-07-31", "31-Jul-1950"],
    ["1950-07", "Jul-1950"],
    ["1950", "1950"],
    ["2026-03-02T11:00:00Z", "02-Mar-2026"],
    ["not a date", "not a date"],
  ])("prints %s as %s", (date, printed) => expect(formatPartialDate(date)).toBe(printed));

  it("prints instants in the time of Dorset, winter and summer", () => {
    expect(formatInstant("2026-01-15T23:30:00Z")).toBe("15-Jan-2026 23:30");
    expect(formatInstant("2026-07-15T23:30:05Z", "second")).toBe("16-Jul-2026 00:30:05");
    expect(formatTime("2026-07-15T23:30:05Z")).toBe("00:30:05");
    expect(formatInstant("1950-07")).toBe("Jul-1950");
    expect(formatInstant("rubbish")).toBe("rubbish");
    expect(todayIn(new Date("2026-07-15T23:30:00Z"))).toBe("2026-07-16");
  });
});

describe("age", () => {
  it.each([
    ["2026-07-26", "2026-07-26", "0d"],
    ["2026-06-29", "2026-07-26", "27d"],
    ["2026-06-28", "2026-07-26", "4w"],
    ["2026-03-01", "2026-07-26", "21w"],
    ["2025-07-27", "2026-07-26", "52w"],
    ["2025-07-26", "2026-07-26", "12m"],
    ["2025-01-20", "2026-07-26", "18m 6d"],
    ["2024-07-26", "2026-07-26", "2y"],
    ["2012-11-30", "2026-07-26", "13y 7m"],
    ["2008-07-27", "2026-07-26", "17y 11m"],
    ["2008-07-26", "2026-07-26", "18y"],
    ["1984-02-29", "2026-02-28", "41y"],
    ["1970", "2026-07-26", "about 56y"],
    ["1999-12", "2026-07-26", "about 27y"],
    ["2026-07-27", "2026-07-26", undefined],
    ["2030", "2026-07-26", undefined],
    ["unknown", "2026-07-26", undefined],
  ])("born %s is on %s %s", (birthDate, on, age) => expect(formatAge(birthDate, on)).toBe(age));

  it("never goes down as time passes", () => {
    const years = (age: string | undefined) => Number(/^(\d+)y/.exec(age ?? "")?.[1] ?? 0);
    fc.assert(
      fc.property(isoDay, isoDay, isoDay, (born, a, b) => {
        const [first = "", second = ""] = [a, b].sort();
        expect(years(formatAge(born, second))).toBeGreaterThanOrEqual(years(formatAge(born, first)));
      }),
    );
  });
});

describe("a typed date", () => {
  it.each([
    ["27/7/1965", "1965-07-27"],
    ["27 7 1965", "1965-07-27"],
    ["27-Jul-1965", "1965-07-27"],
    ["27 july 1965", "1965-07-27"],
    ["27.07.1965", "1965-07-27"],
    ["1965-07-27", "1965-07-27"],
    [" 1965 ", "1965"],
    ["29 2 2024", "2024-02-29"],
  ])("%s is %s", (typed, iso) => expect(parseTypedDate(typed)).toBe(iso));

  it.each(["", "31/2/1980", "29/2/2023", "13/13/1980", "27 xyz 1965", "0/1/1980", "yesterday", "1/1/80"])(
    "%s is no date",
    (typed) => expect(parseTypedDate(typed)).toBeUndefined(),
  );
});
