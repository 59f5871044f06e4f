import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClusteringInput, type ClusteringPolicy, clusterRecords, type RecordPair } from "./cluster.ts";

const POLICY: ClusteringPolicy = { linkWeightMin: 10, reviewWeightMin: 2, marginWeightMin: 3 };
const STRANGERS = -20;

/** A small world: the weight of every pair, which of them blocking finds, and what is said about them. */
type World = {
  readonly records: number;
  readonly weights: ReadonlyMap<string, number>;
  readonly notBlocked?: ReadonlySet<string>;
  readonly vetoes?: ReadonlySet<string>;
  readonly mustLink?: readonly RecordPair[];
  readonly cannotLink?: readonly RecordPair[];
};

const pairOf = (i: number, j: number): string => `${Math.min(i, j)}-${Math.max(i, j)}`;
const endsOf = (pair: string): [number, number] => pair.split("-").map(Number) as [number, number];

/** The input of a world whose record r stands at `at[r]`, with its edges in the order and direction of `mix`. */
function inputOf(world: World, at: readonly number[] = [], mix: (edge: number) => number = (edge) => edge) {
  const positionOf = (record: number): number => at[record] ?? record;
  const recordAt = new Map(Array.from({ length: world.records }, (_, record) => [positionOf(record), record]));
  const pairAt = (i: number, j: number): string => pairOf(recordAt.get(i) ?? -1, recordAt.get(j) ?? -1);
  const isBackward = (i: number, j: number): boolean => (recordAt.get(i) ?? 0) > (recordAt.get(j) ?? 0);
  const edges = [...world.weights].filter(([pair]) => !world.notBlocked?.has(pair));
  const mixed = edges.map((edge, index) => ({ edge, key: mix(index) })).sort((a, b) => a.key - b.key);
  const ends = mixed.map(({ edge: [pair], key }) => {
    const [i, j] = endsOf(pair).map(positionOf) as [number, number];
    return key % 2 === 0 ? [i, j] : [j, i];
  });
  const moved = (pairs: readonly RecordPair[] = []): RecordPair[] =>
    pairs.map(([i, j]) => [positionOf(i), positionOf(j)]);
  const input: ClusteringInput = {
    records: world.records,
    left: Int32Array.from(ends, ([i = 0]) => i),
    right: Int32Array.from(ends, ([, j = 0]) => j),
    weight: Float64Array.from(mixed, ({ edge: [, weight] }) => weight),
    // A scorer may add up in another order the other way round: that must decide nothing either.
    weightOf: (i, j) => (world.weights.get(pairAt(i, j)) ?? STRANGERS) + (isBackward(i, j) ? 0.25 : 0),
    isForbidden: (i, j) => world.vetoes?.has(pairAt(i, j)) ?? false,
    orderOf: (i) => `record ${recordAt.get(i)}`,
    mustLink: moved(world.mustLink),
    cannotLink: moved(world.cannotLink),
  };
  return { input, recordAt };
}

/** Clusters as sorted lists of the world's records, and proposals by them. */
function resultOf(
  world: World,
  policy: ClusteringPolicy = POLICY,
  at?: readonly number[],
  mix?: (e: number) => number,
) {
  const { input, recordAt } = inputOf(world, at, mix);
  const { clusterOf, proposals, stats } = clusterRecords(input, policy);
  const members = Map.groupBy(
    Array.from(clusterOf.keys(), (position) => position),
    (position) => clusterOf[position],
  );
  const named = (positions: readonly number[]): number[] =>
    positions.map((position) => recordAt.get(position) ?? -1).sort((a, b) => a - b);
  const clusters = [...members.values()].map(named).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const proposed = proposals.map(({ left, right, weight, why }) => ({ pair: named([left, right]), weight, why }));
  return { clusters, proposed, stats };
}

const clustersOf = (world: World, policy?: ClusteringPolicy): number[][] => resultOf(world, policy).clusters;

/** Weights within each group, and the strangers' weight across. */
function groupsOf(groups: readonly (readonly number[])[], within: number, across = STRANGERS): Map<string, number> {
  const weights = new Map<string, number>();
  const groupOf = new Map(groups.flatMap((group, index) => group.map((record) => [record, index] as const)));
  const records = [...groupOf.keys()];
  for (const i of records) {
    for (const j of records) if (i < j) weights.set(pairOf(i, j), groupOf.get(i) === groupOf.get(j) ? within : across);
  }
  return weights;
}

const RECORDS_MAX = 9;
const anyPair = fc
  .tuple(fc.nat(RECORDS_MAX - 1), fc.nat(RECORDS_MAX - 1))
  .filter(([i, j]) => i !== j)
  .map(([i, j]): RecordPair => [i, j]);
const pairName = anyPair.map(([i, j]) => pairOf(i, j));
/** Few different weights, so that ties are many. */
const someWeight = fc.constantFrom(-8, 1, 4, 9.5, 10, 11, 11.3, 14, 14, 25);
const world: fc.Arbitrary<World> = fc.record({
  records: fc.constant(RECORDS_MAX),
  weights: fc.array(fc.tuple(pairName, someWeight), { maxLength: 40 }).map((entries) => new Map(entries)),
  notBlocked: fc.array(pairName, { maxLength: 8 }).map((pairs) => new Set(pairs)),
  vetoes: fc.array(pairName, { maxLength: 4 }).map((pairs) => new Set(pairs)),
  mustLink: fc.array(anyPair, { maxLength: 3 }),
  cannotLink: fc.array(anyPair, { maxLength: 3 }),
});
const anyPolicy: fc.Arbitrary<ClusteringPolicy> = fc.constantFrom(
  POLICY,
  { ...POLICY, vetoShareMax: 0.3 },
  { ...POLICY, marginWeightMin: 0 },
  { ...POLICY, componentUnitsMax: 3 },
  { ...POLICY, clusterRecordsMax: 3 },
);

describe("clusterRecords, in general", () => {
  it("gives the same clusters and proposals for any order of records, edges, directions and decisions", () => {
    const shuffled = fc.shuffledSubarray(
      Array.from({ length: RECORDS_MAX }, (_, record) => record),
      { minLength: RECORDS_MAX },
    );
    const mixes = fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(world, anyPolicy, shuffled, mixes, (given, policy, at, keys) => {
        const told: World = { ...given, mustLink: given.mustLink?.toReversed() ?? [] };
        const straight = resultOf(given, policy);
        const mixed = resultOf(told, policy, at, (edge) => keys[edge] ?? edge);
        expect(mixed.clusters).toEqual(straight.clusters);
        expect(mixed.proposed).toEqual(straight.proposed);
      }),
      { numRuns: 1000 },
    );
  });

  it("never joins what a person said are two, and always what a person said is one, unless that contradicts", () => {
    fc.assert(
      fc.property(world, anyPolicy, (given, policy) => {
        const { clusters, proposed } = resultOf(given, policy);
        const together = ([i, j]: RecordPair): boolean =>
          clusters.some((records) => records.includes(i) && records.includes(j));
        for (const pair of given.cannotLink ?? []) expect(together(pair)).toBe(false);
        const apart = (given.mustLink ?? []).filter((pair) => !together(pair));
        if (apart.length > 0) expect(proposed.map(({ why }) => why)).toContain("contradiction");
      }),
      { numRuns: 500 },
    );
  });

  it("never has a vetoed pair in a cluster that no person joined", () => {
    fc.assert(
      fc.property(world, (given) => {
        const clusters = clustersOf({ ...given, mustLink: [] }, POLICY);
        for (const veto of given.vetoes ?? []) {
          const [i, j] = endsOf(veto);
          expect(clusters.some((records) => records.includes(i) && records.includes(j))).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("finds persons whose records agree with each other and with nobody else", () => {
    const partition = fc.array(fc.nat(4), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(partition, fc.constantFrom(3, 20_000), (personOf, componentUnitsMax) => {
        const groups = [...Map.groupBy(personOf.keys(), (record) => personOf[record]).values()];
        const weights = groupsOf(groups, 15);
        expect(clustersOf({ records: personOf.length, weights }, { ...POLICY, componentUnitsMax })).toEqual(
          groups.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
        );
      }),
    );
  });

  it("proposes two clusters at most once, and never what it joined", () => {
    fc.assert(
      fc.property(world, anyPolicy, (given, policy) => {
        const { clusters, proposed } = resultOf(given, policy);
        const clusterAt = (record: number | undefined): number =>
          clusters.findIndex((records) => records.includes(record ?? -1));
        const pairs = proposed.map(({ pair: [i, j] }) => pairOf(clusterAt(i), clusterAt(j)));
        expect(new Set(pairs).size).toBe(pairs.length);
        for (const pair of pairs) expect(endsOf(pair)[0]).not.toBe(endsOf(pair)[1]);
      }),
    );
  });
});

describe("clusters are not connected components", () => {
  const persons = [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ];

  it("keeps two persons apart that one false edge would chain, and proposes the edge", () => {
    const weights = groupsOf(persons, 20).set(pairOf(3, 4), 22);
    const { clusters, proposed } = resultOf({ records: 8, weights });
    expect(clusters).toEqual(persons);
    expect(proposed).toEqual([expect.objectContaining({ pair: [3, 4], why: "bridge" })]);
  });

  it("keeps a chain of records apart that agree with their neighbours only", () => {
    const weights = groupsOf([[0], [1], [2], [3], [4]], 0);
    for (let record = 0; record < 4; record++) weights.set(pairOf(record, record + 1), 12);
    expect(Math.max(...clustersOf({ records: 5, weights }).map((records) => records.length))).toBe(1);
  });

  it("scores pairs that blocking never found: they speak against a merge like any other", () => {
    const weights = groupsOf(persons, 20);
    for (const i of [2, 3]) for (const j of [4, 5]) weights.set(pairOf(i, j), 20);
    const across = [...weights.keys()].filter((pair) => weights.get(pair) === STRANGERS);
    expect(clustersOf({ records: 8, weights, notBlocked: new Set(across) })).toEqual(persons);
  });

  it("puts the end of a bridge back on its own side", () => {
    // 3 and 4 are the strongest pair of all, so they merge first; then each person's other records gather.
    const weights = groupsOf(persons, 16).set(pairOf(3, 4), 40);
    expect(clustersOf({ records: 8, weights })).toEqual(persons);
  });

  it("attaches a record with errors where most of the cluster agrees with it", () => {
    const weights = groupsOf([[0, 1, 2, 3, 4]], 20)
      .set(pairOf(0, 4), -9)
      .set(pairOf(1, 4), 3);
    expect(clustersOf({ records: 5, weights })).toEqual([[0, 1, 2, 3, 4]]);
  });
});

describe("vetoes", () => {
  const person = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const weights = groupsOf([person], 20);
  const vetoes = new Set([pairOf(0, 9)]);

  it("stop a merge of two records, and it is proposed", () => {
    const pair = { records: 2, weights: groupsOf([[0, 1]], 30), vetoes: new Set(["0-1"]) };
    expect(resultOf(pair)).toMatchObject({ clusters: [[0], [1]], proposed: [{ pair: [0, 1], why: "vetoed" }] });
    expect(clustersOf(pair, { ...POLICY, vetoShareMax: 0.5 })).toEqual([[0], [1]]);
  });

  it("stop a merge of clusters by default, however many other pairs agree", () => {
    const clusters = clustersOf({ records: 10, weights, vetoes });
    expect(clusters.some((records) => records.includes(0) && records.includes(9))).toBe(false);
  });

  it("are noise where the share allowed is not reached", () => {
    const dirty = { ...POLICY, vetoShareMax: 0.25 };
    expect(clustersOf({ records: 10, weights, vetoes }, dirty)).toEqual([person]);
  });
});

describe("the leader margin", () => {
  const fits = (toFirst: number, toSecond: number): World => ({
    records: 3,
    weights: new Map([
      ["0-1", toFirst],
      ["0-2", toSecond],
    ]),
    vetoes: new Set(["1-2"]),
  });

  it("proposes a record that fits two about equally well, and joins it to neither", () => {
    const { clusters, proposed } = resultOf(fits(18, 16));
    expect(clusters).toEqual([[0], [1], [2]]);
    expect(proposed.map(({ pair, why }) => [pair, why])).toEqual([
      [[0, 1], "fits-two"],
      [[0, 2], "fits-two"],
    ]);
  });

  it("joins the better of two where it leads by the margin", () => {
    expect(clustersOf(fits(19, 16))).toEqual([[0, 1], [2]]);
  });

  it("does not ask where the two are one person anyway", () => {
    const weights = groupsOf([[0, 1, 2]], 18);
    expect(clustersOf({ records: 3, weights })).toEqual([[0, 1, 2]]);
  });
});

describe("what people decided", () => {
  it("holds whatever the weights: one against all evidence, two against all evidence", () => {
    const weights = groupsOf([[0, 1], [2], [3]], 30);
    const decided: World = { records: 4, weights, mustLink: [[2, 3]], cannotLink: [[0, 1]] };
    expect(resultOf(decided)).toMatchObject({ clusters: [[0], [1], [2, 3]], proposed: [] });
  });

  it("counts two that are said to be one as one cluster from the start: all of it is scored", () => {
    const weights = groupsOf([[0], [1], [2]], 0).set("0-2", 30);
    expect(clustersOf({ records: 3, weights, mustLink: [[0, 1]] })).toEqual([[0, 1, 2]]);
    weights.set("0-2", 12);
    expect(clustersOf({ records: 3, weights, mustLink: [[0, 1]] })).toEqual([[0, 1], [2]]);
  });

  it("leaves apart, and proposes, what is said to be one and, through others, two", () => {
    const decided: World = { records: 3, weights: new Map(), mustLink: [[0, 1], [1, 2]], cannotLink: [[0, 2]] }; // biome-ignore format: one world
    expect(resultOf(decided)).toMatchObject({
      clusters: [[0, 1], [2]],
      proposed: [{ why: "contradiction" }],
    });
  });
});

describe("limits and bad input", () => {
  it("holds a cluster to its greatest size and says so", () => {
    const weights = groupsOf([[0, 1, 2, 3, 4, 5, 6, 7]], 20);
    const { clusters, proposed } = resultOf({ records: 8, weights }, { ...POLICY, clusterRecordsMax: 4 });
    expect(clusters.map((records) => records.length)).toEqual([4, 4]);
    expect(proposed).toMatchObject([{ why: "too-large", weight: 20 }]);
  });

  it("keeps the strongest proposals of too many", () => {
    const weights = new Map([["0-1", 4], ["2-3", 8], ["4-5", 6]]); // biome-ignore format: a table
    const { proposed, stats } = resultOf({ records: 6, weights }, { ...POLICY, proposalsMax: 2 });
    expect(proposed.map(({ weight }) => weight)).toEqual([8, 6]);
    expect(stats.proposalsLeftOut).toBe(1);
  });

  it("ignores and counts edges that are none; a weight that is no number links nothing", () => {
    const clustering = clusterRecords(
      {
        records: 3,
        left: Int32Array.from([0, -1, 1, 7, 0]),
        right: Int32Array.from([0, 1, 2, 1, 2]),
        weight: Float64Array.from([30, 30, Number.NaN, 30, Number.POSITIVE_INFINITY]),
        weightOf: () => Number.NaN,
        isForbidden: () => false,
        orderOf: (record) => record,
        mustLink: [[0, 9]],
        cannotLink: [[-1, 1]],
      },
      POLICY,
    );
    expect(clustering.stats.edgesIgnored).toBe(4);
    expect([...clustering.clusterOf]).toEqual([0, 1, 0]);
    expect(clustering.proposals.every(({ weight }) => Number.isFinite(weight))).toBe(true);
  });

  it("answers for no records, and for no edges", () => {
    expect(clustersOf({ records: 0, weights: new Map() })).toEqual([]);
    expect(clustersOf({ records: 2, weights: new Map() })).toEqual([[0], [1]]);
  });
});
