import type { Demographics } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { FEED } from "../example-messages.ts";
import type { FeedDialect } from "./dialect.ts";
import { identifiers, said } from "./example-pid.ts";

const NAMES_FIELD: Record<keyof Demographics, number | undefined> = {
  names: 5,
  birthDate: 7,
  sex: 8,
  addresses: 11,
  telecoms: 13,
  language: 15,
  maritalStatus: 16,
  religion: 17,
  ethnicity: 22,
  deathDate: 29,
  deceased: 30,
  generalPractitioner: undefined,
  generalPractice: undefined,
  confidentiality: undefined,
};

describe("the three states of a field", () => {
  it.each(Object.entries(NAMES_FIELD).filter(([, field]) => field !== undefined))("of %s", (name, field) => {
    const key = name as keyof Demographics;
    const at = field ?? 0;
    expect(said({ 1: "1" }).demographics[key]).toBeUndefined();
    expect(said({ [at]: "", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    expect(said({ [at]: " ", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    expect(said({ [at]: "^^", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    // Numbers stand in two fields: what the one deletes, the other does not.
    const other = key === "telecoms" ? { 14: '""' } : {};
    expect(said({ ...other, [at]: '""' }).demographics[key]).toEqual({ said: "cleared" });
    expect(said({ ...other, [at]: '""^""' }).demographics[key]).toEqual({ said: "cleared" });
  });

  it("of PD1", () => {
    expect(said({ 1: "1" }, "PD1").demographics).toEqual({});
    expect(said({ 1: "1" }, 'PD1|||""|').demographics).toEqual({
      generalPractice: { said: "cleared" },
      generalPractitioner: { said: "empty" },
    });
  });
});

describe("how closely the record is kept", () => {
  const kept = (after: string, feed: Partial<FeedDialect> = {}) => said({ 1: "1" }, after, { ...FEED, ...feed });

  it.each([
    ["Y", "restricted"],
    ["N", "unrestricted"],
    ["v", "very-restricted"],
  ])("%s in PD1-12 is %s", (code, level) => {
    const { demographics, warnings } = kept(`PD1||||||||||||${code}`);
    expect(demographics.confidentiality).toEqual({ said: "value", value: level });
    expect(warnings).toEqual([]);
  });

  it("stands where the feed's configuration says, in the sender's own codes", () => {
    const feed = { places: { confidentiality: "ZPI-2" }, codes: { confidentiality: { STOP: "V" } } };
    expect(kept("ZPI||stop", feed).demographics.confidentiality).toEqual({ said: "value", value: "very-restricted" });
  });

  it("is not guessed", () => {
    const { demographics, warnings } = kept("PD1||||||||||||maybe");
    expect(demographics.confidentiality).toBeUndefined();
    expect(warnings).toEqual(["PD1-12 bad-code"]);
  });
});

describe("the date of birth", () => {
  it.each([
    ["1950", "1950"],
    ["195007", "1950-07"],
    ["19890118000000", "1989-01-18"],
    ["198807050000", "1988-07-05"],
    ["198808181126+0215", "1988-08-18"],
    ["19760121+^D", "1976-01-21"],
    ["20260305", "2026-03-05"],
  ])("%s is %s", (sent, date) => {
    expect(said({ 7: sent })).toEqual({
      demographics: expect.objectContaining({ birthDate: { said: "value", value: date } }),
      warnings: [],
    });
  });

  it.each(["19501341", "196513121515", "31/07/1950", "20990101", "20260307", "unknown"])(
    "%s is none, and is not guessed",
    (sent) => {
      const { demographics, warnings } = said({ 7: sent });
      expect(demographics).not.toHaveProperty("birthDate");
      expect(warnings).toEqual(["PID-7 bad-date"]);
    },
  );
});

describe("sex", () => {
  it.each([
    ["M", "male"],
    ["1", "male"],
    ["F", "female"],
    ["2", "female"],
    ["f", "female"],
    ["O", "indeterminate"],
    ["A", "indeterminate"],
    ["9", "indeterminate"],
    ["U", "unknown"],
    ["N", "unknown"],
    ["0", "unknown"],
    ["X", "unknown"],
    ["M^Male", "male"],
  ])("%s is %s", (sent, sex) => expect(said({ 8: sent }).demographics.sex).toEqual({ said: "value", value: sex }));

  it("of another code is not stated", () => {
    expect(said({ 8: "Q", 9: "" })).toEqual({
      demographics: expect.not.objectContaining({ sex: expect.anything() }),
      warnings: ["PID-8 bad-code"],
    });
  });
});

describe("death", () => {
  it.each([
    [{ 30: "Y" }, { deceased: true }],
    [{ 30: "N" }, { deceased: false }],
    [
      { 29: "20250704", 30: "Y" },
      { deceased: true, deathDate: "2025-07-04" },
    ],
    [{ 29: "202507041530" }, { deceased: true, deathDate: "2025-07-04T14:30:00.000Z" }],
    [{ 30: "2" }, { deceased: true }],
  ])("%j", (fields, expected) => {
    const { demographics } = said(fields);
    const values = Object.entries(expected).map(([key, value]) => [key, { said: "value", value }]);
    expect(demographics).toMatchObject(Object.fromEntries(values));
  });

  it("is not made of a contradiction, a bad date or a bad code", () => {
    const contradiction = said({ 29: "20250704", 30: "N" });
    expect(contradiction.demographics).toMatchObject({ deceased: { said: "value", value: false } });
    expect(contradiction.demographics).not.toHaveProperty("deathDate");
    expect(contradiction.warnings).toEqual(["PID-29 ignored"]);
    expect(said({ 29: "20251341", 30: "Y" })).toMatchObject({ warnings: ["PID-29 bad-date"] });
    expect(said({ 30: "perhaps" })).toMatchObject({ warnings: ["PID-30 bad-code"] });
  });
});

describe("identifiers", () => {
  const trust = (cx: string, more: Record<number, string> = {}, feed = FEED) =>
    identifiers({ 3: cx, ...more }, feed).list.find((each) => each.authority === "NHS")?.trust;
  const traced = { ...FEED, nhsNumberTraced: true };

  it("hold NHS numbers with their trust", () => {
    expect(trust("9990004951^^^NHS^NH")).toBe("unverified");
    expect(trust("9990004951^01^^NHS^NH")).toBe("verified");
    expect(trust("9990004951^06^^^NI")).toBe("unverified");
    expect(trust("9990004951^^^NHS^NH", { 32: "NSTS01" })).toBe("verified");
    expect(trust("9990004951^^^NHS^NH", { 32: "ED~NSTS01" })).toBe("verified");
    expect(trust("9990004951^^^NHS^NH", { 32: "01" })).toBe("verified");
    expect(trust("9990004951^^^NHS^NH", { 32: "NSTS02" })).toBe("unverified");
    expect(trust("9990004951^04^^NHS^NH", { 32: "NSTS01" })).toBe("unverified");
    expect(trust("9990004951^^^RDZ^NH{status:01}")).toBe("verified");
    expect(trust("9990004951^^^NHS^NH", {}, traced)).toBe("verified");
    expect(trust("9990004951^^^NHS^NH", { 32: "NSTS04" }, traced)).toBe("unverified");
    expect(trust("9990004952^01^^NHS^NH", {}, traced)).toBe("invalid");
  });

  it("have an NHS number as ten digits, once, and a warning when it can be none", () => {
    expect(identifiers({ 3: "999 000 4951^^^NHS^NH~9990004951^^^NHSNBR^NHSNMBR" }).list).toEqual([
      { authority: "NHS", value: "9990004951", type: "NH", trust: "unverified" },
    ]);
    expect(identifiers({ 3: "1~9990004952^^^NHS^NH" }).warnings).toEqual(["PID-3[2].1 bad-nhs-number"]);
  });

  it("are those of PID-2, 3, 4, 18 and 19", () => {
    const { list } = identifiers({ 2: "E^^^X^PE", 3: "M", 4: "A^^^Y", 18: "C", 19: "123-45-6789" });
    expect(list).toEqual([
      { authority: "RDZ", value: "M", type: "" },
      { authority: "X", value: "E", type: "PE" },
      { authority: "Y", value: "A", type: "" },
      { authority: "RDZ", value: "C", type: "AN" },
      { authority: "SSN", value: "123-45-6789", type: "SS" },
    ]);
  });

  it("know an NHS number in PID-19 by its check digit", () => {
    expect(identifiers({ 3: "M", 19: "9990004951", 32: "NSTS01" }).list[1]).toEqual({
      authority: "NHS",
      value: "9990004951",
      type: "NH",
      trust: "verified",
    });
    expect(identifiers({ 3: "M", 19: "9990004952" }).list[1]).toMatchObject({ authority: "SSN" });
  });
});

describe("what the feed's configuration changes", () => {
  const feed: FeedDialect = {
    ...FEED,
    codes: { sex: { K: "F", W: "2" }, ethnicity: { WB: "A" }, religion: { CE: "C22" }, addressUse: { QQ: "TMP" } },
    places: { ethnicity: "ZPI-4", deceased: "PID-24.2", generalPractice: "ZPI-5.1", religion: "nowhere" },
    authorities: { "PAS-RDZ": "RDZ", NATIONAL: "NHS" },
    foreignAuthorities: ["LAB"],
  };

  it("is codes, before the standard's tables, which still hold", () => {
    const sex = (sent: string) => said({ 8: sent }, undefined, feed).demographics.sex;
    expect(["K", "k", "W", "M"].map(sex)).toMatchObject(
      ["female", "female", "female", "male"].map((value) => ({ said: "value", value })),
    );
    expect(said({ 8: "Q" }, undefined, feed).warnings).toEqual(["PID-8 bad-code"]);
    expect(said({ 8: "CONSTRUCTOR" }, undefined, feed).warnings).toEqual(["PID-8 bad-code"]);
    expect(said({ 17: "CE" }, undefined, feed).demographics.religion).toEqual({ said: "value", value: "C22" });
  });

  it("is places: a segment, a field, a component", () => {
    const { demographics } = said({ 22: "Z", 24: "x^Y", 30: "N" }, "ZPI|1|||WB|J81000", feed);
    expect(demographics).toMatchObject({
      ethnicity: { said: "value", value: "A" },
      deceased: { said: "value", value: true },
      generalPractice: { said: "value", value: { code: "J81000" } },
    });
    expect(said({ 22: "Z" }, undefined, feed).demographics).not.toHaveProperty("ethnicity");
    expect(said({ 22: "Z" }, 'ZPI|1|||""', feed).demographics.ethnicity).toEqual({ said: "cleared" });
  });

  it("is who issued an id: renamed, foreign, or the NHS", () => {
    const { list } = identifiers({ 3: "7^^^LAB~8^^^Pas-Rdz~9990004951^^^National" }, feed);
    expect(list).toEqual([
      { authority: "LAB", value: "7", type: "" },
      { authority: "RDZ", value: "8", type: "" },
      { authority: "NHS", value: "9990004951", type: "", trust: "unverified" },
    ]);
  });
});
