import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TreeField } from "../api/types.ts";
import { fieldNumbers, fieldRows } from "./tree-fields.ts";

const fields = fc
  .array(fc.constantFrom("empty" as const, "null" as const, "value" as const), { maxLength: 20 })
  .map((states): TreeField[] => states.map((state, at) => ({ number: at + 1, name: "", state, repetitions: [] })));

describe("fields of a segment", () => {
  it("keep every field once, in order, with the empty ones in runs", () => {
    fc.assert(
      fc.property(fields, (all) => {
        const rows = fieldRows(all);
        expect(rows.flatMap((row) => (row.kind === "empty" ? row.fields : [row.field]))).toEqual(all);
        for (const [index, row] of rows.entries()) {
          expect(row.kind === "empty" && rows[index + 1]?.kind === "empty").toBe(false);
        }
      }),
    );
  });

  it("number a run in words", () => {
    const run = (...numbers: number[]) =>
      fieldNumbers(numbers.map((number): TreeField => ({ number, name: "", state: "empty", repetitions: [] })));
    expect([run(4), run(4, 5), run(4, 5, 6)]).toEqual(["4", "4 and 5", "4 to 6"]);
  });
});
