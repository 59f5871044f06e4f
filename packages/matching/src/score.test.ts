import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRecord, matchRecord } from "./match-record.arbitrary.ts";
import { defaultModel } from "./model.ts";
import { prepare } from "./prepare.ts";
import type { MatchRecord } from "./record.ts";
import { compare } from "./score.ts";

const weigh = (a: MatchRecord, b: MatchRecord) => compare(prepare(a), prepare(b), defaultModel);
const empty: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const prior = Math.log2(1 / 799_999);

/** What a record would say of each field, if both sides said the same. */
const AGREEING: Partial<MatchRecord>[] = [
  { nhsNumber: { value: "9990004951", trust: "verified" } },
  { nhsNumber: { value: "9990004951", trust: "unverified" } },
  { names: [{ family: "Smith", given: ["David"] }] },
  { names: [{ family: "Smith", given: [] }] },
  { names: [{ given: ["John"] }] },
  { birthDate: "1957-03-12" },
  { birthDate: "1957-01-01" },
  { birthDate: "1957" },
  { sex: "female" },
  { postcodes: ["BH1 1AA"] },
  { addressLines: ["12 High Street"] },
  { phones: ["07700 900123"] },
  { emails: ["a.smith@example.org"] },
  { gpPractice: "J81001" },
];

describe("compare", () => {
  it("weighs a pair the same from both sides, and forbids the same", () => {
    fc.assert(
      fc.property(matchRecord, matchRecord, (a, b) => {
        const [there, back] = [weigh(a, b), weigh(b, a)];
        expect(back.weight).toBe(there.weight);
        expect(back.veto).toBe(there.veto);
        expect(back.levels.map(({ level }) => level)).toEqual(there.levels.map(({ level }) => level));
      }),
      { numRuns: 500 },
    );
  });

  it("adds up: prior and the weights of all comparisons, in a fixed order, never NaN", () => {
    fc.assert(
      fc.property(fc.oneof(matchRecord, anyRecord), fc.oneof(matchRecord, anyRecord), (a, b) => {
        const { weight, probability, levels, prior } = weigh(a, b);
        expect(levels.map(({ comparison }) => comparison)).toEqual(defaultModel.comparisons.map(({ name }) => name));
        expect(levels.reduce((sum, level) => sum + level.weight, prior)).toBeCloseTo(weight, 9);
        expect(Number.isFinite(weight)).toBe(true);
        expect(probability).toBeCloseTo(2 ** weight / (1 + 2 ** weight), 9);
      }),
      { numRuns: 300 },
    );
  });

  it("gives a field that a side leaves out no weight at all", () => {
    fc.assert(
      fc.property(matchRecord, matchRecord, (a, b) => {
        for (const { level, weight } of weigh(a, b).levels) if (level === "missing") expect(weight).toBe(0);
        expect(weigh(a, empty).weight).toBeCloseTo(prior, 9);
      }),
    );
  });

  it("never weighs less for a further field that agrees", () => {
    fc.assert(
      fc.property(matchRecord, matchRecord, fc.constantFrom(...AGREEING), (a, b, field) => {
        const without = Object.fromEntries(Object.keys(field).map((key) => [key, empty[key as keyof MatchRecord]]));
        const bare = (record: MatchRecord) => prune({ ...record, ...without });
        const full = (record: MatchRecord) => ({ ...record, ...field });
        expect(weigh(full(a), full(b)).weight).toBeGreaterThanOrEqual(weigh(bare(a), bare(b)).weight);
      }),
      { numRuns: 500 },
    );
  });

  it("counts a rare name for more than a common one, and no name for more than the floor allows", () => {
    const of = (family: string) => weigh({ ...empty, names: [{ family, given: [] }] }, named(family)).weight;
    const named = (family: string): MatchRecord => ({ ...empty, names: [{ family, given: [] }] });
    expect(of("Featherstonehaugh")).toBeGreaterThan(of("Armstrong"));
    expect(of("Armstrong")).toBeGreaterThan(of("Smith"));
    const exact = defaultModel.comparisons[1]?.levels[0];
    expect(of("Featherstonehaugh") - prior).toBeLessThanOrEqual(Math.log2((exact?.m ?? 0) / 5e-6));
  });

  it("keeps what both sides said, for the reviewer, and the version of the model", () => {
    const evidence = weigh(
      { ...empty, names: [{ family: "O'Neill", given: ["Zoë"] }], sex: "female" },
      { ...empty, names: [{ family: "ONEIL", given: ["Zoe"] }] },
    );
    expect(evidence.modelVersion).toBe(defaultModel.version);
    expect(evidence.levels[1]).toMatchObject({ level: "close", left: "O'Neill", right: "ONEIL" });
    expect(evidence.levels[4]).toMatchObject({ level: "missing", weight: 0, left: "female", right: undefined });
  });
});

/** Without the keys whose value is undefined. */
function prune(record: Partial<Record<keyof MatchRecord, unknown>>): MatchRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as MatchRecord;
}
