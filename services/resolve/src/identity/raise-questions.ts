import { nhsNumbersAreOne } from "@chesil/matching";
import type { ReviewTaskKind, StoredRecord } from "@chesil/store";
import type { Component } from "./component.ts";
import { orderOf } from "./representatives.ts";
import type { Solution } from "./solve-component.ts";
import type { Wording } from "./wording.ts";

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
export function questionsOf(solution: Solution, { edges }: Component): Raised[] {
  const { problem, clustering, oldestOf } = solution;
  const { records } = problem;
  const clusterAt = (place: number) => clustering.clusterOf[place] ?? -1;
  const pairKey = (i: number, j: number) =>
    `${Math.min(clusterAt(i), clusterAt(j))} ${Math.max(clusterAt(i), clusterAt(j))}`;
  const answered = new Set(problem.cannotLink.map(([i, j]) => pairKey(i, j)));
  const asked = new Map<number, number>();
  const raised = new Map<string, Raised>();
  const raise = (i: number, j: number, reason: string | undefined): void => {
    const key = pairKey(i, j);
    if (clusterAt(i) === clusterAt(j) || answered.has(key) || raised.has(key)) return;
    const [a, b] = [problem.preparedAt(i), problem.preparedAt(j)];
    const [left, right] = [records[i], records[j]];
    const [one, other] = [oldestOf.get(clusterAt(i)), oldestOf.get(clusterAt(j))];
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
  const shared = edges.filter(({ left, right }) => nhsNumbersAreOne(left.prepared, right.prepared));
  const places = shared.flatMap(({ left, right, weight }) =>
    firstOfEach(solution, left).flatMap((i) => firstOfEach(solution, right).map((j) => ({ i, j, weight }))),
  );
  const textOf = (i: number, j: number) =>
    [records[i], records[j]]
      .map((record) => (record ? orderOf(record) : ""))
      .sort()
      .join(" ");
  places.sort((x, y) => y.weight - x.weight || (textOf(x.i, x.j) < textOf(y.i, y.j) ? -1 : 1));
  for (const { i, j } of places) raise(i, j, undefined);
  return [...raised.values()];
}

/** Of each cluster in which somebody says it, the first record by its own id: of two persons one question is asked. */
function firstOfEach({ problem, clustering }: Solution, wording: Wording): number[] {
  const order = (place: number) => orderOf(problem.records[place] as StoredRecord);
  const first = new Map<number, number>();
  for (const place of problem.placesOf.get(wording) ?? []) {
    const cluster = clustering.clusterOf[place] ?? -1;
    const known = first.get(cluster);
    if (known === undefined || order(place) < order(known)) first.set(cluster, place);
  }
  return [...first.values()];
}

function kindOf(isNumber: boolean, reason: string | undefined): ReviewTaskKind {
  if (isNumber) return "number-conflict";
  return reason === "fits-two" ? "fits-two" : "possible-match";
}
