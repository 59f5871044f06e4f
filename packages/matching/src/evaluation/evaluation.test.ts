import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockingRecall, clusterAgreement, truePairs } from "./agreement.ts";
import { clusterSizes } from "./cluster-sizes.ts";
import { agreementAt, bestAgreement, pairCurve } from "./pair-curve.ts";
import { wrongLinkKinds, wrongPairsWithin } from "./wrong-links.ts";

const numbers = (...values: number[]) => Int32Array.from(values);

/** Clusters and truth of the same records; few numbers, some far apart, so that every kind of overlap happens. */
const labelled = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2, 7, 2_000_000_000), fc.constantFrom(-1, 0, 1, 2, 5)), { maxLength: 20 })
  .map((rows) => ({ clusters: numbers(...rows.map(([c]) => c)), truth: numbers(...rows.map(([, t]) => t)) }));

function* pairsOf(records: number): Generator<[number, number]> {
  for (let i = 0; i < records; i++) for (let j = i + 1; j < records; j++) yield [i, j];
}

const ratio = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

/** Pair by pair, as the definition says. */
function bruteForcePairs(clusters: Int32Array, truth: Int32Array) {
  let [linked, same, both] = [0, 0, 0];
  for (const [i, j] of pairsOf(truth.length)) {
    if ((truth[i] ?? -1) < 0 || (truth[j] ?? -1) < 0) continue;
    const [isLinked, isSame] = [clusters[i] === clusters[j], truth[i] === truth[j]];
    linked += Number(isLinked);
    same += Number(isSame);
    both += Number(isLinked && isSame);
  }
  return { precision: ratio(both, linked), recall: ratio(both, same), linked, same, both };
}

/** Record by record, as Bagga and Baldwin define it. */
function bruteForceBCubed(clusters: Int32Array, truth: Int32Array) {
  const known = [...truth.keys()].filter((record) => (truth[record] ?? -1) >= 0);
  let [precision, recall] = [0, 0];
  for (const record of known) {
    const cluster = known.filter((other) => clusters[other] === clusters[record]);
    const person = known.filter((other) => truth[other] === truth[record]);
    const shared = cluster.filter((other) => person.includes(other)).length;
    precision += shared / cluster.length;
    recall += shared / person.length;
  }
  return { precision: ratio(precision, known.length), recall: ratio(recall, known.length) };
}

describe("clusterAgreement", () => {
  it("is what counting pair by pair and record by record gives", () => {
    fc.assert(
      fc.property(labelled, ({ clusters, truth }) => {
        const { pairwise, bCubed } = clusterAgreement(clusters, truth);
        const pairs = bruteForcePairs(clusters, truth);
        expect(pairwise).toMatchObject({ linkedPairs: pairs.linked, truePairs: pairs.same, sharedPairs: pairs.both });
        expect(pairwise.precision).toBeCloseTo(pairs.precision, 12);
        expect(pairwise.recall).toBeCloseTo(pairs.recall, 12);
        const records = bruteForceBCubed(clusters, truth);
        expect(bCubed.precision).toBeCloseTo(records.precision, 12);
        expect(bCubed.recall).toBeCloseTo(records.recall, 12);
      }),
    );
  });

  it("gives shares between 0 and 1, F1 between precision and recall", () => {
    fc.assert(
      fc.property(labelled, ({ clusters, truth }) => {
        for (const { precision, recall, f1 } of Object.values(clusterAgreement(clusters, truth))) {
          for (const share of [precision, recall, f1]) expect(share >= 0 && share <= 1 + 1e-12).toBe(true);
          expect(f1).toBeGreaterThanOrEqual(Math.min(precision, recall) - 1e-12);
          expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12);
        }
      }),
    );
  });

  it("does not depend on the order of records or on which numbers name the clusters", () => {
    fc.assert(
      fc.property(labelled, ({ clusters, truth }) => {
        const turned = clusterAgreement(
          clusters.toReversed().map((number) => -number),
          truth.toReversed(),
        );
        const { pairwise, bCubed } = clusterAgreement(clusters, truth);
        expect(turned.pairwise).toEqual(pairwise);
        expect(turned.bCubed.f1).toBeCloseTo(bCubed.f1, 12);
      }),
    );
  });

  it("swaps precision and recall where clusters and truth change places", () => {
    fc.assert(
      fc.property(labelled, ({ clusters, truth }) => {
        const known = truth.map((person) => Math.max(person, 0));
        const [there, back] = [clusterAgreement(clusters, known), clusterAgreement(known, clusters)];
        expect(back.pairwise.precision).toBe(there.pairwise.recall);
        expect(back.pairwise.f1).toBe(there.pairwise.f1);
        expect(back.bCubed.precision).toBeCloseTo(there.bCubed.recall, 12);
      }),
    );
  });

  it.each([
    ["no record", [], [], { precision: 1, recall: 1, f1: 1 }, { precision: 1, recall: 1, f1: 1 }],
    ["no known truth", [0, 0], [-1, -1], { precision: 1, recall: 1, f1: 1 }, { precision: 1, recall: 1, f1: 1 }],
    ["nothing linked", [0, 1], [0, 0], { precision: 1, recall: 0, f1: 0 }, { precision: 1, recall: 0.5, f1: 2 / 3 }],
    ["nothing to find", [0, 0], [0, 1], { precision: 0, recall: 1, f1: 0 }, { precision: 0.5, recall: 1, f1: 2 / 3 }],
    ["all alone", [0, 1], [0, 1], { precision: 1, recall: 1, f1: 1 }, { precision: 1, recall: 1, f1: 1 }],
  ])("says what %s gives", (_, clusters, truth, pairwise, bCubed) => {
    const agreement = clusterAgreement(numbers(...clusters), numbers(...truth));
    expect(agreement.pairwise).toMatchObject(pairwise);
    expect(agreement.bCubed).toMatchObject(bCubed);
  });

  it("counts the pairs of one cluster of a million exactly", () => {
    const one = new Int32Array(1_000_000);
    const { pairwise } = clusterAgreement(one, one);
    expect(pairwise).toMatchObject({
      precision: 1,
      recall: 1,
      linkedPairs: 499_999_500_000,
      truePairs: 499_999_500_000,
    });
  });

  it("refuses arrays of two lengths", () => {
    expect(() => clusterAgreement(numbers(1), numbers())).toThrow(RangeError);
  });
});

describe("clusterSizes", () => {
  it("counts every record once", () => {
    fc.assert(
      fc.property(labelled, ({ clusters }) => {
        const { clusters: count, largest, histogram } = clusterSizes(clusters);
        expect(histogram.reduce((total, bar) => total + bar.size * bar.clusters, 0)).toBe(clusters.length);
        expect(histogram.reduce((total, bar) => total + bar.clusters, 0)).toBe(count);
        expect(Math.max(0, ...histogram.map(({ size }) => size))).toBe(largest);
      }),
    );
  });

  it("gives sizes, the smallest first", () => {
    expect(clusterSizes(numbers(4, 4, 9, 7, 4, 7))).toEqual({
      clusters: 3,
      largest: 3,
      histogram: [1, 2, 3].map((size) => ({ size, clusters: 1 })),
    });
    expect(clusterSizes(numbers())).toEqual({ clusters: 0, largest: 0, histogram: [] });
  });
});

/** Truth and scores of some of the pairs; few scores, so that ties are frequent. */
const scored = labelled.chain(({ truth }) => {
  const pairs = [...pairsOf(truth.length)];
  return fc
    .tuple(
      fc.subarray(pairs),
      fc.array(fc.constantFrom(-3, 0, 0.5, 8, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), {
        minLength: pairs.length,
        maxLength: pairs.length,
      }),
    )
    .map(([chosen, scores]) => ({
      truth,
      left: numbers(...chosen.map(([left]) => left)),
      right: numbers(...chosen.map(([, right]) => right)),
      score: Float64Array.from(chosen, (_, index) => scores[index] ?? 0),
    }));
});

describe("pairCurve", () => {
  it("is at every threshold what counting the pairs above it gives", () => {
    fc.assert(
      fc.property(scored, fc.constantFrom(-4, -3, 0.2, 0.5, 8, 9), ({ truth, left, right, score }, threshold) => {
        let [linked, shared] = [0, 0];
        for (let pair = 0; pair < left.length; pair++) {
          const [a, b] = [truth[left[pair] ?? -1] ?? -1, truth[right[pair] ?? -1] ?? -1];
          if (a < 0 || b < 0 || (score[pair] ?? 0) < threshold) continue;
          linked++;
          shared += Number(a === b);
        }
        const point = agreementAt(pairCurve({ left, right, score }, truth), threshold);
        expect(point).toMatchObject({
          linkedPairs: linked,
          sharedPairs: shared,
          truePairs: truePairs(truth),
          threshold,
        });
      }),
    );
  });

  it("has distinct thresholds, falling, and a recall that never falls with them", () => {
    fc.assert(
      fc.property(scored, ({ truth, ...pairs }) => {
        const { thresholds, sharedPairs, linkedPairs } = pairCurve(pairs, truth);
        for (let point = 1; point < thresholds.length; point++) {
          expect(thresholds[point]).toBeLessThan(thresholds[point - 1] ?? 0);
          expect(sharedPairs[point]).toBeGreaterThanOrEqual(sharedPairs[point - 1] ?? 0);
          expect(linkedPairs[point]).toBeGreaterThan(linkedPairs[point - 1] ?? 0);
        }
      }),
    );
  });

  it("finds the threshold that no other beats", () => {
    fc.assert(
      fc.property(scored, ({ truth, ...pairs }) => {
        const curve = pairCurve(pairs, truth);
        const best = bestAgreement(curve);
        expect(best === undefined).toBe(curve.thresholds.length === 0);
        for (const threshold of curve.thresholds) {
          expect(agreementAt(curve, threshold).f1).toBeLessThanOrEqual(best?.f1 ?? 0);
        }
        if (best) expect(agreementAt(curve, best.threshold)).toEqual(best);
      }),
    );
  });

  it("counts a pair that was never blocked as missed, and a score that is not a number as never linked", () => {
    const curve = pairCurve(
      { left: numbers(0, 1), right: numbers(1, 2), score: Float64Array.of(3, Number.NaN) },
      numbers(0, 0, 0, 0),
    );
    expect(agreementAt(curve, Number.NEGATIVE_INFINITY)).toMatchObject({ linkedPairs: 1, truePairs: 6, recall: 1 / 6 });
  });

  it("gives nothing linked above the highest score, and no best of nothing", () => {
    const nothing = pairCurve({ left: numbers(), right: numbers(), score: new Float64Array() }, numbers(0, 0));
    expect(agreementAt(nothing, 0)).toMatchObject({ precision: 1, recall: 0, f1: 0 });
    expect(bestAgreement(nothing)).toBeUndefined();
  });
});

describe("blockingRecall", () => {
  it("is the share of true pairs among the candidates", () => {
    expect(blockingRecall(numbers(0, 1, 3), numbers(1, 3, 2), numbers(0, 0, 0, 1))).toBe(1 / 3);
    expect(blockingRecall(numbers(), numbers(), numbers(-1, -1, 4))).toBe(1);
    expect(blockingRecall(numbers(0), numbers(1), numbers(-1, -1, 4, 4))).toBe(0);
  });
});

describe("wrongLinkKinds", () => {
  it("counts after closure what the agreement counts as wrong, each under one kind", () => {
    fc.assert(
      fc.property(labelled, ({ clusters, truth }) => {
        const { linkedPairs, sharedPairs } = clusterAgreement(clusters, truth).pairwise;
        const kinds = wrongLinkKinds(wrongPairsWithin(clusters, truth, 1000), truth, (a, b) => `${(a + b) % 3}`);
        expect(kinds.reduce((total, { links }) => total + links, 0)).toBe(linkedPairs - sharedPairs);
        expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(kinds.length);
        for (const { example, kind } of kinds) expect(`${(example[0] + example[1]) % 3}`).toBe(kind);
      }),
    );
  });

  it("puts the most frequent first and stops at the limit", () => {
    const clusters = numbers(0, 0, 0, 0);
    const truth = numbers(0, 1, 2, -1);
    const kindOf = (a: number, _: number) => (a === 0 ? "twins" : "household");
    expect(wrongLinkKinds(wrongPairsWithin(clusters, truth, 10), truth, kindOf)).toEqual([
      { kind: "twins", links: 2, example: [0, 1] },
      { kind: "household", links: 1, example: [1, 2] },
    ]);
    expect(wrongPairsWithin(clusters, truth, 2).left.length).toBe(2);
  });
});
