import type { EncounterStatement } from "@chesil/model";
import type { Message } from "../message/message.ts";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import { ENCOUNTER_ACTIONS, encounterClassOf, NO_VISIT_CLASS, PERSON_EVENTS } from "./codes.ts";
import { firstIn, type PatientGroup } from "./patient-groups.ts";
import { practitionerIn } from "./pid.ts";
import { textAt, type Warnings, wordAt } from "./statement.ts";

/** PV1 and PV2 to the encounter: what the event does to which visit. */

const ADMITTED_FIELD = 44;
const DISCHARGED_FIELD = 45;

/**
 * The statement of the message about a visit, or undefined when it makes none: no PV1, a person-level event whose PV1
 * names no visit, or nothing that identifies one (which is said in a warning).
 */
export function encounterSaid(
  message: Message,
  group: PatientGroup,
  trigger: string,
  warnings: Warnings,
): EncounterStatement | undefined {
  const pv1 = firstIn(group, "PV1");
  if (pv1 === undefined) return undefined;
  const action = actionOf(pv1, trigger);
  if (action === undefined) return undefined;
  const visitNumber = visitNumberOf(pv1, group.pid);
  if (visitNumber === undefined) {
    warnings.add("PV1-19", "ignored", "Nothing identifies the visit, so nothing is stated of it.");
    return undefined;
  }
  const occurredAt =
    action === "admit" || action === "discharge" ? timeIn(message.segment("EVN"), 6, warnings) : undefined;
  const expectedAt = action === "plan" ? timeIn(firstIn(group, "PV2"), 8, warnings) : undefined;
  const admittedAt =
    timeIn(pv1, ADMITTED_FIELD, warnings) ?? expectedAt ?? (action === "admit" ? occurredAt : undefined);
  const dischargedAt = timeIn(pv1, DISCHARGED_FIELD, warnings) ?? (action === "discharge" ? occurredAt : undefined);
  return present({
    visitNumber,
    action,
    class: classOf(pv1, trigger, warnings),
    location: locationText(currentLocation(pv1, trigger)),
    specialty: wordAt(pv1.field(10), 1),
    consultant: practitionerIn(pv1.field(7)) ?? practitionerIn(pv1.field(9)),
    admissionMethod: wordAt(pv1.field(4), 1),
    admittedAt,
    dischargedAt,
    dischargeDestination: wordAt(pv1.field(37), 1),
  });
}

/** A28, A31 and A40 are about the person; only a PV1 that names a visit and its class is more than a formality there. */
function actionOf(pv1: Segment, trigger: string): EncounterStatement["action"] | undefined {
  if (!PERSON_EVENTS.has(trigger)) return ENCOUNTER_ACTIONS.get(trigger);
  const patientClass = textAt(pv1.field(2), 1)?.toUpperCase();
  const isVisit = patientClass !== undefined && patientClass !== NO_VISIT_CLASS;
  return isVisit && wordAt(pv1.field(19), 1) !== undefined ? "update" : undefined;
}

/** PV1-19, else the time of admission, else the alternate visit id, else the account: what the sender can repeat. */
function visitNumberOf(pv1: Segment, pid: Segment): string | undefined {
  const number = wordAt(pv1.field(19), 1);
  if (number !== undefined) return number;
  const admitted = readTime(textAt(pv1.field(ADMITTED_FIELD), 1) ?? "");
  if (admitted !== undefined) return `admitted:${admitted.iso ?? admitted.date}`;
  const alternate = wordAt(pv1.field(50), 1);
  if (alternate !== undefined) return `alternate:${alternate}`;
  const account = wordAt(pid.field(18), 1);
  return account === undefined ? undefined : `account:${account}`;
}

/** PV1-2; where it is empty, A06 and A07 say by themselves what the patient became. */
function classOf(pv1: Segment, trigger: string, warnings: Warnings): EncounterStatement["class"] {
  const code = textAt(pv1.field(2), 1);
  if (code === undefined) return trigger === "A06" ? "inpatient" : trigger === "A07" ? "outpatient" : undefined;
  const meant = encounterClassOf(code);
  if (meant === undefined && code.toUpperCase() !== NO_VISIT_CLASS) {
    warnings.add("PV1-2", "bad-code", "The patient class is not one of table 0004.");
  }
  return meant;
}

/** Tracking events (A09, A10) put a place that is not a bed in PV1-11. */
function currentLocation(pv1: Segment, trigger: string): FieldView {
  const temporary = pv1.field(11);
  const isTracking = trigger === "A09" || trigger === "A10";
  return isTracking && locationText(temporary) !== undefined ? temporary : pv1.field(3);
}

/** `RenalWard, Bay 1, Bed 3, RCB55`: ward, room, bed and facility, as far as sent; senders differ in what stands where. */
function locationText(place: FieldView): string | undefined {
  const parts = [1, 2, 3, 4].map((component) => wordAt(place, component)).filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(", ") : wordAt(place, 9);
}

/** An instant in UTC, or a date where no time of day is given. */
function timeIn(segment: Segment | undefined, field: number, warnings: Warnings): string | undefined {
  const text = segment === undefined ? undefined : textAt(segment.field(field), 1);
  if (segment === undefined || text === undefined) return undefined;
  const time = readTime(text);
  if (time === undefined) warnings.add(`${segment.id}-${field}`, "bad-date", "The date or time can not be read.");
  return time === undefined ? undefined : (time.iso ?? time.date);
}

/** Only what is said: a key that is missing was not. */
function present(statement: { [Key in keyof EncounterStatement]: EncounterStatement[Key] | undefined }) {
  for (const key of Object.keys(statement) as (keyof EncounterStatement)[]) {
    if (statement[key] === undefined) delete statement[key];
  }
  return statement as EncounterStatement;
}
