import { agglomerate, type Component, type ComponentEdge, type Parked } from "./agglomerate.ts";
import type { ClusteringInput, ClusteringLimits } from "./cluster.ts";
import { type Components, componentsOf } from "./components.ts";
import { addPair, joins, noLinkage, type PairEvidence, pairEvidence } from "./linkage.ts";
import type { ContentOrder } from "./order.ts";
import { refine } from "./refine.ts";
import { type UnionFind, unionFind } from "./union-find.ts";

type Problem = {
  readonly input: ClusteringInput;
  readonly limits: ClusteringLimits;
  /** What is one so far. Solving joins more. */
  readonly groups: UnionFind;
  readonly barred: ReadonlyMap<number, ReadonlySet<number>>;
  readonly order: ContentOrder;
  /** The edges at link weight. */
  readonly strong: Int32Array;
};

type Solved = {
  readonly parked: readonly Parked[];
  readonly scored: number;
  readonly componentRecordsMax: number;
  readonly edgesUnsolved: number;
};

/** Solves each component over the strong edges alone; most are one pair of records, which needs no machinery. */
export function solveComponents(problem: Problem): Solved {
  const { input, limits, groups, barred, order } = problem;
  // A record's place by content within its component.
  const place = new Int32Array(input.records);
  const evidence = pairEvidence(input, limits, barred, (i, j) => (place[i] ?? 0) <= (place[j] ?? 0));
  const components = componentsOf(input.records, groups, input, problem.strong);
  const parked: Parked[] = [];
  let componentRecordsMax = 0;
  let edgesUnsolved = 0;
  for (let index = 0; index < components.count; index++) {
    const { records, edges } = componentAt(components, index);
    componentRecordsMax = Math.max(componentRecordsMax, records.length);
    if (records.length === 2) {
      solvePair(problem, edges, evidence);
      continue;
    }
    if (isUnanimous(problem, records, edges, evidence)) {
      for (const record of records) groups.union(records[0] ?? record, record);
      continue;
    }
    const sorted = order.sort(records);
    for (const [at, record] of sorted.entries()) place[record] = at;
    const rest = solveStrongestFirst({ problem, place, evidence, parked }, sorted, edges);
    edgesUnsolved += rest;
  }
  return { parked, scored: evidence.scored, componentRecordsMax, edgesUnsolved };
}

const componentAt = (components: Components, index: number) => ({
  records: components.records.subarray(components.recordStart[index], components.recordStart[index + 1]),
  edges: components.edges.subarray(components.edgeStart[index], components.edgeStart[index + 1]),
});

function solvePair({ input, limits, groups }: Problem, edges: Int32Array, evidence: PairEvidence): void {
  const [left, right] = [input.left[edges[0] ?? 0] ?? 0, input.right[edges[0] ?? 0] ?? 0];
  const weight = edges.reduce((best, edge) => Math.max(best, input.weight[edge] ?? 0), Number.NEGATIVE_INFINITY);
  if (joins(addPair(noLinkage(), left, right, weight, evidence), limits)) groups.union(left, right);
}

/** So many records at most are tested for unanimity: larger ones hardly ever are. */
const UNANIMOUS_RECORDS_MAX = 64;

/**
 * Whether every pair of the records is an edge at link weight and nothing forbids it. All merges are then clear, and
 * agglomeration would end in this one cluster: most components of clean data are such.
 */
function isUnanimous(
  { input, limits }: Problem,
  records: Int32Array,
  edges: Int32Array,
  evidence: PairEvidence,
): boolean {
  const pairs = (records.length * (records.length - 1)) / 2;
  if (edges.length < pairs || records.length > Math.min(UNANIMOUS_RECORDS_MAX, limits.clusterRecordsMax)) return false;
  const found = new Set<number>();
  for (const edge of edges) {
    const [left, right] = [input.left[edge] ?? 0, input.right[edge] ?? 0];
    if (evidence.isForbidden(left, right) || evidence.isBarred(left, right)) return false;
    found.add(Math.min(left, right) * input.records + Math.max(left, right));
  }
  return found.size === pairs;
}

type Solving = {
  readonly problem: Problem;
  readonly place: Int32Array;
  readonly evidence: PairEvidence;
  readonly parked: Parked[];
};

/** Rounds of taking apart; each shrinks the component, or it ends. */
const ROUNDS_MAX = 8;

/**
 * A component beyond `componentUnitsMax` is taken apart at its weakest edges into pieces that are not; each piece is
 * solved and its clusters are units from then on, until what is left fits. Returns how many edges nobody could look
 * at, where the units stay too many: the clusters then stand as they are.
 */
function solveStrongestFirst(solving: Solving, records: readonly number[], edges: Int32Array): number {
  const { input, groups, limits } = solving.problem;
  const groupAt = (record: number | undefined): number => groups.find(record ?? 0);
  const unitsOf = (): number => new Set(records.map(groupAt)).size;
  let open = edges;
  let units = unitsOf();
  for (let round = 0; units > limits.componentUnitsMax; round++) {
    const pieceOf = takeApart(solving, records, open);
    const edgesByPiece = Map.groupBy(open, (edge) => pieceOf(input.left[edge] ?? 0));
    for (const [piece, members] of Map.groupBy(records, pieceOf)) {
      const inside = (edgesByPiece.get(piece) ?? []).filter((edge) => pieceOf(input.right[edge] ?? 0) === piece);
      if (inside.length > 0) solveOne(solving, members, inside);
    }
    open = open.filter((edge) => groupAt(input.left[edge]) !== groupAt(input.right[edge]));
    const after = unitsOf();
    if (after === units || round === ROUNDS_MAX) {
      return open.filter((edge) => pieceOf(input.left[edge] ?? 0) !== pieceOf(input.right[edge] ?? 0)).length;
    }
    units = after;
  }
  solveOne(solving, records, open);
  return 0;
}

/** Joins units along the edges, strongest first, wherever the piece stays within the limit: the piece of a record. */
function takeApart(
  { problem: { input, groups, limits }, place }: Solving,
  records: readonly number[],
  edges: Int32Array,
): (record: number) => number {
  const { left, right, weight } = input;
  const at = (record: number | undefined): number => place[record ?? 0] ?? 0;
  const pieces = unionFind(records.length);
  for (const record of records) pieces.union(at(record), at(groups.find(record)));
  const units = new Int32Array(records.length);
  for (const group of new Set(records.map((record) => groups.find(record)))) {
    const piece = pieces.find(at(group));
    units[piece] = (units[piece] ?? 0) + 1;
  }
  const ends = (edge: number): readonly [number, number] => {
    const [a, b] = [at(left[edge]), at(right[edge])];
    return a <= b ? [a, b] : [b, a];
  };
  const byContent = (a: number, b: number): number => ends(a)[0] - ends(b)[0] || ends(a)[1] - ends(b)[1];
  for (const edge of edges.toSorted((a, b) => (weight[b] ?? 0) - (weight[a] ?? 0) || byContent(a, b))) {
    const [a, b] = [pieces.find(at(left[edge])), pieces.find(at(right[edge]))];
    const together = (units[a] ?? 0) + (units[b] ?? 0);
    if (a === b || together > limits.componentUnitsMax) continue;
    pieces.union(a, b);
    units[pieces.find(a)] = together;
  }
  return (record) => pieces.find(at(record));
}

/**
 * Solves one component, or piece of one, and joins what it found in `groups`. A move can leave others alone, or make
 * two clusters fit: then what stands is looked at once more.
 */
function solveOne(solving: Solving, records: readonly number[], edges: Iterable<number>): void {
  const { problem, evidence, parked } = solving;
  const join = (clusters: Iterable<readonly number[]>): void => {
    for (const cluster of clusters) for (const record of cluster) problem.groups.union(cluster[0] ?? record, record);
  };
  const component = componentOf(solving, records, edges);
  let found = agglomerate(component, evidence);
  const refined = refine(component, found.clusters, evidence);
  join(refined ?? found.clusters);
  if (refined) {
    found = agglomerate(componentOf(solving, records, edges), evidence);
    join(found.clusters);
  }
  parked.push(...found.parked);
}

function componentOf({ problem, place }: Solving, records: readonly number[], edges: Iterable<number>): Component {
  const { groups, input } = problem;
  const unitOfGroup = new Map<number, number>();
  const units: number[][] = [];
  for (const record of records) {
    const group = groups.find(record);
    const unit = unitOfGroup.get(group) ?? units.length;
    if (unit === units.length) units.push([]);
    unitOfGroup.set(group, unit);
    units[unit]?.push(record);
  }
  const between: ComponentEdge[] = [];
  for (const edge of edges) {
    const [a, b, weight] = [input.left[edge] ?? 0, input.right[edge] ?? 0, input.weight[edge] ?? 0];
    const [left, right] = (place[a] ?? 0) <= (place[b] ?? 0) ? [a, b] : [b, a];
    const [leftUnit, rightUnit] = [unitOfGroup.get(groups.find(left)) ?? 0, unitOfGroup.get(groups.find(right)) ?? 0];
    if (leftUnit !== rightUnit) between.push({ leftUnit, rightUnit, left, right, weight });
  }
  // In one order whatever the input's: what is scored on demand, and when, follows from it.
  between.sort((a, b) => a.leftUnit - b.leftUnit || a.rightUnit - b.rightUnit || b.weight - a.weight);
  return { units, edges: between };
}
