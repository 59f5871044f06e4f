import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byImportance } from "./by-importance.ts";
import type { LinkInputWarning } from "./problem.ts";

const warning: fc.Arbitrary<LinkInputWarning> = fc.record({
  kind: fc.constantFrom("column-constant", "blank-rows", "records-identical", "dates-mixed", "columns-not-compared"),
  text: fc.constant("So it is."),
  file: fc.constantFrom("a.csv", "b.csv"),
  column: fc.constantFrom("x", "y"),
});

describe("warnings", () => {
  it("are told once a kind, in one order whatever the order they came in", () => {
    fc.assert(
      fc.property(fc.array(warning), (warnings) => {
        const kinds = byImportance(warnings).map(({ kind }) => kind);
        expect(kinds).toEqual([...new Set(kinds)]);
        expect(new Set(kinds)).toEqual(new Set(warnings.map(({ kind }) => kind)));
        expect(byImportance(warnings.toReversed()).map(({ kind }) => kind)).toEqual(kinds);
      }),
    );
  });

  it("put what may make the result wrong before what only tells what was done", () => {
    const of = (kind: LinkInputWarning["kind"], column: string): LinkInputWarning => ({ kind, column, text: "It is." });
    const given = [of("columns-not-compared", "a"), ...["b", "c", "d"].map((name) => of("column-constant", name))];
    expect(byImportance([...given, of("records-identical", "e")])).toEqual([
      { kind: "records-identical", column: "e", text: "It is." },
      { kind: "column-constant", column: "b", text: "It is. The same 2 more times: column c; column d." },
      { kind: "columns-not-compared", column: "a", text: "It is." },
    ]);
  });
});
