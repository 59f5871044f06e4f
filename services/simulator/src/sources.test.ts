import { describe, expect, it } from "vitest";
import { PAIRS_THAT_DIFFER } from "./calibration.ts";
import type { OnFile } from "./on-file.ts";
import { buildPopulation } from "./population.ts";
import { Random } from "./random.ts";
import { Register, type SourceRecord } from "./sources.ts";

const START = Date.parse("2026-06-01T00:00:00Z");
const random = new Random("calibration");
const population = buildPopulation(random.fork("population"), 120_000, START);
const register = new Register(random.fork("register"), population, { startMs: START, agesOnMs: START }, "calibration");

/** Every two first registrations of one person in two systems, as CRATE joined two systems on the NHS number. */
function pairs(): [OnFile, OnFile, SourceRecord][] {
  return population.people.flatMap((person) => {
    const records = register.live(person);
    const firsts = records.filter(
      (record, place) => records.findIndex((other) => other.system === record.system) === place,
    );
    return firsts.flatMap((left, place) =>
      firsts.slice(place + 1).map((right): [OnFile, OnFile, SourceRecord] => [left.onFile, right.onFile, left]),
    );
  });
}

const all = pairs();
const named = all.filter(
  ([left, right]) => ![left, right].some(({ given: [first = ""] }) => /^(Baby|Twin \d)$/.test(first)),
);
function share<T>(values: readonly T[], suits: (value: T) => boolean): number {
  return values.filter(suits).length / values.length;
}
const near = (value: number, target: number, tolerance: number): void => {
  expect(value).toBeGreaterThan(target * (1 - tolerance));
  expect(value).toBeLessThan(target * (1 + tolerance));
};
const givenDiffers = ([left, right]: [OnFile, OnFile, SourceRecord]): boolean => left.given[0] !== right.given[0];
const familyDiffers = ([left, right]: [OnFile, OnFile, SourceRecord]): boolean => left.family !== right.family;

describe("two systems' records of one person differ as often as in two real ones", () => {
  it("has enough pairs to tell", () => expect(all.length).toBeGreaterThan(50_000));

  it("in date of birth: 0.49 in 100", () => {
    const dated = all.filter(([left, right]) => left.birthDate !== undefined && right.birthDate !== undefined);
    near(
      share(dated, ([left, right]) => left.birthDate !== right.birthDate),
      PAIRS_THAT_DIFFER.birthDate,
      0.25,
    );
  });

  it("in given name: 2.36 in 100", () => near(share(named, givenDiffers), PAIRS_THAT_DIFFER.givenName, 0.15));

  it("in family name: 6.8 in 100 women, 2.2 in 100 men", () => {
    const women = named.filter(([, , { person }]) => person.sex === "F");
    const men = named.filter(([, , { person }]) => person.sex === "M");
    near(share(women, familyDiffers), PAIRS_THAT_DIFFER.familyNameOfWomen, 0.15);
    near(share(men, familyDiffers), PAIRS_THAT_DIFFER.familyNameOfMen, 0.15);
  });

  it("in both names: 0.44 in 100, some of them swapped", () => {
    near(
      share(named, (pair) => givenDiffers(pair) && familyDiffers(pair)),
      PAIRS_THAT_DIFFER.bothNames,
      0.35,
    );
    expect(
      share(named, ([left, right]) => left.family === right.given[0] && left.given[0] === right.family),
    ).toBeGreaterThan(0);
  });

  it("in sex: 0.33 in 100", () => {
    const known = all.filter(([left, right]) => left.sex !== "U" && right.sex !== "U");
    near(
      share(known, ([left, right]) => left.sex !== right.sex),
      PAIRS_THAT_DIFFER.sex,
      0.25,
    );
  });

  it("in postcode: 31 in 100, the sector the same in 1", () => {
    const real = ({ address }: OnFile): boolean => /^(BH|DT)/.test(address?.postcode ?? "");
    const placed = all.filter(([left, right]) => real(left) && real(right));
    const differs = ([left, right]: [OnFile, OnFile, SourceRecord]): boolean =>
      left.address?.postcode !== right.address?.postcode;
    near(share(placed, differs), PAIRS_THAT_DIFFER.postcode, 0.08);
    const sameSector = share(
      placed.filter(differs),
      ([left, right]) => left.address?.postcode.slice(0, -2) === right.address?.postcode.slice(0, -2),
    );
    near(sameSector, 0.031, 0.5);
  });
});

describe("the registers", () => {
  it("give every registration a local id of its own in its system", () => {
    const ids = register.records.map((record) => `${record.system.authority}|${record.localId}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("hold some people twice in one system", () => {
    const keys = register.records.map((record) => `${record.system.feed}|${record.person.id}`);
    near((keys.length - new Set(keys).size) / keys.length, 0.014, 0.3);
  });

  it("lack NHS numbers mostly in social care, and trace them only in the health service", () => {
    const of = (kind: string) => register.records.filter((record) => record.system.kind === kind);
    const missing = (kind: string) => share(of(kind), ({ onFile }) => onFile.nhsNumber === undefined);
    expect(missing("acute")).toBeLessThan(0.08);
    expect(missing("social-care")).toBeGreaterThan(0.3);
    expect(share(of("acute"), ({ onFile }) => onFile.nhsNumberTraced)).toBeGreaterThan(0.85);
    expect(of("social-care").some(({ onFile }) => onFile.nhsNumberTraced)).toBe(false);
  });

  it("never leave the test range, mistyped numbers included", () => {
    expect(register.records.every(({ onFile }) => onFile.nhsNumber?.startsWith("999") ?? true)).toBe(true);
  });

  it("were touched last before the day, and never before the person was born", () => {
    for (const { updatedAtMs, onFile, person } of register.records) {
      expect(updatedAtMs).toBeLessThan(START);
      expect(new Date(updatedAtMs).getUTCFullYear()).toBeGreaterThanOrEqual(Number(person.birthDate.slice(0, 4)));
      if (onFile.birthDate !== undefined) expect(onFile.birthDate < "20260601").toBe(true);
    }
  });

  it("account for every registration in the truth", () => {
    expect([...register.truth()]).toHaveLength(register.records.length);
  });
});
