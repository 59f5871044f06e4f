import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime } from "./london-clock.ts";
import { isAfter, isBefore, readDate, readTime } from "./time.ts";

/** London's wall clock as the time-zone database has it, in HL7's digits: the oracle. */
function wallClock(at: Date): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/London",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const digits = new Map(format.formatToParts(at).map((part) => [part.type, part.value]));
  return (["year", "month", "day", "hour", "minute", "second"] as const).map((part) => digits.get(part)).join("");
}

const instant = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

describe("time stamps", () => {
  it("without a zone are London's wall clock, as the time-zone database has it", () => {
    fc.assert(
      fc.property(instant("1950-01-01T00:00:00Z", "2080-01-01T00:00:00Z"), (at) => {
        const wall = wallClock(at);
        const read = readTime(wall);
        // The hour that October repeats has two instants: the first is meant.
        const earlier = new Date(at.getTime() - 3_600_000);
        const meant = wallClock(earlier) === wall ? earlier : at;
        expect(read?.iso).toBe(meant.toISOString());
      }),
      { numRuns: 1000 },
    );
  });

  it("come back as the instant they were written for", () => {
    fc.assert(
      fc.property(instant("1996-01-01T00:00:00Z", "2080-01-01T00:00:00Z"), (at) => {
        expect(readTime(formatTime(at))?.iso).toBe(at.toISOString());
      }),
    );
  });

  it("never throw, and give an instant only with a date", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,16}[+.Z-]?[0-9]{0,5}$/)), (text) => {
        const read = readTime(text);
        expect(readDate(text)).toBe(read?.date);
        if (read?.iso !== undefined) expect(Number.isNaN(Date.parse(read.iso))).toBe(false);
        if (read !== undefined) expect(read.date).toMatch(/^\d{4}(-\d{2}(-\d{2})?)?$/);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["1950", "year", "1950", undefined],
    ["195007", "month", "1950-07", undefined],
    ["19500731", "day", "1950-07-31", undefined],
    ["2026010112", "hour", "2026-01-01", "2026-01-01T12:00:00.000Z"],
    ["202601011230", "minute", "2026-01-01", "2026-01-01T12:30:00.000Z"],
    ["20260701123045", "second", "2026-07-01", "2026-07-01T11:30:45.000Z"],
    ["20260701003045", "second", "2026-07-01", "2026-06-30T23:30:45.000Z"],
    ["20260701123045.1239", "fraction", "2026-07-01", "2026-07-01T11:30:45.123Z"],
    ["20250102153045-0500", "second", "2025-01-02", "2025-01-02T20:30:45.000Z"],
    ["20250121100427+0000", "second", "2025-01-21", "2025-01-21T10:04:27.000Z"],
    ["198908181126+0215", "minute", "1989-08-18", "1989-08-18T09:11:00.000Z"],
    ["2025-05-05 23:23:32", "second", "2025-05-05", "2025-05-05T22:23:32.000Z"],
    ["2026-01-15T14:30:00", "second", "2026-01-15", "2026-01-15T14:30:00.000Z"],
    ["2026-01-15T14:30:00Z", "second", "2026-01-15", "2026-01-15T14:30:00.000Z"],
    ["2026-07-15T14:30:00+05:30", "second", "2026-07-15", "2026-07-15T09:00:00.000Z"],
    ["19760121+", "day", "1976-01-21", undefined],
    ["20250330013000", "second", "2025-03-30", undefined],
    ["20251026013000", "second", "2025-10-26", "2025-10-26T00:30:00.000Z"],
    ["20240229", "day", "2024-02-29", undefined],
    [" 20240229 ", "day", "2024-02-29", undefined],
  ])("read %s", (text, precision, date, iso) => {
    expect(readTime(text)).toEqual({ text, precision, date, ...(iso === undefined ? {} : { iso }) });
  });

  it.each([
    "",
    "19501341",
    "196513121515",
    "20230229",
    "19000229",
    "20260100",
    "2026010124",
    "202601011260",
    "20260101120060",
    "1989011",
    "195",
    "0000",
    "00010101",
    "20260101+9900",
    "20260101120000+01",
    "01/15/2025",
    "2026-1-5",
    "2026-01-15T25:00:00",
    "yesterday",
    '""',
    "202601011200001",
    "20260101.5",
  ])("do not read %j", (text) => {
    expect(readTime(text)).toBeUndefined();
    expect(readDate(text)).toBeUndefined();
  });

  it("compare partial dates by what they cover", () => {
    const at = new Date("1950-07-31T10:00:00Z");
    expect([isBefore("1950", at), isBefore("1950-06", at), isBefore("1950-07-31", at)]).toEqual([false, true, false]);
    expect([isAfter("1950", at), isAfter("1950-08", at), isAfter("1950-07-31", at)]).toEqual([false, true, false]);
  });

  it("are written with London's offset", () => {
    expect(formatTime(new Date("2026-07-21T09:15:00Z"))).toBe("20260721101500+0100");
    expect(formatTime(new Date("2026-01-21T09:15:00Z"))).toBe("20260121091500+0000");
  });
});
