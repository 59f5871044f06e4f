import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRecord } from "../match-record.arbitrary.ts";
import { defaultModel, type MatchingModel } from "../model.ts";
import { withOwnVersion } from "../model-version.ts";
import { prepare } from "../prepare.ts";
import { balanced } from "./balance.ts";
import { fromSplinkSettings } from "./from-splink.ts";
import library from "./golden/library.json" with { type: "json" };
import { goldenModel } from "./golden/records.ts";
import { splinkRow, splinkTermFrequencies } from "./splink-row.ts";
import type { SplinkSettings } from "./splink-settings.ts";
import { toSplinkSettings } from "./to-splink.ts";

const throughAFile = (settings: unknown): unknown => JSON.parse(JSON.stringify(settings));

/** A model with some of the comparisons and its own m and u, which sum to 1. */
const model: fc.Arbitrary<MatchingModel> = fc
  .tuple(
    fc.subarray([...goldenModel.comparisons], { minLength: 1 }),
    fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
    fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
  )
  .map(([comparisons, lambda, shares]) => ({
    ...goldenModel,
    lambda,
    comparisons: comparisons.map((comparison, at) => {
      const share = (place: number) => shares[(at * 7 + place) % shares.length] as number;
      const total = (from: number) => comparison.levels.reduce((sum, _, place) => sum + share(from + place), 0);
      const [m, u] = [total(0), total(11)];
      const levels = comparison.levels.map((level, place) => ({
        ...level,
        m: share(place) / m,
        u: share(11 + place) / u,
      }));
      return { ...comparison, levels: levels.length > 1 ? levels : comparison.levels };
    }),
  }));

describe("a model as settings of Splink", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(model, (it) => {
        expect(fromSplinkSettings(throughAFile(toSplinkSettings(it).settings))).toEqual({
          ok: true,
          model: withOwnVersion(it),
          approximations: [],
        });
      }),
      { numRuns: 40 },
    );
  });

  it("comes back with what Splink has trained since, and with the term frequencies it has counted", () => {
    const settings = throughAFile(toSplinkSettings(defaultModel).settings) as SplinkSettings;
    const level = settings.comparisons[1]?.comparison_levels.find(
      ({ label_for_charts }) => label_for_charts === "exact",
    );
    if (level) level.m_probability = 0.943;
    const table = new Map([
      ["O'Neill", 0.002],
      ["ONEILL", 0.001],
    ]);
    const read = fromSplinkSettings(settings, { version: "region-2", termFrequencies: { family_name: table } });
    if (!read.ok) throw new Error(read.problems.join());
    expect(read.model.version).toMatch(/^region-2\+/);
    expect(read.model.comparisons[1]?.levels[0]?.m).toBe(0.943);
    expect(read.model.termFrequencies.familyName?.frequencies).toEqual({ oneill: 0.003 });
    expect(read.model.thresholds).toEqual(defaultModel.thresholds);
  });

  it("names only columns that the rows have", () => {
    const row = splinkRow(prepare({ names: [], postcodes: [], addressLines: [], phones: [], emails: [] }), goldenModel);
    const { settings } = toSplinkSettings(goldenModel);
    const conditions = settings.comparisons.flatMap(({ comparison_levels }) => comparison_levels);
    for (const { sql_condition } of conditions)
      for (const [, column] of sql_condition.matchAll(/\b([a-z_]+)_[lr]\b/g)) expect(row).toHaveProperty(column ?? "");
  });

  it("gives a frequency to every value of a row that is counted", () => {
    fc.assert(
      fc.property(matchRecord, (record) => {
        const row = splinkRow(prepare(record), defaultModel);
        const tables = splinkTermFrequencies([row], defaultModel);
        for (const column of Object.keys(tables)) {
          const value = row[column];
          if (value != null) expect(tables[column]?.get(value)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("quotes a declared column and takes the rules it is given", () => {
    const declared = { ...(goldenModel.comparisons.at(-1) as MatchingModel["comparisons"][number]), name: 'My "Job"' };
    const { settings, approximations } = toSplinkSettings(
      { ...goldenModel, comparisons: [declared] },
      { rules: [['column:My "Job"'], ["familySound", "birthYear"], ["horoscope"]] },
    );
    expect(settings.comparisons[0]?.comparison_levels[1]?.sql_condition).toBe('"My ""Job""_l" = "My ""Job""_r"');
    expect(settings.blocking_rules_to_generate_predictions).toHaveLength(2);
    expect(approximations.join("\n")).toContain("horoscope: left out");
  });
});

describe("settings that Splink's own library made", () => {
  const only = (...names: string[]) => ({
    ...library,
    comparisons: library.comparisons.filter(({ output_column_name }) => names.includes(output_column_name)),
  });

  it("weigh what they weighed, level by level, where ours are theirs", () => {
    const read = fromSplinkSettings(only("gender", "surname", "postcode", "nhs_number"));
    if (!read.ok) throw new Error(read.problems.join());
    const weights = read.model.comparisons.map(({ levels }) => levels.map(({ m, u }) => Math.log2(m / u)));
    const expected = [
      [0.98 / 0.5, 0.02 / 0.5],
      // Of a swap and a part in common Splink sees only that the names differ.
      [0.9 / 0.001, 0.03 / 0.99, 0.05 / 0.002, 0.03 / 0.99, 0.02 / 0.007, 0.03 / 0.99],
      [0.7 / 0.0001, 0.7 / 0.0001, 0.05 / 0.0009, 0.05 / 0.0009, 0.05 / 0.009, 0.1 / 0.09, 0.1 / 0.9],
      [0.999e6, 0.999e6, 0.001 / 0.999999, 0.001 / 0.999999, 0.001 / 0.999999],
    ];
    for (const [at, ratios] of expected.entries())
      for (const [rank, ratio] of ratios.entries())
        expect(Math.abs((weights[at]?.[rank] ?? 0) - Math.log2(ratio))).toBeLessThan(1e-6);
    expect(read.approximations).toEqual([
      "familyName: no term frequencies of surname are given, so that its values are not told apart by rarity",
    ]);
    expect(Math.abs((read.model.termFrequencies.familyName?.other ?? 0) / 0.001 - 1)).toBeLessThan(1e-6);
  });

  it("are counted with else where ours are coarser, and it is said", () => {
    const read = fromSplinkSettings(only("first_name", "dob", "email", "city", "occupation"));
    if (!read.ok) throw new Error(read.problems.join());
    expect(read.model.comparisons.map(({ name, kind }) => `${name} ${kind ?? ""}`)).toEqual([
      "givenName ",
      "birthDate ",
      "email ",
      "city fuzzy",
      "occupation fuzzy",
    ]);
    expect(read.approximations).toContain("dob, level Abs date difference <= 10 year: counted with else");
    expect(read.approximations).toContain(
      "first_name, level Jaro-Winkler distance of first_name >= 0.7: counted with else",
    );
  });

  it("are refused, comparison and level named, where no level of ours says what theirs does", () => {
    const read = fromSplinkSettings(library);
    expect(!read.ok && read.problems).toEqual([
      "first_name_surname: compares first_name and surname at once; train them as comparisons of their own",
      "height, level within 2 cm: no level of ours says what its condition says",
    ]);
  });

  it("are refused when they were never trained", () => {
    const untrained = changed((level) => ({ ...level, m_probability: null }));
    const read = fromSplinkSettings(untrained);
    expect(!read.ok && read.problems).toEqual(["gender: has no m and u, train the model first"]);
  });

  it("are taken as rare, or not quite sure, where training met a level never or always", () => {
    const sure = changed((level) =>
      level.sql_condition === "ELSE" ? { ...level, m_probability: null } : { ...level, m_probability: 1 },
    );
    const read = fromSplinkSettings(sure);
    if (!read.ok) throw new Error(read.problems.join());
    const [equal, other] = read.model.comparisons[0]?.levels ?? [];
    expect(equal?.m).toBeCloseTo(1, 8);
    expect(other?.m).toBe(1e-6);
    expect(read.approximations).toHaveLength(2);
  });

  const changed = (change: (level: Level) => object) => ({
    ...library,
    comparisons: only("gender").comparisons.map((comparison) => ({
      ...comparison,
      comparison_levels: comparison.comparison_levels.map((level) => (level.is_null_level ? level : change(level))),
    })),
  });
  type Level = (typeof library.comparisons)[number]["comparison_levels"][number];
});

describe("m and u that do not sum to 1", () => {
  const share = fc.double({ min: 1e-6, max: 0.999, noNaN: true });

  it("are shared out anew, so that they do and every level weighs what it did", () => {
    let balancedSets = 0;
    fc.assert(
      fc.property(fc.array(fc.record({ m: share, u: share }), { minLength: 2, maxLength: 8 }), (levels) => {
        const found = balanced(levels, 0);
        if (!found) return;
        balancedSets++;
        for (const side of ["m", "u"] as const)
          expect(Math.abs(found.reduce((sum, level) => sum + level[side], 0) - 1)).toBeLessThan(0.0041);
        for (const [at, { m, u }] of found.entries()) {
          const before = levels[at] ?? { m: 1, u: 1 };
          expect(m > 0 && u > 0).toBe(true);
          expect(Math.abs(Math.log2(m / u) - Math.log2(before.m / before.u))).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 500 },
    );
    expect(balancedSets).toBeGreaterThan(100);
  });
});

it("reads whatever JSON it is given without throwing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(fromSplinkSettings(value).ok).toBe(false);
    }),
  );
  const texts = fc.record({
    sql: fc.string(),
    label: fc.oneof(
      fc.string(),
      fc.json().map((it) => `missing chesil:${it}`),
    ),
  });
  fc.assert(
    fc.property(texts, ({ sql, label }) => {
      const settings = structuredClone(library);
      Object.assign(settings.comparisons[0]?.comparison_levels[0] ?? {}, { label_for_charts: label });
      Object.assign(settings.comparisons[1]?.comparison_levels[1] ?? {}, { sql_condition: sql });
      expect(fromSplinkSettings(settings).ok).toBe(false);
    }),
  );
});
