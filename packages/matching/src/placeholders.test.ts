import { describe, expect, it } from "vitest";
import { fold, words } from "./fold.ts";
import {
  familyWords,
  givenWords,
  isInventedPerson,
  isPlaceholderDate,
  isPlaceholderEmail,
  isPlaceholderNumber,
} from "./placeholders.ts";

const family = (text: string) => familyWords(words(fold(text)));
const given = (text: string) => givenWords(words(fold(text)));

describe("placeholders", () => {
  it.each(["Unknown", "UNK", "Not Known", "ZZTEST", "XXXTESTPATIENT", "Test Patient", "Baby", "xx", "N/A", ""])(
    "a family name %j is nobody's",
    (text) => expect(family(text)).toEqual([]),
  );

  it.each(["Tester", "Testa", "Oo", "Knight", "Doe", "Babington", "Twinn"])("a family name %j is real", (text) =>
    expect(family(text)).toEqual([fold(text)]),
  );

  it.each([
    "Baby",
    "Baby Boy",
    "Baby Jane",
    "Twin 2",
    "TWIN ONE",
    "B/O Smith",
    "Infant of Mary",
    "Unknown",
    "Test",
    "",
  ])("given names %j name nobody", (text) => expect(given(text)).toEqual([]));

  it.each([
    ["Mrs Jane", ["jane"]],
    ["Jane Unknown", ["jane"]],
    ["John aka Jack", ["john", "jack"]],
    ["Mary-Jane", ["mary", "jane"]],
  ])("of given names %j it keeps %j", (text, kept) => expect(given(text)).toEqual(kept));

  it("knows invented persons, not their halves", () => {
    expect(isInventedPerson("doe", "john")).toBe(true);
    expect(isInventedPerson("doe", "margaret")).toBe(false);
  });

  it("knows default dates and numbers", () => {
    expect(isPlaceholderDate("1900-01-01")).toBe(true);
    expect(isPlaceholderDate("1957-01-01")).toBe(false);
    for (const digits of ["0000000000", "9999999999", "1234567890", "9876543210", "700000000"]) {
      expect(isPlaceholderNumber(digits)).toBe(true);
    }
    expect(isPlaceholderNumber("9990004951")).toBe(false);
    expect(isPlaceholderEmail("no.email")).toBe(true);
    expect(isPlaceholderEmail("noel")).toBe(false);
  });
});
