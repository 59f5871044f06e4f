import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TreeField } from "../api/types.ts";
import { fieldRows, runInWords } from "./tree-fields.ts";

const fields = fc
  .array(fc.constantFrom("left out", "empty" as const, "null" as const, "value" as const), { maxLength: 20 })
  .map((states) =>
    states.flatMap((state, at): TreeField[] =>
      state === "left out" ? [] : [{ number: at + 1, name: "", state, repetitions: [] }],
    ),
  );

describe("fields of a segment", () => {
  it("keep every field that says something, in order, and count every number up to the last once", () => {
    fc.assert(
      fc.property(fields, (all) => {
        const rows = fieldRows(all);
        expect(rows.flatMap((row) => (row.kind === "field" ? [row.field] : []))).toEqual(
          all.filter((field) => field.state !== "empty"),
        );
        let next = 1;
        for (const row of rows) {
          const [first, last] = row.kind === "empty" ? [row.first, row.last] : [row.field.number, row.field.number];
          expect(first).toBe(next);
          expect(last).toBeGreaterThanOrEqual(first);
          next = last + 1;
        }
        for (const [at, row] of rows.entries()) expect([row.kind, rows[at + 1]?.kind]).not.toEqual(["empty", "empty"]);
      }),
    );
  });

  it("number a run in words", () => {
    expect([runInWords(4, 4), runInWords(4, 5), runInWords(4, 6)]).toEqual(["4", "4 and 5", "4 to 6"]);
  });
});
