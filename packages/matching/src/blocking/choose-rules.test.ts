import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRecord } from "../match-record.arbitrary.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { countPairs } from "./blocks.ts";
import { chooseRules, trainingRules } from "./choose-rules.ts";
import { PART_NAMES, partValues } from "./key-parts.ts";
import { type BlockingRule, RuleKeys } from "./rule-keys.ts";

const EXTRAS = ["job"];
const people = fc.array(
  fc.tuple(matchRecord, fc.constantFrom("clerk", "nurse", "porter", "")).map(([record, job]) => prepare(record, [job])),
  { minLength: 2, maxLength: 25 },
);
const budget = fc.integer({ min: 1, max: 2000 });

const shared = (part: string, a: Prepared, b: Prepared): number => {
  const valuesOf = partValues(part, EXTRAS);
  return new Set(valuesOf(a)).intersection(new Set(valuesOf(b))).size;
};
const meets = (rule: BlockingRule, a: Prepared, b: Prepared): boolean => rule.every((part) => shared(part, a, b) > 0);

/** What a rule costs: each pair once for every key that it shares. */
const pairsOf = (records: readonly Prepared[], rule: BlockingRule): number =>
  records.reduce(
    (sum, b, right) =>
      sum +
      records.slice(0, right).reduce((sum, a) => sum + rule.reduce((keys, part) => keys * shared(part, a, b), 1), 0),
    0,
  );

const hasFew = (records: readonly Prepared[]) =>
  records.every(
    (record) => partValues("nameSound", [])(record).length <= 8 && partValues("familyName", [])(record).length <= 8,
  );

describe("the rules chosen for data", () => {
  it("are predicted to the pair, where all of the data is looked at", () => {
    fc.assert(
      fc.property(people.filter(hasFew), budget, (records, pairsMax) => {
        const { chosen, refused } = chooseRules(records, EXTRAS, { pairsMax });
        for (const { rule, pairs } of [...chosen, ...refused])
          expect([rule, pairs]).toEqual([rule, pairsOf(records, rule)]);
      }),
      { numRuns: 30 },
    );
  });

  it("cost no more than may be spent, the most selective taken first", () => {
    fc.assert(
      fc.property(people, budget, (records, pairsMax) => {
        const { chosen, refused } = chooseRules(records, EXTRAS, { pairsMax });
        const spent = chosen.reduce((sum, { pairs }) => sum + pairs, 0);
        expect(spent).toBeLessThanOrEqual(pairsMax);
        expect(chosen.map(({ pairs }) => pairs)).toEqual(chosen.map(({ pairs }) => pairs).toSorted((a, b) => a - b));
        for (const { pairs } of [...chosen, ...refused]) expect(pairs).toBeGreaterThan(0);
      }),
    );
  });

  it("leave out none that another covers: each would find what the others may not", () => {
    fc.assert(
      fc.property(people, budget, (records, pairsMax) => {
        const { chosen } = chooseRules(records, EXTRAS, { pairsMax });
        for (const { rule } of chosen)
          for (const other of chosen)
            if (other.rule !== rule)
              expect([rule, other.rule, rule.every((part) => other.rule.includes(part))]).toContain(false);
        expect(new Set(chosen.map(({ rule }) => rule.toSorted().join())).size).toBe(chosen.length);
      }),
    );
  });

  it("find, with nothing to save, every pair that shares a part which tells people apart", () => {
    fc.assert(
      fc.property(people, (records) => {
        const { chosen, refused } = chooseRules(records, EXTRAS, { pairsMax: Number.POSITIVE_INFINITY });
        expect(refused).toEqual([]);
        const ruleKeys = new RuleKeys(records, EXTRAS);
        const telling = [...PART_NAMES, "column:job"].filter((part) => ruleKeys.of([part]).count >= 3);
        for (const [right, b] of records.entries())
          for (const a of records.slice(0, right))
            if (telling.some((part) => meets([part], a, b)))
              expect(chosen.some(({ rule }) => meets(rule, a, b))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("are the same again, and for any order of the records", () => {
    fc.assert(
      fc.property(people, budget, (records, pairsMax) => {
        const first = chooseRules(records, EXTRAS, { pairsMax });
        expect(chooseRules(records, EXTRAS, { pairsMax })).toEqual(first);
        expect(chooseRules(records.toReversed(), EXTRAS, { pairsMax })).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  it("leave out a part that tells nobody apart, and are none for data without any", () => {
    const records = Array.from({ length: 10 }, (_, place) =>
      prepare({
        names: [],
        sex: place % 2 ? "male" : "female",
        postcodes: [],
        addressLines: [],
        phones: [],
        emails: [],
      }),
    );
    expect(chooseRules(records, [], { pairsMax: 1000 })).toEqual({ chosen: [], refused: [] });
    expect(chooseRules([], [], { pairsMax: 1000 })).toEqual({ chosen: [], refused: [] });
  });

  it("are predicted from a sample of many records, in which neighbours may meet", () => {
    const records = Array.from({ length: 60_000 }, (_, place) =>
      prepare({
        ...EMPTY,
        birthDate: `19${10 + (place % 90)}-0${1 + (place % 9)}-1${place % 7}`,
        emails: [`somebody.${place >> 1}@example.org`],
      }),
    );
    const { chosen, refused } = chooseRules(records, [], { pairsMax: 1e9 });
    for (const { rule, pairs } of [...chosen, ...refused])
      expect(Math.abs(pairs / countPairs(new RuleKeys(records, []).of(rule)) - 1)).toBeLessThan(0.05);
    expect(chosen.map(({ rule }) => rule)).toContainEqual(["emailName"]);
  });
});

const EMPTY = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };

describe("the rules to learn by", () => {
  it("each name two parts, one of them a person's own, and each once", () => {
    const rules = trainingRules(["job", "birth place"]);
    const own = new Set(["nhsNumber", "givenName", "birthDate", "email"]);
    for (const rule of rules) {
      expect([rule, rule.length, rule.some((part) => own.has(part))]).toEqual([rule, 2, true]);
      for (const part of rule) expect(() => partValues(part, ["job", "birth place"])).not.toThrow();
    }
    expect(new Set(rules.map((rule) => rule.toSorted().join())).size).toBe(rules.length);
    expect(rules).toContainEqual(["birthDate", "column:birth place"]);
    expect(trainingRules([])).not.toEqual([]);
  });
});
