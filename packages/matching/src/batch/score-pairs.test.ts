import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../blocking/blocks.ts";
import { RuleKeys } from "../blocking/rule-keys.ts";
import { matchRecord } from "../match-record.arbitrary.ts";
import { defaultModel } from "../model.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { compare } from "../score.ts";
import { type Edges, HISTOGRAM_BITS_MIN, mergedScores, scorePairs } from "./score-pairs.ts";

const people = fc.array(
  matchRecord.map((record) => prepare(record)),
  { maxLength: 25 },
);
const RULES = [["familyName"], ["givenSound"], ["birthYear"], ["postcode", "sex"]];

const blocksFor = (records: readonly Prepared[]) => {
  const keys = new RuleKeys(records, []);
  return RULES.map((rule) => blocksOf(keys, rule, 1000));
};

/** By pair, in no order. */
const weightsOf = ({ left, right, weight }: Edges): Map<string, number> =>
  new Map(Array.from(weight, (bits, at) => [`${left[at]}-${right[at]}`, bits]));

const total = (histogram: Float64Array): number => histogram.reduce((sum, pairs) => sum + pairs, 0);

describe("scorePairs", () => {
  it("weighs each pair that the blocks propose as compare does, and keeps those that weigh enough", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: -40, max: 40 }), (records, keepWeightMin) => {
        const all = scorePairs(records, blocksFor(records), defaultModel, {
          share: { from: 0, step: 1 },
          keepWeightMin: Number.NEGATIVE_INFINITY,
        });
        expect([all.weight.length, weightsOf(all).size]).toEqual([all.compared, all.compared]);
        for (const [at, weight] of all.weight.entries()) {
          const [a, b] = [records[all.left[at] as number] as Prepared, records[all.right[at] as number] as Prepared];
          expect(weight).toBe(compare(a, b, defaultModel).weight);
        }
        const kept = scorePairs(records, blocksFor(records), defaultModel, {
          share: { from: 0, step: 1 },
          keepWeightMin,
        });
        expect([kept.compared, kept.histogram]).toEqual([all.compared, all.histogram]);
        expect(weightsOf(kept)).toEqual(new Map([...weightsOf(all)].filter(([, bits]) => bits >= keepWeightMin)));
      }),
      { numRuns: 50 },
    );
  });

  it("finds by any number of threads what one finds", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 6 }), (records, threads) => {
        const blocks = blocksFor(records);
        const score = (from: number, step: number) =>
          scorePairs(records, blocks, defaultModel, { share: { from, step }, keepWeightMin: -5 });
        const one = score(0, 1);
        const merged = mergedScores(Array.from({ length: threads }, (_, from) => score(from, threads)));
        expect([merged.compared, merged.histogram]).toEqual([one.compared, one.histogram]);
        expect(weightsOf(merged)).toEqual(weightsOf(one));
        expect(merged.weight.length).toBe(one.weight.length);
      }),
      { numRuns: 50 },
    );
  });

  it("counts every pair compared in its histogram, also those beyond its ends", () => {
    fc.assert(
      fc.property(people, (records) => {
        const { compared, histogram, weight } = scorePairs(records, blocksFor(records), defaultModel, {
          share: { from: 0, step: 1 },
          keepWeightMin: Number.NEGATIVE_INFINITY,
        });
        expect(total(histogram)).toBe(compared);
        const inBin = (bin: number) =>
          [...weight].filter((bits) => Math.floor(bits) === bin + HISTOGRAM_BITS_MIN).length;
        for (let bin = 1; bin < histogram.length - 1; bin++) expect(histogram[bin]).toBe(inBin(bin));
      }),
      { numRuns: 20 },
    );
  });

  it("keeps more pairs than it makes room for at first", () => {
    const records = Array.from({ length: 60 }, () =>
      prepare({
        names: [{ family: "Smith", given: ["Jane"] }],
        postcodes: [],
        addressLines: [],
        phones: [],
        emails: [],
      }),
    );
    const scored = scorePairs(records, blocksFor(records), defaultModel, {
      share: { from: 0, step: 1 },
      keepWeightMin: -100,
    });
    expect([scored.compared, weightsOf(scored).size, new Set(scored.weight).size]).toEqual([1770, 1770, 1]);
    expect(weightsOf(mergedScores([scored, { ...scored, ...NOTHING }]))).toEqual(weightsOf(scored));
  });

  it("of nothing is nothing", () => {
    const none = scorePairs([], blocksFor([]), defaultModel, { share: { from: 0, step: 1 }, keepWeightMin: 0 });
    expect([none.compared, none.left.length, total(none.histogram)]).toEqual([0, 0, 0]);
    expect(mergedScores([]).compared).toBe(0);
  });
});

const NOTHING = { left: new Int32Array(), right: new Int32Array(), weight: new Float64Array() };
