import type { Trained } from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import type { Linked } from "./link.ts";
import { misfitOf } from "./misfit.ts";

/** What should be known of a run before its result is trusted: the gravest first, of many of one kind a few. */
export function warningsOf(linked: Linked, plan: InputPlan): string[] {
  return [...notCompared(linked), ...misfitWarnings(linked, plan), ...trainingWarnings(linked.trained?.warnings ?? [])];
}

/** What a reader would take for compared and was not. */
function notCompared(linked: Linked): string[] {
  const { blocking, batch, model, clustering } = linked;
  const { stats } = clustering;
  const dropped = Math.max(0, ...blocking.map(({ droppedPairs }) => droppedPairs));
  const told: string[] = [];
  const isDated = model.comparisons.some(({ name }) => name === "birthDate");
  if (blocking.length === 0 && batch.records.length > 1)
    told.push("No blocking rule suits these records, as all state the same: nothing was compared.");
  if (!isDated && model.guards.includes("birth-date-missing"))
    told.push(
      "No column holds dates of birth: people do not link without one, and every likely pair is left to a person.",
    );
  if (stats.edgesUnsolved > 0)
    told.push(`${stats.edgesUnsolved} likely pairs stand in too large a knot to be put together.`);
  if (stats.proposalsLeftOut > 0) told.push(`${stats.proposalsLeftOut} weaker pairs to look at are left out.`);
  if (dropped > 0)
    told.push(
      `Up to ${dropped} pairs share only what too many share (a placeholder, a home of hundreds): not compared.`,
    );
  return told;
}

function misfitWarnings(linked: Linked, plan: InputPlan): string[] {
  const { unstated, uncompared } = misfitOf(linked, plan);
  return [
    ...(unstated.length > 0 ? [`the model compares what no record states: ${unstated.join(", ")}.`] : []),
    ...(uncompared.length > 0 ? [`records state what the model does not compare: ${uncompared.join(", ")}.`] : []),
  ];
}

type TrainingWarning = Trained["warnings"][number];

/** The gravest first: those that may make all weights wrong, then those that touch one comparison, then one level. */
const GRAVEST_FIRST = {
  "no-pairs": true,
  "lambda-at-a-bound": true,
  "agreement-against-a-match": true,
  "more-matches-than-expected": true,
  "lambda-far-from-rules": true,
  "one-pass": true,
  "not-converged": true,
  "never-estimated": true,
  "never-agrees": true,
  constant: true,
  "mostly-missing": true,
  "no-matches-found": true,
  "weights-not-in-order": true,
  "level-never-seen": true,
  "level-rarely-seen": true,
} satisfies Record<TrainingWarning["kind"], true>;

/** What makes the weights doubtful, the gravest first; of many of one kind the first, and which comparisons else. */
export function trainingWarnings(warnings: readonly TrainingWarning[]): string[] {
  const byKind = Map.groupBy(warnings, ({ kind }) => kind);
  return (Object.keys(GRAVEST_FIRST) as TrainingWarning["kind"][]).flatMap((kind) => {
    const [first, ...others] = byKind.get(kind) ?? [];
    if (first === undefined) return [];
    if (others.length === 0) return [first.message];
    const names = [...new Set(others.flatMap(({ comparison }) => comparison ?? []))];
    return [`${first.message} And ${others.length} more like it${names.length > 0 ? `: ${names.join(", ")}` : ""}.`];
  });
}
