import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultModel, type MatchingModel, matchingModelJsonSchema, readModel } from "./model.ts";
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
