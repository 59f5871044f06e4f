import fc from "fast-check";
import { expect, test } from "vitest";
import { addressText, dateText, displayNameOf, fieldText, nameText } from "./texts.ts";

test("names are written the NHS way", () => {
  expect(nameText({ use: "usual", family: "Smith", given: ["Jane", "Ann"], prefix: "Ms" })).toBe(
    "SMITH, Jane Ann (Ms)",
  );
  expect(nameText({ use: "usual", family: "van der Berg", given: [] })).toBe("VAN DER BERG");
  expect(nameText({ use: "usual", given: ["Jane"] })).toBe("Jane");
  expect(nameText({ use: "usual", given: [] })).toBe("Name not known");
  expect(displayNameOf(undefined)).toBe("Name not known");
  const names = [
    { use: "maiden" as const, family: "Old", given: [] },
    { use: "usual" as const, family: "New", given: [] },
  ];
  expect(displayNameOf(names)).toBe("NEW");
  expect(fieldText("names", names)).toBe("OLD, maiden; NEW");
});

test("dates are as precise as they are known", () => {
  expect(["1950", "1950-07", "1950-07-31", "2026-03-14T10:30:00Z"].map(dateText)).toEqual([
    "1950",
    "Jul-1950",
    "31-Jul-1950",
    "14-Mar-2026 10:30",
  ]);
  fc.assert(fc.property(fc.string(), (text) => typeof dateText(text) === "string"));
});

test("addresses leave out what is not known", () => {
  expect(addressText({ use: "home", lines: ["1 Quay Lane", ""], postcode: "BH15 1AA" })).toBe("1 Quay Lane, BH15 1AA");
  expect(fieldText("addresses", [{ use: "temporary", lines: ["Ward 1"] }])).toBe("Ward 1 (temporary)");
});

test("the rest is said plainly", () => {
  expect(fieldText("deceased", true)).toBe("Yes");
  expect(fieldText("sex", "indeterminate")).toBe("Indeterminate");
  expect(fieldText("generalPractice", { code: "J81001", display: "Quay Surgery" })).toBe("Quay Surgery, J81001");
  expect(fieldText("telecoms", [{ kind: "mobile", use: "home", value: "07700 900001" }])).toBe(
    "07700 900001 (home mobile)",
  );
});
