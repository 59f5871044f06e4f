import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverted, type Rows, RowsBuilder } from "./rows.ts";

const VALUES = 12;
const lists = fc.array(fc.array(fc.nat(VALUES - 1), { maxLength: 6 }), { maxLength: 30 });

function rowsOf(rows: readonly (readonly number[])[], sizeAtFirst = rows.length): Rows {
  const builder = new RowsBuilder(sizeAtFirst);
  for (const row of rows) {
    for (const value of row) builder.add(value);
    builder.end();
  }
  return builder.rows();
}

const listsOf = ({ offsets, values }: Rows): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, row) => [...values.slice(offsets[row], offsets[row + 1])]);

describe("rows", () => {
  it("give back what was added, row by row", () => {
    fc.assert(
      fc.property(lists, (rows) => {
        expect(listsOf(rowsOf(rows))).toEqual(rows);
      }),
    );
  });

  it("grow far beyond their first size", () => {
    const long = Array.from({ length: 10_000 }, (_, value) => value % 7);
    expect(listsOf(rowsOf([[], long, [3]]))).toEqual([[], long, [3]]);
  });

  it("turned over name the rows of each value, in ascending order", () => {
    fc.assert(
      fc.property(lists, (rows) => {
        const expected = Array.from({ length: VALUES }, (_, value) =>
          rows.flatMap((row, place) => row.filter((each) => each === value).map(() => place)),
        );
        expect(listsOf(inverted(rowsOf(rows), VALUES))).toEqual(expected);
      }),
    );
  });

  it("turned over twice are what they were, each row sorted", () => {
    fc.assert(
      fc.property(lists, (rows) => {
        const twice = inverted(inverted(rowsOf(rows), VALUES), rows.length);
        expect(listsOf(twice)).toEqual(rows.map((row) => row.toSorted((a, b) => a - b)));
      }),
    );
  });

  it("lie in memory that threads share", () => {
    const rows = rowsOf([[1], [2, 3]]);
    for (const { offsets, values } of [rows, inverted(rows, 4)])
      for (const array of [offsets, values]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
