import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unionFind } from "../clustering/union-find.ts";
import { matchRecord } from "../match-record.arbitrary.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { type Blocks, blocksOf, countPairs, visitPairs, visitPairsByRule } from "./blocks.ts";
import { partValues } from "./key-parts.ts";
import { type BlockingRule, RuleKeys } from "./rule-keys.ts";

const PARTS = ["familyName", "familySound", "givenSound", "birthDate", "birthYear", "postcode", "phone", "sex"];
const NARROWING = ["birthDate", "givenSound", "familySound", "postcode", "phone"];

const people = fc.array(
  matchRecord.map((record) => prepare(record)),
  { maxLength: 20 },
);
const rule = fc.uniqueArray(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 2 });
const rules = fc.array(rule, { minLength: 1, maxLength: 4 });

const sharePart = (part: string, a: Prepared, b: Prepared): boolean => {
  const valuesOf = partValues(part, []);
  return valuesOf(a).some((value) => value !== "" && valuesOf(b).includes(value));
};
const meets = (rule: BlockingRule, a: Prepared, b: Prepared): boolean => rule.every((part) => sharePart(part, a, b));

/** By pair, as `left-right`, the rules that find it, as bits. */
function pairsByHand(records: readonly Prepared[], rules: readonly BlockingRule[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [right, b] of records.entries())
    for (const [left, a] of records.slice(0, right).entries()) {
      const bits = rules.reduce((sum, rule, place) => sum + (meets(rule, a, b) ? 2 ** place : 0), 0);
      if (bits > 0) found.set(`${left}-${right}`, bits);
    }
  return found;
}

type Visit = (left: number, right: number, bits: number) => void;
type Visitor = (
  blocks: readonly Blocks[],
  records: number,
  share: { from: number; step: number },
  visit: Visit,
) => void;

/** All pairs that threads, each with its share, visit. */
function visited(visitor: Visitor, blocks: readonly Blocks[], records: number, threads: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let from = 0; from < threads; from++)
    visitor(blocks, records, { from, step: threads }, (left, right, bits) => {
      expect([left < right, found.has(`${left}-${right}`)]).toEqual([true, false]);
      found.set(`${left}-${right}`, bits);
    });
  return found;
}

const blocksFor = (records: readonly Prepared[], rules: readonly BlockingRule[], blockRecordsMax = 1000): Blocks[] => {
  const ruleKeys = new RuleKeys(records, []);
  return rules.map((rule) => blocksOf(ruleKeys, rule, blockRecordsMax));
};

describe("the pairs that blocks propose", () => {
  it("are those that share a value of every part of some rule, each once, by however many threads", () => {
    fc.assert(
      fc.property(people, rules, fc.integer({ min: 1, max: 5 }), (records, rules, threads) => {
        const found = visited(visitPairs, blocksFor(records, rules), records.length, threads);
        const expected = pairsByHand(records, rules);
        expect(new Set(found.keys())).toEqual(new Set(expected.keys()));
        // The rule that is told is the first that finds the pair.
        for (const [pair, rule] of found)
          expect(rule).toBe(Math.log2((expected.get(pair) ?? 0) & -(expected.get(pair) ?? 0)));
      }),
    );
  });

  it("come with all rules that find them, where that is asked", () => {
    fc.assert(
      fc.property(people, rules, fc.integer({ min: 1, max: 5 }), (records, rules, threads) => {
        const found = visited(visitPairsByRule, blocksFor(records, rules), records.length, threads);
        expect(found).toEqual(pairsByHand(records, rules));
      }),
    );
  });

  it("of thirty rules are told apart to the last bit", () => {
    const records = Array.from({ length: 2 }, () => prepare({ ...EMPTY, birthDate: "1957-03-12", sex: "female" }));
    const rules = Array.from({ length: 30 }, (_, place) => (place % 2 === 0 ? ["postcode"] : ["birthDate"]));
    expect(visited(visitPairsByRule, blocksFor(records, rules), 2, 1)).toEqual(pairsByHand(records, rules));
  });

  it("are counted by rule, once for each key they share", () => {
    fc.assert(
      fc.property(people, rule, (records, rule) => {
        const [blocks] = blocksFor(records, [rule]);
        const distinct = pairsByHand(records, [rule]).size;
        expect(blocks?.pairs).toBe(countPairs(new RuleKeys(records, []).of(rule)));
        expect(blocks?.pairs).toBeGreaterThanOrEqual(distinct);
        if (records.every((record) => rule.every((part) => partValues(part, [])(record).length < 2)))
          expect(blocks?.pairs).toBe(distinct);
      }),
    );
  });
});

const EMPTY = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const sizesOf = ({ membersOf: { offsets } }: Blocks): number[] =>
  Array.from({ length: offsets.length - 1 }, (_, key) => (offsets[key + 1] ?? 0) - (offsets[key] ?? 0));

describe("a key that too many records share", () => {
  const single = matchRecord.map((record) =>
    prepare({
      ...record,
      names: record.names.slice(0, 1),
      postcodes: record.postcodes.slice(0, 1),
      phones: record.phones.slice(0, 1),
    }),
  );
  const LIMIT = 4;

  it("is narrowed by further parts, and what even so is left out is counted", () => {
    fc.assert(
      fc.property(
        fc.array(single, { minLength: 5, maxLength: 40 }),
        fc.constantFrom<BlockingRule[]>(["sex"], ["birthYear"], ["sex", "birthYear"], ["postcode"]),
        (records, rule) => {
          const [blocks] = blocksFor(records, [rule], LIMIT) as [Blocks];
          expect(Math.max(0, ...sizesOf(blocks))).toBeLessThanOrEqual(LIMIT);
          const values = (record: Prepared) => rule.map((part) => partValues(part, [])(record)[0] ?? "").join("|");
          const groups = Map.groupBy(
            records.flatMap((record, place) => (values(record).split("|").includes("") ? [] : [place])),
            (place) => values(records[place] as Prepared),
          );
          const hot = [...groups.values()].filter(({ length }) => length > LIMIT);
          expect(blocks.narrowedKeys).toBe(hot.length);
          const found = new Set(visited(visitPairs, [blocks], records.length, 1).keys());
          const all = pairsByHand(records, [rule]);
          expect(found.isSubsetOf(new Set(all.keys()))).toBe(true);
          expect(blocks.droppedPairs).toBe(all.size - found.size);
          const isHot = (pair: string) => hot.some((places) => places.includes(Number(pair.split("-")[0])));
          for (const pair of all.keys()) {
            const [a, b] = pair.split("-").map((place) => records[Number(place)] as Prepared) as [Prepared, Prepared];
            const areEqual = JSON.stringify(a) === JSON.stringify(b);
            if (!isHot(pair)) expect(found.has(pair)).toBe(true);
            else if (found.has(pair) && !areEqual)
              expect(NARROWING.some((part) => !rule.includes(part) && sharePart(part, a, b))).toBe(true);
          }
        },
      ),
    );
  });

  it("keeps those of one birth date together, and says how many pairs it drops", () => {
    const born = (date: string, count: number) =>
      Array.from({ length: count }, () => prepare({ ...EMPTY, sex: "female", birthDate: date }));
    const records = [...born("1957-03-12", 3), ...born("1961-07-01", 2), ...born("1999-12-31", 1)];
    const [blocks] = blocksFor(records, [["sex"]], 5) as [Blocks];
    expect([...visited(visitPairs, [blocks], records.length, 1).keys()].sort()).toEqual(["0-1", "0-2", "1-2", "3-4"]);
    expect([blocks.narrowedKeys, blocks.pairs, blocks.droppedPairs]).toEqual([1, 4, 15 - 4]);
  });

  it("counts no pair twice that two further parts keep", () => {
    const records = Array.from({ length: 8 }, (_, place) =>
      prepare({
        ...EMPTY,
        sex: "male",
        birthDate: `19${50 + (place >> 1)}-05-05`,
        phones: [`07700 9001${10 + (place >> 1)}`],
      }),
    );
    const [blocks] = blocksFor(records, [["sex"]], 5) as [Blocks];
    expect([blocks.pairs, blocks.droppedPairs]).toEqual([8, 28 - 4]);
    expect(visited(visitPairs, [blocks], records.length, 1).size).toBe(4);
  });

  it("brings all records that are equal in everything together, each to the next", () => {
    const few = fc.array(single, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        few.chain((kinds) => fc.array(fc.constantFrom(...kinds), { minLength: 6, maxLength: 40 })),
        fc.constantFrom<BlockingRule[]>(["sex"], ["birthYear"], ["familySound", "birthYear"]),
        (records, rule) => {
          const [blocks] = blocksFor(records, [rule], LIMIT) as [Blocks];
          const found = visited(visitPairs, [blocks], records.length, 1);
          const groupOf = unionFind(records.length);
          for (const pair of found.keys()) groupOf.union(...(pair.split("-").map(Number) as [number, number]));
          const places = records.flatMap((record, place) => (sharePart(rule[0] ?? "", record, record) ? [place] : []));
          const filed = places.filter((place) =>
            rule.every((part) => sharePart(part, records[place] as Prepared, records[place] as Prepared)),
          );
          for (const same of Map.groupBy(filed, (place) => records[place]).values())
            for (const place of same) expect(groupOf.find(place)).toBe(groupOf.find(same[0] ?? -1));
        },
      ),
    );
  });

  it("chains no more equal records than one person may have", () => {
    const records = (count: number) =>
      Array.from({ length: count }, () => prepare({ ...EMPTY, sex: "male", birthDate: "1957-03-12" }));
    expect((blocksFor(records(500), [["sex"]], 5) as [Blocks])[0].pairs).toBe(499);
    expect((blocksFor(records(501), [["sex"]], 5) as [Blocks])[0].pairs).toBe(0);
  });
});
