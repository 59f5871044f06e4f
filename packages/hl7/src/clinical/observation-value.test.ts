import { describe, expect, it } from "vitest";
import { contentOf, eventOf, factsOf, PID, warningsOf } from "./example-events.ts";

const observedIn = (type: string, value: string) =>
  contentOf("result", factsOf("ORU^R01", "OBR|1||F1|FBC", `OBX|1|${type}|T^Test||${value}||||||F`)).observations[0];

describe("OBX-5 as text", () => {
  it.each([
    ["NM", "98.50", "98.50"],
    ["NM", "27~25", "27\n25"],
    ["", "no type", "no type"],
    ["ST", "-", "-"],
    ["SN", ">^90", ">90"],
    ["SN", "^100^-^200", "100-200"],
    ["SN", "^1^:^128", "1:128"],
    ["SN", "^182", "182"],
    ["CWE", "260415000^not detected^SCT^^^^^^None seen", "None seen"],
    ["CE", "A^Positive^L", "Positive"],
    ["CE", "A", "A"],
    ["CE", "^only words", "only words"],
    ["DT", "20260304", "2026-03-04"],
    ["TS", "20260304083000", "2026-03-04T08:30:00.000Z"],
    ["DTM", "202607040830+0100", "2026-07-04T07:30:00.000Z"],
    ["TM", "0830", "0830"],
    ["DR", "20260304^20260306", "2026-03-04 – 2026-03-06"],
    ["XCN", "C9^Cobb^Lyme^^^Dr", "Dr Lyme Cobb"],
    ["XCN", "C9", "C9"],
    ["XPN", "Marsh^Ellen^^^Mrs", "Mrs Ellen Marsh"],
    ["XON", "Harbour Surgery^^J81000", "Harbour Surgery"],
    ["XAD", "12 Chesil Street^^Portland^Dorset^DT5 1AB", "12 Chesil Street, Portland, Dorset, DT5 1AB"],
    ["XTN", "01305 555012", "01305 555012"],
    ["HD", "^1.2.840^ISO", "1.2.840"],
    ["EI", "1234^LAB", "1234"],
    ["PL", "W7^BAY2^BED3", "W7, BAY2, BED3"],
    ["CP", "12.50^GBP", "12.50 GBP"],
    ["CQ", "5^ml", "5 ml"],
    ["NA", "1^2^^4", "1 2 4"],
    ["ST", '""', undefined],
  ])("%s %s: %s", (type, sent, value) => {
    expect(observedIn(type, sent)?.value).toBe(value);
  });

  it("keeps the codes of coded values, every repetition", () => {
    expect(observedIn("CE", "A^Alpha^L~B^Beta^READ")?.concepts).toEqual([
      { codings: [{ system: "L", code: "A", display: "Alpha" }] },
      { codings: [{ system: "READ", code: "B", display: "Beta" }] },
    ]);
  });

  it("does not guess at a date", () => {
    expect(observedIn("DT", "19501341")?.value).toBe("19501341");
    expect(warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|X", "OBX|1|DT|T||19501341"))).toEqual(["OBX-5 bad-date"]);
  });

  it("of a type that Chesil does not know is what stands there", () => {
    expect(observedIn("ZZ", "one^two")?.value).toBe("one two");
  });
});
