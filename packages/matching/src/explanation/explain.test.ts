import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../decide.ts";
import { anyRecord, matchRecord } from "../match-record.arbitrary.ts";
import { defaultModel } from "../model.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { compare } from "../score.ts";
import { explain } from "./explain.ts";

const explained = (a: MatchRecord, b: MatchRecord, runnerUp?: MatchRecord) =>
  explain(prepare(a), prepare(b), defaultModel, runnerUp && compare(prepare(a), prepare(runnerUp), defaultModel));
const outcome = (a: MatchRecord, b: MatchRecord) =>
  decide([{ personId: "p", evidence: compare(prepare(a), prepare(b), defaultModel) }], defaultModel).kind;

const empty: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const anna: MatchRecord = {
  ...empty,
  names: [{ family: "Featherstonehaugh", given: ["Anna"] }],
  birthDate: "1988-07-23",
  sex: "female",
  postcodes: ["BH1 1AA"],
};
const julia: MatchRecord = { ...anna, names: [{ family: "Featherstonehaugh", given: ["Julia"] }] };

describe("an explanation", () => {
  const records = fc.oneof(matchRecord, anyRecord);

  it("adds up to what compare weighs, step by step", () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        const evidence = compare(prepare(a), prepare(b), defaultModel);
        const { prior, comparisons, weight, probability, sentence } = explained(a, b);
        let total = prior;
        for (const step of comparisons) {
          total += step.levelWeight + step.frequencyWeight;
          expect(Math.abs(step.total - total)).toBeLessThan(1e-9);
          if (step.level === "missing") expect(step.levelWeight + step.frequencyWeight).toBe(0);
        }
        expect(Math.abs(total - evidence.weight)).toBeLessThan(1e-9);
        expect(weight).toBe(evidence.weight);
        expect(probability).toBe(evidence.probability);
        expect(sentence).toMatch(/^\S.*\.$/s);
      }),
    );
  });

  it("decides as decide does, and names an obstacle wherever it does not link", () => {
    fc.assert(
      fc.property(matchRecord, matchRecord, (a, b) => {
        const { outcome: said, obstacles, why } = explained(a, b);
        expect(said).toBe(outcome(a, b));
        expect(obstacles.length > 0).toBe(said !== "link");
        expect(why !== undefined).toBe(said === "review");
      }),
    );
  });

  it("is right about what would be done if both said the same", () => {
    const fields = { birthDate: "birthDate", sex: "sex", practice: "gpPractice" } as const;
    let checked = 0;
    fc.assert(
      fc.property(matchRecord, matchRecord, (a, b) => {
        for (const change of explained(a, b).changes) {
          if (change.kind !== "level" || !change.sameWouldDo || !(change.comparison in fields)) continue;
          const field = fields[change.comparison as keyof typeof fields];
          const value = a[field];
          // A default date or an unknown practice is no value to agree upon.
          if (value === undefined || /-01-01$|^\d{4}$|V81999|indeterminate|unknown/.test(value)) continue;
          expect(outcome(a, { ...b, [field]: value })).toBe(change.outcome);
          checked++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(checked).toBeGreaterThan(20);
  });

  it.each<[string, MatchRecord, MatchRecord, string]>([
    [
      "twins",
      anna,
      julia,
      "The same date of birth, family name (rare), postcode and sex; another given name; the given names differ as twins' do, so a person must look. Were the given name 'Anna' on both sides, they would be linked.",
    ],
    [
      "one person",
      anna,
      anna,
      "The same date of birth, family name (rare), postcode, given name and sex; so they are linked as one person. Were the given names different, a person would have to look.",
    ],
    [
      "a stranger",
      anna,
      { ...empty, names: [{ family: "Smith", given: ["David"] }], birthDate: "1957-03-12", sex: "male" },
      "Different date of birth, sex, given name and family name; too little speaks for one person, so they are not linked.",
    ],
    [
      "nothing to compare",
      anna,
      empty,
      "The two have nothing in common that could be compared, so they are not linked.",
    ],
  ])("says in plain English why: %s", (_, a, b, sentence) => {
    expect(explained(a, b).sentence).toBe(sentence);
  });

  it("sees the runner-up", () => {
    const { outcome: said, runnerUp, obstacles, why } = explained(anna, anna, { ...anna, sex: "female" });
    expect(said).toBe("review");
    expect(why).toBe("two-persons");
    expect(runnerUp?.behindBits).toBe(0);
    expect(obstacles).toEqual([{ kind: "runner-up", missingBits: defaultModel.thresholds.marginWeightMin }]);
  });

  it("parts the rarity of a value from its level", () => {
    const family = explained(anna, anna).comparisons.find(({ comparison }) => comparison === "familyName");
    expect(family?.levelWeight).toBeCloseTo(Math.log2(0.94463 / 0.0006), 9);
    expect(family?.frequencyWeight).toBeCloseTo(Math.log2(0.0006 / 0.00004), 9);
  });

  it("says which guard would have to fall", () => {
    expect(explained(anna, julia).changes.at(-1)).toEqual({
      kind: "guard",
      guard: "twins",
      outcome: expect.any(String),
    });
  });
});
