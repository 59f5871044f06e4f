import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatternCounter } from "./patterns.ts";
import { chance, drawRank, FIELDS, farthest, isProper, levelCountsOf, PLANTED } from "./planted.arbitrary.ts";
import { pairsOf } from "./sampling.ts";
import { type FoundPairs, type TrainingInput, trainUnsupervised } from "./train.ts";

const RANKS = { family: 0, given: 1, birth: 2, postcode: 3, sex: 4, phone: 5 };
const PASSES = [
  { rule: "birth date", isFound: (ranks: readonly number[]) => ranks[RANKS.birth] === 0, fixed: [RANKS.birth] },
  { rule: "names", isFound: (ranks: readonly number[]) => ranks[0] === 0 && ranks[1] === 0, fixed: [0, 1] },
  { rule: "postcode", isFound: (ranks: readonly number[]) => ranks[RANKS.postcode] === 0, fixed: [RANKS.postcode] },
];

type Region = {
  readonly seed: number;
  readonly matches?: number;
  readonly others?: number;
  readonly missing?: number;
  /** Pairs who share a home: postcode, telephone, mostly the family name; nothing else. */
  readonly households?: number;
  /** Whether pairs of other given names and other birth dates are known to be two people. */
  readonly isGuarded?: boolean;
  /** Which fields hang upon an equal postcode. */
  readonly alsoFixed?: readonly number[];
  readonly sampled?: number;
};

/** All pairs of a region, drawn from what is planted, as training would be given them. */
function regionOf({
  seed,
  matches = 3000,
  others = 400_000,
  missing = 0,
  households = 0,
  alsoFixed = [],
  isGuarded = false,
  sampled = 0.3,
}: Region): TrainingInput {
  const random = chance(seed);
  const levelCounts = levelCountsOf(PLANTED);
  const sample = new PatternCounter(levelCounts);
  const found = new Map<number, PatternCounter>();
  const vetoed = new PatternCounter(levelCounts);
  const see = (ranks: readonly number[]) => {
    const isTwoPeople = isGuarded && ranks[RANKS.given] === 2 && ranks[RANKS.birth] === 3;
    if (random() < sampled) (isTwoPeople ? vetoed : sample).add(ranks);
    if (isTwoPeople) return;
    const passes = PASSES.reduce((mask, { isFound }, place) => mask | (isFound(ranks) ? 1 << place : 0), 0);
    if (passes === 0) return;
    const counter = found.get(passes) ?? new PatternCounter(levelCounts);
    counter.add(ranks);
    found.set(passes, counter);
  };
  for (const [shares, count] of [
    [PLANTED.m, matches],
    [PLANTED.u, others],
  ] as const)
    for (let pair = 0; pair < count; pair++) see(shares.map((levels) => drawRank(levels, random, missing)));
  for (let pair = 0; pair < households; pair++) {
    const ranks = PLANTED.u.map((levels) => drawRank(levels, random, missing));
    see([random() < 0.8 ? 0 : (ranks[0] ?? 0), ranks[1] ?? 0, ranks[2] ?? 0, 0, ranks[4] ?? 0, 0]);
  }
  return {
    comparisons: FIELDS,
    random: sample.counts(),
    randomOthers: vetoed.counts(),
    found: [...found].map(([passes, counter]): FoundPairs => ({ passes, counts: counter.counts() })),
    passes: PASSES.map(({ rule, fixed }, place) => ({
      rule,
      estimated: FIELDS.map((_, index) => !fixed.includes(index) && !(place === 2 && alsoFixed.includes(index))),
    })),
    pairs: matches + others + households,
    lambda: (matches * 0.6) / (matches + others),
  };
}

const SEEDS = [1, 2, 3];

describe("training without labels", () => {
  it.each(SEEDS)("finds m within 0.03, u within 0.003 and lambda within a tenth, seed %i", (seed) => {
    const input = regionOf({ seed });
    const { parameters, passes, warnings } = trainUnsupervised(input);
    expect(farthest(parameters.m, PLANTED.m)).toBeLessThan(0.03);
    expect(farthest(parameters.u, PLANTED.u)).toBeLessThan(0.003);
    expect(Math.abs(parameters.lambda / (3000 / 403_000) - 1)).toBeLessThan(0.1);
    expect(passes.every(({ converged }) => converged)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each(SEEDS)("as well with three tenths missing, seed %i", (seed) => {
    const { parameters } = trainUnsupervised(regionOf({ seed, missing: 0.3 }));
    expect(farthest(parameters.m, PLANTED.m)).toBeLessThan(0.05);
    expect(Math.abs(parameters.lambda / (3000 / 403_000) - 1)).toBeLessThan(0.15);
  });

  it("judges lambda by what several passes found where random pairs hold too few matches", () => {
    const input = regionOf({ seed: 4, sampled: 0.01 });
    const { parameters, matches, matchesMissed } = trainUnsupervised(input);
    expect(Math.abs(parameters.lambda / (3000 / 403_000) - 1)).toBeLessThan(0.1);
    expect(matches).toBeCloseTo(parameters.lambda * input.pairs, 6);
    // One in ten lacks the birth date, a third one of the names, four in ten the postcode.
    expect(Math.abs(matchesMissed - 3000 * 0.1 * 0.32 * 0.4)).toBeLessThan(100);
  });

  it.each(SEEDS)("is not taken in by households that a guard knows, seed %i", (seed) => {
    const region = { seed, households: 3000, alsoFixed: [RANKS.family, RANKS.phone] };
    const guarded = trainUnsupervised(regionOf({ ...region, isGuarded: true }));
    expect(farthest(guarded.parameters.m, PLANTED.m)).toBeLessThan(0.05);
    expect(guarded.parameters.lambda).toBeLessThan((1.2 * 3000) / 406_000);
    // Unguarded, most of them pass for matches: the weights add up what a home has in common.
    expect(trainUnsupervised(regionOf(region)).parameters.lambda).toBeGreaterThan((1.5 * 3000) / 406_000);
  });

  it("starts from where the rules are wrong by far and ends in the same place", () => {
    const input = regionOf({ seed: 6 });
    const [low, high] = [0.1, 5].map((factor) => trainUnsupervised({ ...input, lambda: input.lambda * factor }));
    expect(farthest(low?.parameters.m ?? [], high?.parameters.m ?? [])).toBeLessThan(0.005);
    expect(low?.warnings.map(({ kind }) => kind)).toContain("lambda-far-from-rules");
  });

  it("is the same in any order, and each time", () => {
    const input = regionOf({ seed: 7, others: 50_000, matches: 500 });
    expect(trainUnsupervised({ ...input, found: input.found.toReversed() })).toEqual(trainUnsupervised(input));
  });

  it("judges by random pairs alone what every pass blocks on, and says so", () => {
    const input = regionOf({ seed: 8 });
    const passes = input.passes.map((pass) => ({ ...pass, estimated: pass.estimated.with(RANKS.birth, false) }));
    const { parameters, warnings } = trainUnsupervised({ ...input, passes });
    expect(Math.abs((parameters.m[RANKS.birth]?.[0] ?? 0) - 0.9)).toBeLessThan(0.05);
    expect(warnings).toMatchObject([{ kind: "never-estimated", comparison: "birth" }]);
  });
});

const noPairs = new PatternCounter(levelCountsOf(PLANTED)).counts();

describe("training on what teaches nothing", () => {
  it("gives proper parameters whatever the counts", () => {
    const rank = (levels: number) => fc.integer({ min: -1, max: levels - 1 });
    const rows = fc.array(fc.tuple(fc.tuple(...levelCountsOf(PLANTED).map(rank)), fc.nat(1000)), { maxLength: 8 });
    const counted = rows.map((all) => {
      const counter = new PatternCounter(levelCountsOf(PLANTED));
      for (const [ranks, count] of all) counter.add(ranks, count);
      return counter.counts();
    });
    fc.assert(
      fc.property(
        counted,
        counted,
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
        (random, pairs, mask, lambda) => {
          const input = { ...regionOf({ seed: 1, matches: 0, others: 0 }), random, lambda, pairs: 10_000 };
          const { parameters, warnings } = trainUnsupervised({ ...input, found: [{ passes: mask, counts: pairs }] });
          expect(isProper(parameters.m) && isProper(parameters.u)).toBe(true);
          expect(parameters.lambda > 0 && parameters.lambda < 1).toBe(true);
          expect(warnings.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("says that there is nothing to learn from", () => {
    const input = { ...regionOf({ seed: 1, matches: 0, others: 0 }), random: noPairs, pairs: pairsOf(1), lambda: 0.5 };
    const { parameters, warnings } = trainUnsupervised(input);
    expect(warnings.map(({ kind }) => kind)).toEqual(["no-pairs"]);
    expect(isProper(parameters.m) && isProper(parameters.u)).toBe(true);
    for (const [index, row] of parameters.m.entries()) expect(row[0]).toBeCloseTo(parameters.u[index]?.[0] ?? 0);
  });

  it("takes the weights of a model made elsewhere where there is nothing else", () => {
    const prior = levelCountsOf(PLANTED).map((levels) =>
      Array.from({ length: levels }, (_, level) => (level === 0 ? 2 : -1)),
    );
    const input = { ...regionOf({ seed: 1, matches: 0, others: 0 }), random: noPairs, pairs: 0, lambda: 0.5, prior };
    const { m, u } = trainUnsupervised(input).parameters;
    for (const [index, row] of m.entries()) expect(row[0]).toBeGreaterThan((u[index]?.[0] ?? 1) * 1.5);
  });

  it.each([
    ["constant", 0],
    ["mostly-missing", -1],
  ])("warns of a field that is %s", (kind, rank) => {
    const random = chance(3);
    const sample = new PatternCounter(levelCountsOf(PLANTED));
    for (let pair = 0; pair < 2000; pair++)
      sample.add(PLANTED.u.map((levels, n) => (n === RANKS.phone ? rank : drawRank(levels, random))));
    const { warnings } = trainUnsupervised({ ...regionOf({ seed: 3, others: 10_000 }), random: sample.counts() });
    expect(warnings.filter(({ comparison }) => comparison === "phone").map((each) => each.kind)).toContain(kind);
  });

  it("warns of one pass, of too few matches and of more than can be", () => {
    const input = regionOf({ seed: 2, matches: 400, others: 20_000 });
    const kinds = (changed: Partial<TrainingInput>) =>
      trainUnsupervised({ ...input, ...changed }).warnings.map(({ kind }) => kind);
    expect(
      kinds({ passes: input.passes.slice(0, 1), found: input.found.filter(({ passes }) => passes & 1) }),
    ).toContain("one-pass");
    expect(kinds({ found: [] })).toContain("no-matches-found");
    expect(kinds({ lambda: 1e-5 })).toContain("more-matches-than-expected");
  });
});
