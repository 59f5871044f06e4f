import type { EncounterAction, EncounterField, EncounterHappening, EncounterStatement } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import { encounterClassOf, NO_VISIT_CLASS } from "./codes.ts";
import type { MappingContext } from "./context.ts";
import { type CodeSet, standardCode } from "./dialect.ts";
import type { AdtEvent } from "./events.ts";
import { firstIn, type PatientGroup } from "./patient-groups.ts";
import { practitionerIn } from "./pid.ts";
import { isNullAt, textAt, type Warnings, wordAt } from "./statement.ts";
import { visitNumberOf } from "./visit-number.ts";

/** PV1 and PV2 to the encounter: what the event does to which visit. */

/** What is done to a visit, and for a cancel what did not happen. */
type Doing = { readonly action: EncounterAction; readonly cancels: EncounterHappening | undefined };

/**
 * What a patient's part of the message says of a visit, or undefined when it says nothing: no PV1, one that is a
 * formality, or nothing that identifies the visit (which is said in a warning).
 */
export function encounterSaid(
  group: PatientGroup,
  visit: AdtEvent["visit"],
  trigger: string,
  context: MappingContext,
): EncounterStatement | undefined {
  const { warnings } = context;
  const pv1 = firstIn(group, "PV1");
  const doing = pv1 === undefined ? undefined : doingOf(pv1, visit, context);
  if (pv1 === undefined || doing === undefined) return undefined;
  const visitNumber = visitNumberOf(pv1, group.pid);
  if (visitNumber === undefined) {
    warnings.add("PV1-19", "ignored", "Nothing identifies the visit, so nothing is stated of it.");
    return undefined;
  }
  const said = present({
    visitNumber,
    account: wordAt(group.pid.field(18), 1),
    ...doing,
    class: classOf(pv1, trigger, context),
    location: locationText(currentLocation(pv1, doing)),
    pendingLocation: doing.action === "plan-transfer" ? locationText(pv1.field(42)) : undefined,
    specialty: codeAt(pv1, 10, "specialty", context),
    consultant: practitionerIn(pv1.field(7)) ?? practitionerIn(pv1.field(9)),
    admissionMethod: codeAt(pv1, 4, "admissionMethod", context),
    ...timesOf(pv1, group, doing.action, context),
    dischargeDestination: codeAt(pv1, 37, "dischargeDestination", context),
  });
  const cleared = clearedIn(pv1, group, doing).filter((field) => said[field] === undefined);
  return cleared.length > 0 ? { ...said, cleared } : said;
}

/** The fields that hold `""`: the sender deletes them. */
function clearedIn(pv1: Segment, group: PatientGroup, doing: Doing): EncounterField[] {
  const places: Readonly<Partial<Record<EncounterField, FieldView>>> = {
    account: group.pid.field(18),
    class: pv1.field(2),
    location: currentLocation(pv1, doing),
    pendingLocation: pv1.field(42),
    specialty: pv1.field(10),
    consultant: pv1.field(7),
    admissionMethod: pv1.field(4),
    admittedAt: pv1.field(44),
    dischargedAt: pv1.field(45),
    dischargeDestination: pv1.field(37),
  };
  const fields = Object.keys(places) as EncounterField[];
  const cleared = fields.filter((field) => places[field] !== undefined && isNullAt(places[field], 1));
  return isExpectationCleared(firstIn(group, "PV2"), doing.action) ? [...cleared, "expectedAt"] : cleared;
}

/** PV2-8 is of a planned admission, PV2-9 of a planned discharge; what plans neither must not speak of the other. */
function isExpectationCleared(pv2: Segment | undefined, action: EncounterAction): boolean {
  if (pv2 === undefined) return false;
  const [admission, discharge] = [pv2.field(8), pv2.field(9)];
  if (action === "plan") return isNullAt(admission, 1);
  if (action === "plan-discharge") return isNullAt(discharge, 1);
  const isNull = isNullAt(admission, 1) || isNullAt(discharge, 1);
  return isNull && textAt(admission, 1) === undefined && textAt(discharge, 1) === undefined;
}

/** Where PV1 is only mentioned, one that names no visit and no class of visit (N: there is none) is a formality. */
function doingOf(pv1: Segment, visit: AdtEvent["visit"], context: MappingContext): Doing | undefined {
  if (visit === "none") return undefined;
  if (visit === "mentioned") {
    const patientClass = classCode(pv1, context);
    const isVisit = patientClass !== undefined && patientClass !== NO_VISIT_CLASS;
    return isVisit && wordAt(pv1.field(19), 1) !== undefined ? { action: "update", cancels: undefined } : undefined;
  }
  if (!isCancel(visit)) return { action: visit, cancels: undefined };
  return { action: "cancel", cancels: visit.slice("cancel ".length) as EncounterHappening };
}

function isCancel(visit: AdtEvent["visit"]): visit is `cancel ${EncounterHappening}` {
  return visit.startsWith("cancel ");
}

/** PV1-44 and PV1-45; where an admission or a discharge does not give its own, EVN-6, which is when it happened. */
function timesOf(pv1: Segment, group: PatientGroup, action: EncounterAction, { message, warnings }: MappingContext) {
  const evn = message.segment("EVN");
  const happenedAt = action === "admit" || action === "discharge" ? timeIn(evn, 6, warnings) : undefined;
  return {
    admittedAt: timeIn(pv1, 44, warnings) ?? (action === "admit" ? happenedAt : undefined),
    dischargedAt: timeIn(pv1, 45, warnings) ?? (action === "discharge" ? happenedAt : undefined),
    expectedAt: expectedAt(evn, firstIn(group, "PV2"), action, warnings),
  };
}

/** When what is planned is expected: PV2-8 for an admission, PV2-9 for a discharge; else, and for a transfer, EVN-3. */
function expectedAt(
  evn: Segment | undefined,
  pv2: Segment | undefined,
  action: EncounterAction,
  warnings: Warnings,
): string | undefined {
  switch (action) {
    case "plan":
      return timeIn(pv2, 8, warnings) ?? timeIn(evn, 3, warnings);
    case "plan-discharge":
      return timeIn(pv2, 9, warnings) ?? timeIn(evn, 3, warnings);
    case "plan-transfer":
      return timeIn(evn, 3, warnings);
    default:
      return undefined;
  }
}

/** PV1-2; where it is empty, A06 and A07 say by themselves what the patient became. */
function classOf(pv1: Segment, trigger: string, context: MappingContext): EncounterStatement["class"] {
  const code = classCode(pv1, context);
  if (code === undefined) return trigger === "A06" ? "inpatient" : trigger === "A07" ? "outpatient" : undefined;
  const meant = encounterClassOf(code);
  if (meant === undefined && code !== NO_VISIT_CLASS) {
    context.warnings.add("PV1-2", "bad-code", "The patient class is not one of table 0004.");
  }
  return meant;
}

function classCode(pv1: Segment, { feed }: MappingContext): string | undefined {
  const sent = textAt(pv1.field(2), 1);
  return sent === undefined ? undefined : standardCode(feed, "patientClass", sent).toUpperCase();
}

export function codeAt(pv1: Segment, field: number, set: CodeSet, { feed }: MappingContext): string | undefined {
  const sent = wordAt(pv1.field(field), 1);
  return sent === undefined ? undefined : standardCode(feed, set, sent);
}

/** Tracking events (A09, A10, A32, A33) put a place that is not a bed in PV1-11. */
function currentLocation(pv1: Segment, { action, cancels }: Doing): FieldView {
  const temporary = pv1.field(11);
  const isTracking = [action, cancels].some((each) => each === "depart" || each === "arrive");
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
