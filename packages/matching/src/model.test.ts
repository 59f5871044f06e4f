import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRecord } from "./match-record.arbitrary.ts";
import { defaultModel, type MatchingModel, matchingModelJsonSchema, readModel, weightAt } from "./model.ts";
import { prepare } from "./prepare.ts";
import { compare } from "./score.ts";
import { scorerOf } from "./scorer.ts";

/** The default model with a change, as a file would bring it. */
function changed(change: (model: Record<string, unknown> & { comparisons: Changeable[] }) => void): unknown {
  const model = structuredClone(defaultModel) as never;
  change(model);
  return model;
}
type Changeable = { name: string; levels: { name: string; m: number; u: number; termFrequencyWeight?: number }[] };

const problemsOf = (value: unknown): string => {
  const result = readModel(value);
  return result.ok ? "" : result.problems.join("; ");
};

describe("the default model", () => {
  it("is a valid model", () => expect(problemsOf(defaultModel)).toBe(""));

  it("gives no level of agreement less than nothing, nor disagreement more", () => {
    for (const { name, levels } of defaultModel.comparisons) {
      const weight = (place: number) => Math.log2((levels.at(place)?.m ?? 0) / (levels.at(place)?.u ?? 1));
      expect([name, weight(0) > 0]).toEqual([name, true]);
      expect([name, weight(-1) < 0]).toEqual([name, true]);
    }
  });

  it("knows no name so common that agreeing on it is evidence against", () => {
    for (const comparison of ["familyName", "givenName"] as const) {
      const { frequencies = {}, other, floor = 1 } = defaultModel.termFrequencies[comparison] ?? {};
      const exact = defaultModel.comparisons.find(({ name }) => name === comparison)?.levels[0];
      for (const frequency of Object.values(frequencies)) expect(exact?.m).toBeGreaterThan(frequency);
      expect(other).toBeGreaterThan(floor);
    }
  });
});

describe("readModel", () => {
  it.each<[string, (model: Record<string, unknown> & { comparisons: Changeable[] }) => void, RegExp]>([
    ["a probability of 0", (model) => setSex(model, { m: 0 }), /comparisons\.4\.levels\.0\.m/],
    ["a probability of 1", (model) => setSex(model, { u: 1 }), /comparisons\.4\.levels\.0\.u/],
    ["a probability that is no number", (model) => (model.lambda = Number.NaN), /lambda/],
    ["a probability of next to nothing", (model) => (model.lambda = 1e-300), /lambda: .*1e-20/],
    [
      "a calibration by which weights tell nothing",
      (model) => (model.calibration = { slope: 0, intercept: 0 }),
      /slope/,
    ],
    [
      "a calibration turned round",
      (model) => (model.calibration = { slope: -0.7, intercept: 0 }),
      /calibration\.slope/,
    ],
    [
      "a calibration that is no number",
      (model) => (model.calibration = { slope: Number.POSITIVE_INFINITY, intercept: Number.NaN }),
      /calibration\.slope.*calibration\.intercept/,
    ],
    ["a key that nobody knows", (model) => (model.lamda = 0.5), /model: .*"lamda"/],
    [
      "a level's key that nobody knows",
      (model) => setSex(model, { w: 1 } as never),
      /comparisons\.4\.levels\.0: .*"w"/,
    ],
    ["levels that do not add up", (model) => setSex(model, { m: 0.9 }), /sex: m sums to 1\.8/],
    ["a level missing", (model) => level(model, "sex").pop(), /levels/],
    ["levels in another order", (model) => level(model, "phone").reverse(), /phone: levels must be equal, else/],
    ["no comparison at all", (model) => model.comparisons.splice(0), /comparisons/],
    [
      "a comparison twice",
      (model) => model.comparisons.push(...model.comparisons.slice(0, 1)),
      /nhsNumber: is there twice/,
    ],
    ["a comparison nobody knows", (model) => renameSex(model, "hat"), /hat: is none of nhsNumber, .*no kind/],
    ["thresholds crossed", (model) => ((model.thresholds as { linkWeightMin: number }).linkWeightMin = 1), /below/],
    ["another schema version", (model) => (model.schemaVersion = 2), /schemaVersion/],
    ["frequencies nobody keeps", (model) => setSex(model, { termFrequencyWeight: 1 }), /sex: no term frequencies/],
  ])("refuses %s and says where", (_, change, problem) => expect(problemsOf(changed(change))).toMatch(problem));

  it.each([null, 1, "model", [], {}])("refuses %j", (value) => expect(readModel(value).ok).toBe(false));

  it("reads what it wrote", () => expect(readModel(JSON.parse(JSON.stringify(defaultModel))).ok).toBe(true));
});

function renameSex(model: { comparisons: Changeable[] }, name: string): void {
  for (const comparison of model.comparisons) if (comparison.name === "sex") comparison.name = name;
}

function setSex(model: { comparisons: Changeable[] }, change: Partial<Changeable["levels"][number]>): void {
  for (const each of level(model, "sex")) Object.assign(each, change);
}

function level(model: { comparisons: Changeable[] }, name: string): Changeable["levels"] {
  return model.comparisons.find((comparison) => comparison.name === name)?.levels ?? [];
}

describe("a model at the bounds", () => {
  it("still weighs every pair, and gives each a probability", () => {
    const share = fc.constantFrom(1e-15, 1e-9, 0.3);
    const calibration = fc.record({
      slope: fc.constantFrom(0.001, 0.7, 1000),
      intercept: fc.constantFrom(-1000, 0, 1000),
    });
    fc.assert(
      fc.property(share, share, share, fc.option(calibration), matchRecord, matchRecord, (tiny, m, u, bent, a, b) => {
        const model = changed((model) => {
          model.lambda = tiny < 1e-9 ? 1e-20 : tiny;
          if (bent) model.calibration = bent;
          for (const { levels } of model.comparisons)
            for (const [at, level] of levels.entries())
              Object.assign(
                level,
                at === 0 ? { m, u } : { m: (1 - m) / (levels.length - 1), u: (1 - u) / (levels.length - 1) },
              );
        });
        const read = readModel(model);
        if (!read.ok) throw new Error(read.problems.join());
        const { weight, probability } = compare(prepare(a), prepare(b), read.model);
        expect([Number.isFinite(weight), probability >= 0 && probability <= 1]).toEqual([true, true]);
        expect(Number.isFinite(weightAt(0.99, read.model))).toBe(true);
      }),
    );
  });
});

describe("scorerOf", () => {
  it("throws for a model that lacks a level", () => {
    const broken = changed((model) => level(model, "sex").pop()) as MatchingModel;
    expect(() => scorerOf(broken)).toThrow(RangeError);
  });
});

describe("schemas/matching-model.json", () => {
  it("is current", () => {
    const file = readFileSync(new URL("../../../schemas/matching-model.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(matchingModelJsonSchema())));
  });
});
