import type * as model from "@chesil/model";
import type { Observation } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { absentConcept } from "../data-absent.ts";
import type { CodeableConcept, Reference } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { CODE_SYSTEM, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { valuesOf } from "./observed-value.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** Observation: one thing measured, counted, seen or concluded, of a report or alone. */

/** What the report says of each of its observations. */
export type Reported = {
  readonly category?: readonly CodeableConcept[] | undefined;
  readonly collectedAt?: string | undefined;
  readonly reportedAt?: string | undefined;
  readonly performer?: Reference | undefined;
};

/** HL7 table 0078, the codes that mean the same in FHIR's list. */
const INTERPRETATIONS: ReadonlyMap<string, string> = new Map([
  ["L", "Low"],
  ["H", "High"],
  ["LL", "Critical low"],
  ["HH", "Critical high"],
  ["N", "Normal"],
  ["A", "Abnormal"],
  ["AA", "Critical abnormal"],
  ["U", "Significant change up"],
  ["D", "Significant change down"],
  ["B", "Better"],
  ["W", "Worse"],
  ["S", "Susceptible"],
  ["R", "Resistant"],
  ["I", "Intermediate"],
  ["POS", "Positive"],
  ["NEG", "Negative"],
  ["IND", "Indeterminate"],
  ["<", "Off scale low"],
  [">", "Off scale high"],
]);

export function measurementOf(source: SourceOf<"measurement">): Observation {
  return observationOf(source, source.content.observation, {}, String(source.factId));
}

/** `id` is the resource's: of a report's observations each has its own. */
export function observationOf(
  source: Telling["source"],
  observed: model.Observation,
  reported: Reported,
  id: string,
): Observation {
  const telling = new Telling(source);
  const observation: Omit<Observation, "text"> = {
    resourceType: "Observation",
    ...telling.head(PROFILE.observation, id),
    status: statusOf(source, observed),
    category: reported.category && [...reported.category],
    code: telling.requiredConcept("Test", observed.code),
    subject: telling.patient,
    encounter: telling.encounter,
    effectiveDateTime: telling.when("Observed", readable(observed.observedAt) ?? reported.collectedAt),
    issued: instantOf(reported.reportedAt),
    performer: reported.performer && [reported.performer],
    ...valueIn(observed, telling),
    interpretation: observed.flags?.flatMap((flag) => interpretationOf(flag) ?? []),
    referenceRange: rangeOf(observed, telling),
  };
  telling.text("Flags", observed.flags?.join(", "));
  telling.text("Status", observation.status);
  telling.notesOf(observed.notes);
  return withoutEmpty<Observation>({
    ...observation,
    note: telling.annotations,
    text: telling.narrative(wordsOf(observed.code) ?? "Observation", true),
  });
}

/** An instant, which has a time of day; FHIR's `issued` takes nothing less. */
export function instantOf(text: string | undefined): string | undefined {
  const at = fhirDateTime(text);
  return at?.includes("T") ? at : undefined;
}

function statusOf({ state }: Telling["source"], { status }: model.Observation): Observation["status"] {
  if (state === "retracted") return "entered-in-error";
  return state === "current" ? status : "unknown";
}

/** obs-6, obs-7: a value, or several as components without one, or why there is none. */
function valueIn(observed: model.Observation, telling: Telling): Partial<Observation> {
  const [value, ...more] = valuesOf(observed, telling.source.authority);
  telling.text("Value", [readable(observed.value), readable(observed.units)].filter((each) => each).join(" "));
  if (value === undefined) return { dataAbsentReason: absentConcept("unknown") };
  if (more.length === 0) return value;
  const code = telling.requiredConcept("", observed.code);
  return { component: [value, ...more].map((each) => ({ code, ...each })) };
}

function rangeOf({ referenceRange }: model.Observation, telling: Telling): Observation["referenceRange"] {
  const text = telling.text("Reference range", referenceRange);
  return text === undefined ? undefined : [{ text }];
}

function interpretationOf(flag: string): CodeableConcept | undefined {
  const text = readable(flag);
  if (text === undefined) return undefined;
  const display = INTERPRETATIONS.get(text.toUpperCase());
  return display === undefined
    ? { text }
    : { coding: [{ system: CODE_SYSTEM.interpretation, code: text.toUpperCase(), display }] };
}
