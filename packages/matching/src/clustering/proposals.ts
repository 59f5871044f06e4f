import type { ClusteringInput, ClusteringLimits } from "./cluster.ts";
import { crossLinkage, isVetoed, type Linkage, meanWeight, type PairEvidence } from "./linkage.ts";
import type { ContentOrder } from "./order.ts";

/** Why two clusters were not merged although something says that they may be one. */
export const PROPOSAL_REASONS = {
  "fits-two": "Fits two clusters about equally well that do not fit each other.",
  vetoed: "A guard forbids to link them without a person.",
  weak: "The evidence as a whole is too little to link and too much to ignore.",
  bridge: "One pair of records links, but their other records as a whole speak against it.",
  "too-large": "Together they would have more records than a person can have.",
  contradiction: "People said of these records, through others, both that they are one and that they are two.",
} as const;
export type ProposalReason = keyof typeof PROPOSAL_REASONS;

/** Two clusters, by their strongest pair of records, with the mean match weight over all pairs between them (bits). */
export type Proposal = {
  readonly left: number;
  readonly right: number;
  readonly weight: number;
  readonly why: ProposalReason;
};

/** What was noticed while clustering: it says why, where the finished clusters alone would not. */
export type Noticed = { readonly left: number; readonly right: number; readonly why: ProposalReason };

type Found = {
  readonly clusterOf: Int32Array;
  readonly clusters: number;
  readonly noticed: readonly Noticed[];
  /** The edges to look at: those from `reviewWeightMin`. */
  readonly edges: Int32Array;
};

/** So many pairs of clusters are looked at; a set holds little more. */
const LOOKED_AT_MAX = 4_000_000;

/** What to show a person, given the finished clusters: each two clusters at most once. */
export function proposalsOf(
  input: ClusteringInput,
  { clusterOf, clusters, noticed, edges }: Found,
  evidence: PairEvidence,
  order: ContentOrder,
): { readonly proposals: readonly Proposal[]; readonly leftOut: number } {
  const { limits } = evidence;
  const membersOf = memberLists(clusterOf, clusters);
  const lookedAt = new Set<number>();
  const proposals: Proposal[] = [];
  for (const { left, right, why } of noticed) propose(left, right, why);
  const asked = strongestFirst(input, edges, clusterOf, order);
  let next = 0;
  while (next < asked.length && proposals.length < limits.proposalsMax && lookedAt.size < LOOKED_AT_MAX) {
    const edge = asked[next++] ?? 0;
    propose(input.left[edge] ?? 0, input.right[edge] ?? 0);
  }
  const kept = inOrder(proposals, order).slice(0, limits.proposalsMax);
  return { proposals: kept, leftOut: asked.length - next + proposals.length - kept.length };

  function propose(left: number, right: number, known?: ProposalReason): void {
    const [a, b] = [clusterOf[left] ?? -1, clusterOf[right] ?? -1];
    const key = Math.min(a, b) * clusters + Math.max(a, b);
    if (a === b || lookedAt.has(key)) return;
    lookedAt.add(key);
    const linkage = linkageOf(order.sort(membersOf(a)), order.sort(membersOf(b)));
    const why = linkage.barred && known !== "contradiction" ? undefined : (known ?? reasonOf(linkage, limits));
    if (why) proposals.push({ left: linkage.bestLeft, right: linkage.bestRight, weight: meanWeight(linkage), why });
  }

  /** From the cluster that comes first by content: the sums are then the same to the last digit. */
  function linkageOf(a: readonly number[], b: readonly number[]): Linkage {
    return order.isForward(a[0] ?? 0, b[0] ?? 0) ? crossLinkage(a, b, evidence) : crossLinkage(b, a, evidence);
  }
}

function memberLists(clusterOf: Int32Array, clusters: number): (cluster: number) => Int32Array {
  const start = new Int32Array(clusters + 1);
  for (const cluster of clusterOf) start[cluster + 1] = (start[cluster + 1] ?? 0) + 1;
  for (let cluster = 0; cluster < clusters; cluster++)
    start[cluster + 1] = (start[cluster + 1] ?? 0) + (start[cluster] ?? 0);
  const next = start.slice();
  const members = new Int32Array(clusterOf.length);
  for (const [record, cluster] of clusterOf.entries()) {
    const at = next[cluster] ?? 0;
    members[at] = record;
    next[cluster] = at + 1;
  }
  return (cluster) => members.subarray(start[cluster], start[cluster + 1]);
}

function strongestFirst(
  input: ClusteringInput,
  edges: Int32Array,
  clusterOf: Int32Array,
  order: ContentOrder,
): Int32Array {
  const { left, right, weight } = input;
  const ends = (edge: number): number[] => order.sort([left[edge] ?? 0, right[edge] ?? 0]);
  const byContent = (a: number, b: number): number => {
    const [[a1 = 0, a2 = 0], [b1 = 0, b2 = 0]] = [ends(a), ends(b)];
    return a1 === b1 ? order.compare(a2, b2) : order.compare(a1, b1);
  };
  return edges
    .filter((edge) => clusterOf[left[edge] ?? 0] !== clusterOf[right[edge] ?? 0])
    .sort((a, b) => (weight[b] ?? 0) - (weight[a] ?? 0) || byContent(a, b));
}

const inOrder = (proposals: readonly Proposal[], order: ContentOrder): Proposal[] =>
  proposals.toSorted((a, b) => b.weight - a.weight || order.compare(a.left, b.left) || order.compare(a.right, b.right));

/** Why a person should see these two clusters, or undefined where it would waste their time. */
function reasonOf(linkage: Linkage, limits: ClusteringLimits): ProposalReason | undefined {
  if (linkage.barred) return undefined;
  const isVeto = isVetoed(linkage, limits);
  if (meanWeight(linkage) >= limits.reviewWeightMin) return isVeto ? "vetoed" : "weak";
  return linkage.bestWeight >= limits.linkWeightMin && !isVeto ? "bridge" : undefined;
}
