import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateFormat, dateWithin, isDateFormat } from "./date-format.ts";
import { instantOf, isTimeZone } from "./wall-clock.ts";

describe("a date", () => {
  it.each([
    ["iso", "2015-07-31", "2015-07-31", undefined],
    ["iso", "2015-07-31T10:15:00+02:00", "2015-07-31", "2015-07-31T08:15:00.000Z"],
    ["iso", "2015-07-31 10:15", "2015-07-31", "2015-07-31T09:15:00.000Z"],
    ["DD/MM/YYYY", "31/07/2015", "2015-07-31", undefined],
    ["DD/MM/YYYY", "1/7/2015", "2015-07-01", undefined],
    ["YYYYMMDD", "20150731", "2015-07-31", undefined],
    ["DD-MMM-YYYY", "31-Jul-2015", "2015-07-31", undefined],
    ["DD/MM/YYYY HH:mm", "31/01/2015 10:15", "2015-01-31", "2015-01-31T10:15:00.000Z"],
    ["MM/YYYY", "07/2015", "2015-07", undefined],
    ["YYYY", "2015", "2015", undefined],
  ])("by %s is %s", (format, text, date, instant) => {
    expect(dateFormat(format)(text, "Europe/London")).toEqual({ date, ...(instant && { instant }) });
  });

  it.each([
    ["DD/MM/YYYY", "31/02/2015"],
    ["DD/MM/YYYY", "31.07.2015"],
    ["DD/MM/YYYY", "07/31/2015"],
    ["YYYYMMDD", "2015731"],
    ["DD/MM/YYYY HH:mm", "31/01/2015 25:00"],
    ["DD-MMM-YYYY", "31-Jux-2015"],
    ["YYYY", "0015"],
    ["iso", "2015-7-31"],
  ])("by %s is not %s", (format, text) => expect(dateFormat(format)(text, "Europe/London")).toBeUndefined());

  it("that is written by a format is read by it", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("1000-01-02"), max: new Date("2999-12-30"), noInvalidDate: true }), (at) => {
        const [year = "", month = "", day = ""] = at.toISOString().slice(0, 10).split("-");
        for (const [format, text] of [
          ["DD/MM/YYYY", `${day}/${month}/${year}`],
          ["YYYYMMDD", year + month + day],
        ] as const)
          expect(dateFormat(format)(text, "UTC")?.date).toBe(`${year}-${month}-${day}`);
      }),
    );
  });

  it("is found in a file's name", () => {
    expect(dateWithin("children-20260314-full.csv", "YYYYMMDD", "UTC")?.date).toBe("2026-03-14");
    expect(dateWithin("children_2026-03-14.csv", "YYYY-MM-DD", "UTC")?.date).toBe("2026-03-14");
    expect(dateWithin("children-1234567890.csv", "YYYYMMDD", "UTC")).toBeUndefined();
  });

  it("has a format with a year, each part once", () => {
    expect(["iso", "DD/MM/YYYY", "YYYY"].every(isDateFormat)).toBe(true);
    expect(["DD/MM", "DD/MM/YY", "YYYY YYYY", "DD YYYY", ""].some(isDateFormat)).toBe(false);
  });
});

describe("the instant of a wall clock", () => {
  it.each([
    ["2026-03-29T00:59:59", "2026-03-29T00:59:59.000Z"],
    ["2026-03-29T02:00:00", "2026-03-29T01:00:00.000Z"],
    ["2026-03-29T01:30:00", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25T01:30:00", "2026-10-25T00:30:00.000Z"],
    ["2026-10-25T02:30:00", "2026-10-25T02:30:00.000Z"],
  ])("in London at %s is %s", (wall, expected) => expect(instantOf(wall, "Europe/London")).toBe(expected));

  it("shows that wall clock again, in every zone", () => {
    const at = fc.date({ min: new Date("1996-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(
        at,
        fc.constantFrom("Europe/London", "America/New_York", "Asia/Kathmandu", "UTC"),
        (date, timeZone) => {
          const shown = (instant: Date) =>
            new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(instant);
          const wall = shown(date).replace(" ", "T");
          expect(shown(new Date(instantOf(wall, timeZone)))).toBe(shown(date));
        },
      ),
    );
  });

  it("needs a zone that there is", () => {
    expect(isTimeZone("Europe/London")).toBe(true);
    expect(isTimeZone("Europe/Poole")).toBe(false);
  });
});
