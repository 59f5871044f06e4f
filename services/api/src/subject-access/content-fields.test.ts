import type { FactContent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTENTS } from "../fhir/record-fixture.ts";
import { contentFields } from "./content-fields.ts";

const word = fc.stringMatching(/^[a-z]{4,9}$/);
const concept = fc.record({
  codings: fc.array(fc.record({ system: word, code: word, display: fc.option(word, { nil: undefined }) }), {
    maxLength: 3,
  }),
  text: fc.option(word, { nil: undefined }),
});
const party = fc.record({ code: word, display: word });
const address = fc.record({ use: word, lines: fc.array(word), postcode: word });
const telecom = fc.record({ kind: word, use: word, value: word });
const name = fc.stringMatching(/^[a-z]{3,6}(Of[A-Z][a-z]{3,5})?$/);
/** Of whatever fields a kind has, or will have. */
const content = fc
  .dictionary(
    name,
    fc.oneof(word, concept, party, fc.array(word), fc.array(concept), fc.array(address), fc.array(telecom)),
  )
  .map((fields) => ({ ...fields, kind: "local" }) as unknown as FactContent);

/** Every text in a value, however deep. */
function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

describe("the fields of a fact", () => {
  it("say everything that it says, whatever its kind has", () => {
    fc.assert(
      fc.property(content, (each) => {
        const { kind: _, ...said } = each;
        const told = contentFields(each)
          .map(({ text }) => text)
          .join("\n");
        expect(leavesOf(said).filter((leaf) => !told.includes(leaf))).toEqual([]);
      }),
    );
  });

  it.each(Object.values(CONTENTS).map((each) => [each.kind, each] as const))(
    "of a kind have names: %s",
    (_kind, each) => {
      const fields = contentFields(each);
      expect(fields.length).toBeGreaterThan(0);
      for (const { label } of fields) expect(label).toMatch(/^[A-Z][a-z ]+$/);
    },
  );

  it("are days as the NHS writes them, in the time of the United Kingdom, and codes beside their words", () => {
    expect(contentFields(CONTENTS.appointment)).toEqual([
      { label: "Status", text: "booked" },
      { label: "From", text: "01-Jun-2026 10:00" },
      { label: "Until", text: "01-Jun-2026 10:20" },
    ]);
    expect(contentFields(CONTENTS.condition)[0]).toEqual({ label: "What", text: "Asthma (SCT 195967001)" });
    expect(contentFields(CONTENTS.condition).at(-1)?.text).toBe("Mr B Surgeon, C1234567");
  });
});
