import { describe, expect, it } from "vitest";
import { said } from "./example-pid.ts";

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

  const deleted = (...uses: string[]) => uses.map((use) => ({ kind: "phone", use, value: "", cleared: true }));

  it("are stated field by field: what the one deletes or no longer has, the other keeps", () => {
    const home = { kind: "phone", use: "home", value: "55" };
    const work = { kind: "phone", use: "work", value: "66" };
    expect(telecoms('""').telecoms).toEqual(deleted("home", "temporary", "other"));
    expect(telecoms('""', "66").telecoms).toEqual([...deleted("home", "temporary", "other"), work]);
    expect(telecoms("55", '""').telecoms).toEqual([home, ...deleted("work")]);
    expect(telecoms("", "66").telecoms).toEqual([work]);
    expect(telecoms('""', '""').telecoms).toEqual({ said: "cleared" });
    expect(telecoms("66^WPN").telecoms).toEqual([work, ...deleted("home", "temporary", "other")]);
    expect(telecoms('55~""^WPN').telecoms).toEqual([home, ...deleted("work")]);
  });

  it("of a fax at work in the list of all", () => {
    const [first] = telecoms("55^WPN^FX").telecoms as unknown[];
    expect(first).toEqual({ kind: "fax", use: "work", value: "55" });
  });
});
