import type { Component, FoundCluster } from "./agglomerate.ts";
import { crossLinkage, joins, type PairEvidence } from "./linkage.ts";

/** Each move raises the total evidence, so moving ends; this only bounds how long it may take. */
const ROUNDS_MAX = 4;

/**
 * Looks again at each unit of a finished clustering. A merge is decided on what is known at that moment: where one
 * false edge is stronger than the true ones, its two ends merge first and would stay together, away from the persons
 * they belong to. So a unit moves to another cluster that it fits, where that raises the evidence within clusters (the
 * sum of clipped excesses) by the leader margin. It is local search on the objective of correlation clustering.
 *
 * A unit that its cluster speaks against but that fits nowhere else stays: in dirty data it is the record with most
 * errors. Letting those go cost 2 % of recall on historical figures and won .05 % of precision. Undefined where
 * nothing moves.
 */
export function refine(
  component: Component,
  found: readonly FoundCluster[],
  evidence: PairEvidence,
): readonly FoundCluster[] | undefined {
  const clusters = found.map((records) => new Set(records));
  const clusterOf = new Map<number, number>();
  for (const [cluster, records] of clusters.entries()) for (const record of records) clusterOf.set(record, cluster);
  const { limits } = evidence;
  const neighbours = neighboursOf(component);
  let moves = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = moves;
    for (const [unit, records] of component.units.entries()) if (relocate(unit, records)) moves++;
    if (moves === before) break;
  }
  if (moves === 0) return undefined;
  return clusters.filter((records) => records.size > 0).map((records) => [...records]);

  function relocate(unit: number, records: readonly number[]): boolean {
    const from = clusterAt(records[0]);
    const elsewhere = new Set((neighbours[unit] ?? []).map((other) => clusterAt(component.units[other]?.[0])));
    elsewhere.delete(from);
    const home = clusters[from];
    if (elsewhere.size === 0 || home === undefined || home.size === records.length) return false;
    const rest = [...home].filter((record) => !records.includes(record));
    const needed = crossLinkage(records, rest, evidence).excess + limits.marginWeightMin;
    const to = bestOf(elsewhere, records, needed);
    if (to === undefined) return false;
    for (const record of records) {
      home.delete(record);
      clusters[to]?.add(record);
      clusterOf.set(record, to);
    }
    return true;
  }

  function clusterAt(record: number | undefined): number {
    return clusterOf.get(record ?? -1) ?? -1;
  }

  /** The cluster with the most evidence for these records, above what is needed. */
  function bestOf(candidates: ReadonlySet<number>, records: readonly number[], needed: number): number | undefined {
    let best: number | undefined;
    let most = needed;
    for (const cluster of candidates) {
      const members = clusters[cluster];
      if (members === undefined || members.size + records.length > limits.clusterRecordsMax) continue;
      // Even if every pair agreed fully, would it be enough?
      if (members.size * records.length * limits.weightForMax <= most) continue;
      const linkage = crossLinkage(records, [...members], evidence);
      if (linkage.excess <= most || !joins(linkage, limits)) continue;
      best = cluster;
      most = linkage.excess;
    }
    return best;
  }
}

function neighboursOf({ units, edges }: Component): number[][] {
  const neighbours = units.map((): number[] => []);
  for (const { leftUnit, rightUnit } of edges) {
    neighbours[leftUnit]?.push(rightUnit);
    neighbours[rightUnit]?.push(leftUnit);
  }
  return neighbours;
}
