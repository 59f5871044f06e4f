import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { saysPlaceOf } from "./known-places.ts";

const PLACES = [
  "1 Quay Lane",
  "Poole",
  "BH15 1AA",
  "01202 555 123",
  "J81012",
  "Quay Surgery",
  "Ward 4",
  "W4",
  "Dr B Ell",
];
const saysPlace = saysPlaceOf(PLACES);

describe("a text says a place", () => {
  it.each(PLACES.filter((place) => place !== "W4"))("however it is written: %s", (place) => {
    const written = fc.array(fc.constantFrom("", " ", "-", ", "), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(written, fc.boolean(), (between, isUpper) => {
        // Numbers are found whatever stands between their characters, names where their words do.
        const parts = /\d/.test(place) ? [...place.replaceAll(" ", "")] : place.split(" ");
        const gaps = /\d/.test(place) ? between : between.map((gap) => gap || " ");
        const text = parts.map((part, index) => `${part}${gaps[index]}`).join("");
        expect(saysPlace(`Seen at ${isUpper ? text.toUpperCase() : text.toLowerCase()} today`)).toBe(true);
      }),
    );
  });

  it("by the street without the number of the house", () => {
    expect(saysPlace("the dog in quay lane")).toBe(true);
  });

  it.each(["Vitamin B12 1mg", "Spooled", "Well", "Quay", "bell's palsy", "W4 fracture", ""])("not: %s", (text) => {
    expect(saysPlace(text)).toBe(false);
  });
});
