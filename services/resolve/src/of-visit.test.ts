import type { FactContent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { specialtiesOf, withoutOthers, withSpecialties } from "./of-visit.ts";

const letter = (visitSpecialty?: string) =>
  ({ kind: "local", name: "letter", value: "seen", ...(visitSpecialty && { visitSpecialty }) }) as FactContent;

describe("the specialties of a fact's visit", () => {
  it("stay, though who corrects the fact leaves the visit out", () => {
    const corrected = withSpecialties(letter(), [...specialtiesOf(letter("360")), ...specialtiesOf(letter())]);
    expect(corrected).toEqual({ ...letter(), otherSpecialties: ["360"] });
    expect(withoutOthers(corrected)).toEqual(letter());
  });

  it("are the same in whatever order they were told, and told once", () => {
    const told = fc.array(fc.constantFrom(undefined, "100", "300", "360"), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(told, fc.constantFrom(undefined, "300"), (all, last) => {
        const after = (order: typeof all) =>
          order.reduce(
            (known, each) => withSpecialties(letter(each), [...specialtiesOf(known), ...specialtiesOf(letter(each))]),
            letter(),
          );
        const kept = (order: typeof all) => withSpecialties(letter(last), specialtiesOf(after(order)));
        expect(kept(all)).toEqual(kept(all.toReversed()));
      }),
    );
  });
});
