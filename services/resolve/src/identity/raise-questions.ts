import { nhsNumbersAreOne } from "@chesil/matching";
import type { ReviewTaskKind, StoredRecord } from "@chesil/store";
import type { Component } from "./component.ts";
import { orderOf, type Solution } from "./solve-component.ts";

/**
 * Two persons who may be one. They are named as persons are, by their oldest records, so that a question stays the same
 * whoever joins or leaves either.
 */
export type Raised = {
  readonly kind: ReviewTaskKind;
  readonly one: StoredRecord;
  readonly other: StoredRecord;
  /** The two records that say most that they are one. */
  readonly closest: readonly [StoredRecord, StoredRecord];
  readonly why: string;
};

/**
 * About one person so many questions are asked; the rest are less like it. A limit and no choice: beyond it, which of two
 * persons' questions stands hangs on who of them was decided last.
 */
const QUESTIONS_PER_PERSON_MAX = 20;

/** Why a question is asked that no guard and no number asks. */
const WHY: Readonly<Record<string, string>> = {
  weak: "weight-below-link",
  "fits-two": "two-persons",
  bridge: "bridge",
  "too-large": "too-large",
  contradiction: "contradicting-decisions",
};

/**
 * What a data manager is asked about a solution, the strongest evidence first. Nobody is asked about two people beyond
 * doubt, nor about what a rule has answered; but one NHS number on two people is asked about however little else speaks
 * for one.
 */
export function questionsOf({ problem, clustering }: Solution, { edges }: Component): Raised[] {
  const { records, placeOf } = problem;
  const clusterAt = (place: number) => clustering.clusterOf[place] ?? -1;
  const pairKey = (i: number, j: number) =>
    `${Math.min(clusterAt(i), clusterAt(j))} ${Math.max(clusterAt(i), clusterAt(j))}`;
  const answered = new Set(problem.cannotLink.map(([i, j]) => pairKey(i, j)));
  const oldest = new Map<number, StoredRecord>();
  for (const [place, record] of records.entries()) {
    const known = oldest.get(clusterAt(place));
    if (!known || record.sourceRecordId < known.sourceRecordId) oldest.set(clusterAt(place), record);
  }
  const asked = new Map<number, number>();
  const raised = new Map<string, Raised>();
  const raise = (i: number, j: number, reason: string | undefined): void => {
    const key = pairKey(i, j);
    if (clusterAt(i) === clusterAt(j) || answered.has(key) || raised.has(key)) return;
    const [a, b] = [problem.preparedAt(i), problem.preparedAt(j)];
    const [left, right] = [records[i], records[j]];
    const [one, other] = [oldest.get(clusterAt(i)), oldest.get(clusterAt(j))];
    if (!a || !b || !left || !right || !one || !other) return;
    const { veto, areTwo } = problem.judge(i, j);
    const isNumberShared = nhsNumbersAreOne(a, b);
    if (areTwo && !isNumberShared) return;
    const persons = [clusterAt(i), clusterAt(j)];
    if (persons.some((person) => (asked.get(person) ?? 0) >= QUESTIONS_PER_PERSON_MAX)) return;
    for (const person of persons) asked.set(person, (asked.get(person) ?? 0) + 1);
    const why = veto ?? (isNumberShared ? "nhs-number-of-another-person" : undefined);
    raised.set(key, {
      kind: kindOf(isNumberShared || veto === "different-nhs-numbers", reason),
      ...(one.sourceRecordId > other.sourceRecordId
        ? { one, other, closest: [left, right] }
        : { one: other, other: one, closest: [right, left] }),
      why: why ?? WHY[reason ?? ""] ?? "weight-below-link",
    });
  };
  for (const { left, right, why } of clustering.proposals) raise(left, right, why);
  const places = edges
    .map(({ left, right, weight }) => ({ i: placeOf.get(left) ?? -1, j: placeOf.get(right) ?? -1, weight }))
    .filter(({ i, j }) => {
      const [a, b] = [problem.preparedAt(i), problem.preparedAt(j)];
      return a && b && nhsNumbersAreOne(a, b);
    });
  const textOf = (i: number, j: number) =>
    [records[i], records[j]]
      .map((record) => (record ? orderOf(record) : ""))
      .sort()
      .join(" ");
  places.sort((x, y) => y.weight - x.weight || (textOf(x.i, x.j) < textOf(y.i, y.j) ? -1 : 1));
  for (const { i, j } of places) raise(i, j, undefined);
  return [...raised.values()];
}

function kindOf(isNumber: boolean, reason: string | undefined): ReviewTaskKind {
  if (isNumber) return "number-conflict";
  return reason === "fits-two" ? "fits-two" : "possible-match";
}
