import type { LinkRule, StoredRecord } from "@chesil/store";
import { isMatched, type WorkingSet } from "../working-set.ts";

/** What rules in force say of some records; a rule about a retired record is about its survivor. */
export type RulesAbout = {
  readonly pairs: readonly { readonly kind: LinkRule["kind"]; readonly one: number; readonly other: number }[];
  /** Whether a rule says of it what is not said of its equals: that it is somebody else, or both that and its contrary. */
  isApart(id: number): boolean;
  /** The unit of records that `same` rules make one, as a number; undefined: it is in none, or in one that contradicts itself. */
  unitOf(id: number): number | undefined;
};

/** Reads off the rules about the records: what they tie, and what they part. */
export function rulesAbout(set: WorkingSet, records: readonly StoredRecord[]): RulesAbout {
  const pairs: { kind: LinkRule["kind"]; one: number; other: number }[] = [];
  const endAt = (id: number) => {
    const record = set.record(id);
    return record && set.endOf(record).sourceRecordId;
  };
  for (const record of records.filter(isMatched)) {
    for (const alias of set.aliasesOf(record)) {
      for (const { kind, sourceRecordId, otherSourceRecordId } of set.rules.of(alias.sourceRecordId)) {
        const [one, other] = [endAt(sourceRecordId), endAt(otherSourceRecordId)];
        if (one !== undefined && other !== undefined) pairs.push({ kind, one, other });
      }
    }
  }
  const unitOf = unitsOf(pairs.filter(({ kind }) => kind === "same"));
  const different = pairs.filter(({ kind }) => kind === "different");
  const apart = new Set(different.flatMap(({ one, other }) => [one, other]));
  const contradictory = new Set<number | undefined>(
    different.flatMap(({ one, other }) => (unitOf.get(one) === unitOf.get(other) ? (unitOf.get(one) ?? []) : [])),
  );
  return {
    pairs,
    isApart: (id) => apart.has(id) || contradictory.has(unitOf.get(id)),
    unitOf(id) {
      const unit = unitOf.get(id);
      return contradictory.has(unit) ? undefined : unit;
    },
  };
}

/** Of each record the least id that the pairs lead to. */
function unitsOf(pairs: readonly { readonly one: number; readonly other: number }[]): ReadonlyMap<number, number> {
  const neighbours = new Map<number, number[]>();
  for (const { one, other } of pairs) {
    for (const [from, to] of [[one, other] as const, [other, one] as const]) {
      const known = neighbours.get(from);
      if (known) known.push(to);
      else neighbours.set(from, [to]);
    }
  }
  const unitOf = new Map<number, number>();
  for (const start of [...neighbours.keys()].sort((a, b) => a - b)) {
    if (unitOf.has(start)) continue;
    unitOf.set(start, start);
    // A list grows while it is walked.
    const reached = [start];
    for (const id of reached) {
      for (const other of neighbours.get(id) ?? []) {
        if (unitOf.has(other)) continue;
        unitOf.set(other, start);
        reached.push(other);
      }
    }
  }
  return unitOf;
}
