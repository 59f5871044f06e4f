import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ageInYears, dateStamp, isRealDate, timeStamp } from "./calendar.ts";

const london = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/London",
  dateStyle: "short",
  timeStyle: "medium",
});

describe("the calendar", () => {
  it("tells London's time as the time zone database does", () => {
    const instants = fc.date({ min: new Date("1996-02-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (at) => {
        expect(timeStamp(at.getTime())).toBe(london.format(at).replace(/\D/g, ""));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["2026-03-29T00:59:59Z", "20260329005959"],
    ["2026-03-29T01:00:00Z", "20260329020000"],
    ["2026-10-25T00:59:59Z", "20261025015959"],
    ["2026-10-25T01:00:00Z", "20261025010000"],
  ])("turns the clocks at %s", (at, stamp) => expect(timeStamp(Date.parse(at))).toBe(stamp));

  it("reckons age by birthday", () => {
    expect(ageInYears("20000229", Date.parse("2026-02-28T12:00:00Z"))).toBe(25);
    expect(ageInYears("20000229", Date.parse("2026-03-01T12:00:00Z"))).toBe(26);
  });

  it("knows which dates exist", () => {
    expect(["20240229", "20230228"].every(isRealDate)).toBe(true);
    expect(["20230229", "20231301", "20230100", "20230431"].some(isRealDate)).toBe(false);
    expect(isRealDate(dateStamp(Date.now()))).toBe(true);
  });
});
