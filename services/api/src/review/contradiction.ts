import type { LinkRule } from "@chesil/store";

/** A rule between two records, or one that somebody is about to lay down. */
export type Rule = Pick<LinkRule, "kind" | "sourceRecordId" | "otherSourceRecordId">;

/**
 * The way by which rules would say of two records both that they are one patient and that they are two: a chain of `same`
 * from the first to the last, which are `different`. Null where they agree. A shortest one, of several the one found first
 * by the order of the rules.
 *
 * `proposed` come on top of `standing`, and where they speak of the very pair that a standing rule is about they take its
 * place: whoever decides anew about two records changes their mind, and contradicts nobody. Rules of a record with itself
 * say nothing.
 */
export function contradictionOf(standing: readonly Rule[], proposed: readonly Rule[]): number[] | null {
  const decided = new Set(proposed.map(pairOf));
  const rules = [...standing.filter((rule) => !decided.has(pairOf(rule))), ...proposed].filter(
    (rule) => rule.sourceRecordId !== rule.otherSourceRecordId,
  );
  const chains = new Map<number, number[]>();
  for (const { kind, sourceRecordId: one, otherSourceRecordId: other } of rules) {
    if (kind !== "same") continue;
    chains.set(one, [...(chains.get(one) ?? []), other]);
    chains.set(other, [...(chains.get(other) ?? []), one]);
  }
  const paths = rules.flatMap((rule) => {
    if (rule.kind !== "different") return [];
    const path = shortestPath(chains, rule.sourceRecordId, rule.otherSourceRecordId);
    return path ? [path] : [];
  });
  return paths.reduce<number[] | null>((best, path) => (best && best.length <= path.length ? best : path), null);
}

/** From one record to another over the chains; undefined when none leads there. */
function shortestPath(chains: ReadonlyMap<number, readonly number[]>, from: number, to: number): number[] | undefined {
  const cameFrom = new Map<number, number | null>([[from, null]]);
  const waiting = [from];
  for (let next = 0; next < waiting.length && !cameFrom.has(to); next++) {
    const here = waiting[next] as number;
    for (const there of chains.get(here) ?? []) {
      if (cameFrom.has(there)) continue;
      cameFrom.set(there, here);
      waiting.push(there);
    }
  }
  if (!cameFrom.has(to)) return undefined;
  const path: number[] = [];
  for (let at: number | null = to; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
  return path;
}

const pairOf = ({ sourceRecordId: one, otherSourceRecordId: other }: Rule) =>
  `${Math.min(one, other)} ${Math.max(one, other)}`;
