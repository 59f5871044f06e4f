import type { Demographics } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { FEED, msh, RECEIVED_AT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import type { FeedDialect } from "./identifiers.ts";
import { demographicsSaid, identifiersSaid } from "./pid.ts";
import { Warnings } from "./statement.ts";

/** A PID of these fields, by number. */
function pidOf(fields: Record<number, string>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return ["PID", ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? "")].join("|");
}

function said(fields: Record<number, string>, pd1?: string) {
  const read = readMessage(wire(msh("A08"), pidOf(fields), ...(pd1 === undefined ? [] : [pd1])));
  const pid = read.ok ? read.message.segment("PID") : undefined;
  if (!read.ok || pid === undefined) throw new Error("not a message");
  const warnings = new Warnings();
  const demographics = demographicsSaid(pid, read.message.segment("PD1"), RECEIVED_AT, warnings);
  return { demographics, warnings: warnings.list.map((each) => `${each.location} ${each.code}`) };
}

function identifiers(fields: Record<number, string>, feed: FeedDialect = FEED) {
  const read = readMessage(wire(msh("A08"), pidOf(fields)));
  const pid = read.ok ? read.message.segment("PID") : undefined;
  if (!read.ok || pid === undefined) throw new Error("not a message");
  const warnings = new Warnings();
  const list = identifiersSaid(pid, read.message, feed, warnings);
  return { list, warnings: warnings.list.map((each) => `${each.location} ${each.code}`) };
}

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
};

describe("the three states of a field", () => {
  it.each(Object.entries(NAMES_FIELD).filter(([, field]) => field !== undefined))("of %s", (name, field) => {
    const key = name as keyof Demographics;
    const at = field ?? 0;
    expect(said({ 1: "1" }).demographics[key]).toBeUndefined();
    expect(said({ [at]: "", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    expect(said({ [at]: " ", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    expect(said({ [at]: "^^", 40: "x" }).demographics[key]).toEqual({ said: "empty" });
    expect(said({ [at]: '""' }).demographics[key]).toEqual({ said: "cleared" });
    expect(said({ [at]: '""^""' }).demographics[key]).toEqual({ said: "cleared" });
  });

  it("of PD1", () => {
    expect(said({ 1: "1" }, "PD1").demographics).toEqual({});
    expect(said({ 1: "1" }, 'PD1|||""|').demographics).toEqual({
      generalPractice: { said: "cleared" },
      generalPractitioner: { said: "empty" },
    });
  });
});

describe("names", () => {
  const names = (pid5: string, pid9 = "") => {
    const { demographics, warnings } = said({ 5: pid5, 9: pid9 });
    return { names: demographics.names?.said === "value" ? demographics.names.value : demographics.names, warnings };
  };

  it.each([
    ["L", "usual"],
    ["D", "usual"],
    ["", "usual"],
    ["CURRENT", "usual"],
    ["M", "maiden"],
    ["A", "alias"],
    ["N", "nickname"],
    ["B", "birth"],
    ["PREVIOUS", "previous"],
    ["T", "other"],
  ])("of type %j are %s", (code, use) => {
    expect(names(`Marsh^Ellen^^^^^${code}`)).toEqual({
      names: [{ use, family: "Marsh", given: ["Ellen"] }],
      warnings: [],
    });
  });

  it("never hold the null or a placeholder", () => {
    expect(names('Marsh^Ellen^""^^MISS')).toEqual({
      names: [{ use: "usual", family: "Marsh", given: ["Ellen"], prefix: "MISS" }],
      warnings: [],
    });
    expect(names("Marsh^?").names).toEqual([{ use: "usual", family: "Marsh", given: [] }]);
    expect(names("Marsh^?").warnings).toEqual(["PID-5 placeholder"]);
    expect(names("?^?")).toEqual({ names: undefined, warnings: ["PID-5 placeholder"] });
    expect(names("\\").names).toBeUndefined();
    expect(names('^^""')).toEqual({ names: undefined, warnings: [] });
  });

  it("that ended are previous, and unknown types are said to be so", () => {
    expect(names("Marsh^Ellen^^^^^L^^^^^^20200101").names).toMatchObject([{ use: "previous" }]);
    expect(names("Marsh^Ellen^^^^^L^^^20100101&20200101").names).toMatchObject([{ use: "previous" }]);
    expect(names("Marsh^Ellen^^^^^L^^^^^^20990101").names).toMatchObject([{ use: "usual" }]);
    expect(names("Marsh^Ellen^^^^^QQ~Pebble^Ellen^^^^^QQ")).toMatchObject({
      names: [{ use: "usual" }, { use: "other" }],
      warnings: ["PID-5.7 bad-code", "PID-5[2].7 bad-code"],
    });
  });

  it("of PID-9 are aliases unless they say otherwise, and never stand alone", () => {
    expect(names("Marsh^Ellen", "Shore^Nell~Pebble^Ellen^^^^^M").names).toMatchObject([
      { use: "usual" },
      { use: "alias", family: "Shore" },
      { use: "maiden", family: "Pebble" },
    ]);
    expect(names("", "Shore^Nell")).toEqual({ names: { said: "empty" }, warnings: ["PID-9 ignored"] });
    expect(names("Marsh^Ellen", '""').names).toHaveLength(1);
  });

  it("are limited in number", () => {
    const many = Array.from({ length: 60 }, () => "Marsh^Ellen").join("~");
    expect(names(many).names).toHaveLength(50);
    expect(names(many).warnings).toEqual(["PID-5 ignored"]);
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

describe("addresses", () => {
  const addresses = (pid11: string) => {
    const { demographics, warnings } = said({ 11: pid11 });
    return {
      addresses: demographics.addresses?.said === "value" ? demographics.addresses.value : demographics.addresses,
      warnings,
    };
  };

  it.each([
    ["H", "home"],
    ["", "home"],
    ["HOME", "home"],
    ["P", "home"],
    ["TMP", "temporary"],
    ["C", "temporary"],
    ["B", "work"],
    ["O", "work"],
    ["M", "mailing"],
    ["BA", "previous"],
    ["N", "birth"],
  ])("of type %j are %s", (code, use) => {
    expect(addresses(`1 Quay^^Poole^^BH15 1AB^^${code}`).addresses).toMatchObject([{ use }]);
  });

  it("have their postcode printed as a postcode, and left as sent when it is none", () => {
    expect(addresses("1 Quay^^Poole^^bh151ab").addresses).toMatchObject([{ postcode: "BH15 1AB" }]);
    expect(addresses("1 Rue^^Cherbourg^^50100^FRA").addresses).toMatchObject([{ postcode: "50100", country: "FRA" }]);
  });

  it("put a split street line together", () => {
    expect(addresses("1000&Hospital Lane^Ste. 123").addresses).toMatchObject([
      { lines: ["1000 Hospital Lane", "Ste. 123"] },
    ]);
    expect(addresses("4 High St&High St&4").addresses).toMatchObject([{ lines: ["4 High St"] }]);
  });

  it("that ended are previous; of an unknown type other; of nothing none", () => {
    expect(addresses("1 Quay^^Poole^^^^H^^^^^^^20200101").addresses).toMatchObject([{ use: "previous" }]);
    expect(addresses("1 Quay^^Poole^^^^H^^^^^20000110&20000120").addresses).toMatchObject([{ use: "previous" }]);
    expect(addresses("1 Quay^^^^^^QQ")).toMatchObject({
      addresses: [{ use: "other" }],
      warnings: ["PID-11.7 bad-code"],
    });
    expect(addresses("^^^^^GBR").addresses).toBeUndefined();
    expect(addresses("?^^Poole")).toMatchObject({
      addresses: [{ lines: [], city: "Poole" }],
      warnings: ["PID-11 placeholder"],
    });
  });
});

describe("telecoms", () => {
  const telecoms = (pid13: string, pid14 = "") => {
    const { demographics, warnings } = said({ 13: pid13, 14: pid14 });
    return {
      telecoms: demographics.telecoms?.said === "value" ? demographics.telecoms.value : demographics.telecoms,
      warnings,
    };
  };

  it.each([
    ["01305 555012", { kind: "phone", use: "home", value: "01305 555012" }],
    ["020 5555 0123^HOME", { kind: "phone", use: "home", value: "020 5555 0123" }],
    ["07700900123", { kind: "mobile", use: "home", value: "07700900123" }],
    ["+44 7700 900123", { kind: "mobile", use: "home", value: "+44 7700 900123" }],
    ["07700 900123^PRN^PH", { kind: "phone", use: "home", value: "07700 900123" }],
    ["55^PRN^CP", { kind: "mobile", use: "home", value: "55" }],
    ["55^WPN^FX", { kind: "fax", use: "work", value: "55" }],
    ["55^VHN^PH", { kind: "phone", use: "temporary", value: "55" }],
    ["55^BPN", { kind: "other", use: "other", value: "55" }],
    ["^PRN^PH^^44^1305^555012^7", { kind: "phone", use: "home", value: "+44 1305 555012 ext 7" }],
    ["^PRN^PH^^^^^^^^^01305 555012", { kind: "phone", use: "home", value: "01305 555012" }],
    ["^NET^Internet^ellen@example.org", { kind: "email", use: "home", value: "ellen@example.org" }],
    ["ellen@example.org^NET", { kind: "email", use: "home", value: "ellen@example.org" }],
  ])("%s", (sent, telecom) => expect(telecoms(sent)).toEqual({ telecoms: [telecom], warnings: [] }));

  it("may hold a number and an e-mail address in one, and two fields", () => {
    expect(telecoms("55^PRN^PH^a@example.org", "66").telecoms).toEqual([
      { kind: "email", use: "home", value: "a@example.org" },
      { kind: "phone", use: "home", value: "55" },
      { kind: "phone", use: "work", value: "66" },
    ]);
  });

  it("that are neither are left out", () => {
    expect(telecoms("N")).toEqual({ telecoms: { said: "empty" }, warnings: ["PID-13 placeholder"] });
    expect(telecoms("none~55")).toMatchObject({ telecoms: [{ value: "55" }], warnings: ["PID-13 placeholder"] });
  });

  it("are cleared when the one is and the other says nothing", () => {
    expect(telecoms('""').telecoms).toEqual({ said: "cleared" });
    expect(telecoms('""', "66").telecoms).toMatchObject([{ value: "66" }]);
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
