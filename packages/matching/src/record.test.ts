import { describe, expect, it } from "vitest";
import { matchRecordOf } from "./record.ts";

const nhs = (value: string, trust: "verified" | "unverified" | "invalid") => ({
  authority: "NHS",
  value,
  type: "NH",
  trust,
});

describe("matchRecordOf", () => {
  it("takes homes, private contacts, all names and the practice", () => {
    const record = matchRecordOf({
      names: [
        { use: "usual", family: "Jones", given: ["Emily"] },
        { use: "maiden", given: [] },
      ],
      birthDate: "1957-03-12",
      sex: "female",
      addresses: [
        { use: "home", lines: ["Flat 3", "12 High Street"], city: "Poole", postcode: "BH15 1AA" },
        { use: "work", lines: ["1 Factory Road"], postcode: "BH1 1AA" },
        { use: "previous", lines: [], postcode: "DT1 1XJ" },
      ],
      telecoms: [
        { kind: "mobile", use: "home", value: "07700 900123" },
        { kind: "phone", use: "work", value: "01202 900456" },
        { kind: "email", use: "other", value: "e.jones@example.org" },
        { kind: "fax", use: "home", value: "01202 900457" },
      ],
      generalPractice: { code: "J81001", display: "The Surgery" },
      identifiers: [nhs("9990004951", "verified"), { authority: "RBD", value: "123", type: "MR" }],
    });
    expect(record).toEqual({
      nhsNumber: { value: "9990004951", trust: "verified" },
      names: [{ family: "Jones", given: ["Emily"] }, { given: [] }],
      birthDate: "1957-03-12",
      sex: "female",
      postcodes: ["BH15 1AA", "DT1 1XJ"],
      addressLines: ["Flat 3, 12 High Street"],
      phones: ["07700 900123"],
      emails: ["e.jones@example.org"],
      gpPractice: "J81001",
    });
  });

  it("is empty for nothing", () => {
    expect(matchRecordOf({})).toEqual({ names: [], postcodes: [], addressLines: [], phones: [], emails: [] });
  });

  it("takes the most trusted NHS number, in any order, and none of two that contradict", () => {
    const [traced, typed, wrong] = [
      nhs("9990004951", "verified"),
      nhs("9990238359", "unverified"),
      nhs("9990004961", "verified"),
    ];
    expect(matchRecordOf({ identifiers: [wrong, typed, traced] }).nhsNumber?.value).toBe("9990004951");
    expect(matchRecordOf({ identifiers: [wrong, typed] }).nhsNumber?.value).toBe("9990238359");
    expect(matchRecordOf({ identifiers: [wrong] }).nhsNumber).toEqual({ value: "9990004961", trust: "invalid" });
    expect(matchRecordOf({ identifiers: [traced, { ...typed, trust: "verified" }] }).nhsNumber).toBeUndefined();
  });
});
