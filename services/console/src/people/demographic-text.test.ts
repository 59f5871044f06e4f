import { describe, expect, it } from "vitest";
import type { SourceRecord } from "../api/types.ts";
import { addressText, partyText, sourceMatrix } from "./demographic-text.ts";

const AT = "2026-07-25T10:00:00Z";

function record(localId: string, demographics: Record<string, unknown>, nhsNumber?: string): SourceRecord {
  return {
    sourceRecordId: localId,
    authority: "UHD",
    localId,
    feed: "uhd-pas",
    status: "active",
    retiredInto: null,
    identifiers: [
      { authority: "UHD", value: localId, type: "MR" },
      ...(nhsNumber ? [{ authority: "NHS", value: nhsNumber, type: "NH", trust: "unverified" as const }] : []),
    ],
    demographics: Object.fromEntries(
      Object.entries(demographics).map(([field, value]) => [field, { value, recordedAt: AT }]),
    ),
    recordedAt: AT,
    receivedAt: AT,
    linkedAt: AT,
    linkedBy: "model",
    weight: 12,
    messages: 3,
  };
}

const name = (family: string, given: string, prefix?: string) => [
  { use: "usual", family, given: [given], ...(prefix && { prefix }) },
];

describe("source records side by side", () => {
  it("has a row for each field that any of them knows, and no other", () => {
    const rows = sourceMatrix([record("1", { sex: "female" }, "9990004951"), record("2", { birthDate: "1984-07" })]);
    expect(rows.map((row) => row.field)).toEqual(["nhsNumber", "birthDate", "sex", "otherIdentifiers"]);
    expect(rows.map((row) => row.texts)).toEqual([
      ["999 000 4951, unverified", undefined],
      [undefined, "Jul-1984"],
      ["Female", undefined],
      ["UHD 1", "UHD 2"],
    ]);
  });

  it("tells a value that the sender deleted from one that was never sent", () => {
    const rows = sourceMatrix([record("1", { religion: undefined }), record("2", { sex: "male" })]);
    expect(rows.find((row) => row.field === "religion")?.texts).toEqual(["", undefined]);
  });

  const differs = (field: string, a: unknown, b: unknown) =>
    sourceMatrix([record("1", { [field]: a }), record("2", { [field]: b })]).find((row) => row.field === field)
      ?.differs;

  it("calls values different that are, and not those that only look so", () => {
    expect(differs("names", name("Legg", "Ava"), name("Legg", "Eva"))).toBe(true);
    expect(differs("names", name("LEGG", "AVA", "MS"), name("Legg", "Ava"))).toBe(false);
    expect(differs("birthDate", "1984-07-12", "1984-07-17")).toBe(true);
    expect(differs("birthDate", "1984-07-12", "1984-07")).toBe(false);
    expect(differs("birthDate", "1984-07-12", "1984")).toBe(false);
    expect(differs("sex", "male", undefined)).toBe(false);
  });
});

describe("parts of demographics", () => {
  it("print addresses and parties on a line", () => {
    expect(addressText({ use: "home", lines: ["14 Chesil Terrace", ""], city: "Weymouth", postcode: "DT4 9XX" })).toBe(
      "14 Chesil Terrace, Weymouth, DT4 9XX",
    );
    expect(addressText({ use: "temporary", lines: ["Ward 4"] })).toBe("Ward 4 – temporary");
    expect([partyText({ code: "J81078", display: "Wyke Regis" }), partyText({ code: "J81078" })]).toEqual([
      "Wyke Regis (J81078)",
      "J81078",
    ]);
  });
});
