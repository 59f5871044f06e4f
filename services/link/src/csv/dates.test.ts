import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countDate, dateOrderOf, noDates, readDate } from "./dates.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const date = fc.date({ min: new Date("1850-01-01"), max: new Date("2026-01-01"), noInvalidDate: true });
const partsOf = (date: Date) => {
  const [y = "", m = "", d = ""] = date.toISOString().slice(0, 10).split("-");
  return { y, m, d, iso: `${y}-${m}-${d}` };
};

/** Each way to write a date; `both` marks those whose order a column has to tell. */
const WAYS: Record<string, (y: string, m: string, d: string) => string> = {
  iso: (y, m, d) => `${y}-${m}-${d}`,
  "iso with a time": (y, m, d) => `${y}-${m}-${d}T00:00:00.000Z`,
  "year first with slashes": (y, m, d) => `${y}/${m}/${d}`,
  "eight digits": (y, m, d) => `${y}${m}${d}`,
  "eight digits, year last": (y, m, d) => `${d}${m}${y}`,
  "eight digits, month first": (y, m, d) => `${m}${d}${y}`,
  "day first": (y, m, d) => `${d}/${m}/${y}`,
  "day first with a time": (y, m, d) => `${d}/${m}/${y} 00:00`,
  "day first without zeros": (y, m, d) => `${Number(d)}-${Number(m)}-${y}`,
  "month first": (y, m, d) => `${m}/${d}/${y}`,
  "month by name": (y, m, d) => `${d}${MONTHS[Number(m) - 1]}${y}`,
  "month by name, dashes": (y, m, d) => `${Number(d)}-${MONTHS[Number(m) - 1]?.toUpperCase()}-${y}`,
  "month name first": (y, m, d) => `${MONTHS[Number(m) - 1]} ${Number(d)}, ${y}`,
};

function readColumn(values: readonly string[]) {
  const counts = noDates();
  for (const [index, value] of values.entries()) countDate(value, index + 2, counts);
  const order = dateOrderOf(counts);
  return { counts, order, dates: values.map((value) => readDate(value, order, 2026)) };
}

describe("a column of dates", () => {
  it.each(Object.keys(WAYS))("written as %s is read back", (way) => {
    const write = WAYS[way] as (y: string, m: string, d: string) => string;
    fc.assert(
      fc.property(fc.array(date, { minLength: 1, maxLength: 20 }), (dates) => {
        // One date after the twelfth tells the order of the whole column.
        const parts = [...dates.map(partsOf), partsOf(new Date("1957-03-28"))];
        const { dates: read, counts } = readColumn(parts.map(({ y, m, d }) => write(y, m, d)));
        expect(read).toEqual(parts.map(({ iso }) => iso));
        expect(counts.notUnderstood).toBe(0);
      }),
    );
  });

  it("takes the day to come first where no date tells", () => {
    const { counts, dates } = readColumn(["03/04/1957", "05/05/1960"]);
    expect(dates).toEqual(["1957-04-03", "1960-05-05"]);
    expect(counts).toMatchObject({ eitherOrder: 1, dayFirst: 0, monthFirst: 0 });
  });

  it("reads what can only be one order so, and the rest as most are", () => {
    const { dates } = readColumn(["04/13/1957", "04/14/1957", "13/04/1957", "03/04/1957"]);
    expect(dates).toEqual(["1957-04-13", "1957-04-14", "1957-04-13", "1957-03-04"]);
  });

  it("leaves a slip in eight digits in the order of its column", () => {
    expect(readColumn(["19570312", "19101812", "19580101"]).dates[1]).toBe("1910-18-12");
  });

  it.each([
    ["1957", "1957"],
    ["1957-03", "1957-03"],
    ["03/1957", "1957-03"],
    ["12 March 1957", "1957-03-12"],
    ["12th Sept 1957", "1957-09-12"],
    ["12/03/57", "1957-03-12"],
    ["12/03/26", "2026-03-12"],
    ["12/03/27", "1927-03-12"],
    ["1850-01-81", "1850-01-81"],
    ["31/02/1957", "1957-02-31"],
  ])("reads %s as %s", (text, iso) => expect(readColumn([text]).dates).toEqual([iso]));

  it.each(["unknown", "20890", "t2227949966", "12 Foo 1957", "1/2/3/4", "195", "19570", "12/1957/3"])(
    "does not understand %s, and says in which row",
    (text) => {
      const { counts, dates } = readColumn(["1957-03-12", text]);
      expect(dates[1]).toBeUndefined();
      expect(counts).toMatchObject({ notUnderstood: 1, firstNotUnderstood: 3 });
    },
  );

  it("gives a date in ISO's form or none, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9/ .-]{0,12}$/)), (text) => {
        const { dates, counts } = readColumn([text]);
        if (dates[0] !== undefined) expect(dates[0]).toMatch(/^\d{4}(-\d{2}(-\d{2})?)?$/);
        expect(dates[0] === undefined).toBe(counts.notUnderstood === 1);
      }),
    );
  });
});
