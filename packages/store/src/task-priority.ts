import type { ReviewTaskKind } from "./review-write.ts";

/**
 * How bad it is while a question of the kind waits (0 to 1), and what is wrong meanwhile if the answer is yes: `join`, one
 * patient's record stands in two parts; `part`, two patients are shown as one, which is worse; `either`: it may be both. With
 * the hours that it may wait where the configuration does not say.
 */
const KIND_RISKS: Readonly<
  Record<ReviewTaskKind, { readonly risk: number; readonly asks: "join" | "part" | "either"; readonly hours: number }>
> = {
  "possible-overlay": { risk: 1, asks: "part", hours: 4 },
  "number-conflict": { risk: 0.9, asks: "either", hours: 24 },
  "link-check": { risk: 0.8, asks: "part", hours: 24 },
  "merge-conflict": { risk: 0.7, asks: "join", hours: 24 },
  "link-conflict": { risk: 0.7, asks: "join", hours: 24 },
  "fits-two": { risk: 0.5, asks: "join", hours: 48 },
  "possible-match": { risk: 0.4, asks: "join", hours: 120 },
  "data-quality": { risk: 0.1, asks: "either", hours: 336 },
};

export const REVIEW_TASK_KINDS = Object.keys(KIND_RISKS) as ReviewTaskKind[];

/** Hours in which a task of each kind is to be decided. */
export type ServiceLevels = Readonly<Record<ReviewTaskKind, number>>;

export const SERVICE_LEVELS_DEFAULT = Object.fromEntries(
  REVIEW_TASK_KINDS.map((kind) => [kind, KIND_RISKS[kind].hours]),
) as ServiceLevels;

const HOUR_MS = 3_600_000;
const SIGNS = { join: 1, part: -1, either: 0 } as const;
/** 2 to this is as good as certain, and no power overflows. */
const WEIGHT_MAX = 100;
const SHARES = { risk: 50, harm: 20, age: 30 } as const;

/**
 * How urgent a task is, 0 to 100: half of it the risk of its kind, a fifth the probability that what is shown meanwhile is
 * wrong (1 / (1 + 2^-weight) that the two are one patient, or that they are not, by what the kind asks; a half where there is
 * no weight), and the rest its age against the service level, whole once it is overdue.
 *
 * @param task.weight log2 of the odds that both are one patient.
 */
export function taskPriority(
  task: { readonly kind: ReviewTaskKind; readonly weight: number | null; readonly openedAt: Date },
  levels: ServiceLevels,
  now: Date,
): number {
  const { risk, asks } = KIND_RISKS[task.kind];
  const weight = Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, task.weight ?? 0));
  const harm = 1 / (1 + 2 ** (-SIGNS[asks] * weight));
  const age = (now.getTime() - task.openedAt.getTime()) / (levels[task.kind] * HOUR_MS);
  return SHARES.risk * risk + SHARES.harm * harm + SHARES.age * Math.max(0, Math.min(1, age));
}

/** When a task is overdue from. */
export function taskDueAt(
  task: { readonly kind: ReviewTaskKind; readonly openedAt: Date },
  levels: ServiceLevels,
): Date {
  return new Date(task.openedAt.getTime() + levels[task.kind] * HOUR_MS);
}

/** The kinds as a table `k (kind, risk, sign, level)`, for the expressions below; its four arrays from `kindColumns`. */
export const kindTable = (first: number) =>
  `unnest($${first}::text[], $${first + 1}::float8[], $${first + 2}::float8[], $${first + 3}::float8[]) as k (kind, risk, sign, hours)`;

export function kindColumns(levels: ServiceLevels): readonly [string[], number[], number[], number[]] {
  const kinds = REVIEW_TASK_KINDS;
  return [
    kinds,
    kinds.map((kind) => KIND_RISKS[kind].risk),
    kinds.map((kind) => SIGNS[KIND_RISKS[kind].asks]),
    kinds.map((kind) => levels[kind]),
  ];
}

/** `taskPriority` of a task `t` and its kind `k`. */
export const prioritySql = (now: string) =>
  `(${SHARES.risk} * k.risk
    + ${SHARES.harm} / (1 + power(2::float8, -k.sign * greatest(-${WEIGHT_MAX}, least(${WEIGHT_MAX}, coalesce(t.weight, 0)::float8))))
    + ${SHARES.age} * greatest(0, least(1, extract(epoch from ${now} - t.opened_at)::float8 / 3600 / k.hours)))`;

/** Whether a task `t` of kind `k` is overdue. */
export const overdueSql = (now: string) => `(t.opened_at + k.hours * interval '1 hour' < ${now})`;
