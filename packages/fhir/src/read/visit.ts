import { ADMITTED_VISIT, type EncounterStatement } from "@chesil/model";
import { codeAt, codingOf, conceptAt, conceptText, periodAt } from "./datatypes.ts";
import type { Element } from "./element.ts";
import { partyAt } from "./references.ts";
import { stated } from "./stated.ts";

/** Encounter: a visit, a consultation, a call. */

type Class = EncounterStatement["class"];

/** HL7 v3 ActCode, and HL7 table 0004. */
const CLASSES: Readonly<Record<string, Class>> = {
  ...{ IMP: "inpatient", ACUTE: "inpatient", NONAC: "inpatient", I: "inpatient", EMER: "emergency", E: "emergency" },
  ...{ AMB: "outpatient", O: "outpatient", VR: "outpatient", HH: "outpatient", FLD: "outpatient" },
  ...{ PRENC: "preadmission", P: "preadmission", R: "recurring", B: "obstetrics", SS: "other", OBSENC: "other" },
};

/** What a status says happened. One that is over says by itself that it was; one that never began takes a plan away. */
const ACTIONS: Readonly<Record<string, Pick<EncounterStatement, "action" | "cancels">>> = {
  planned: { action: "plan" },
  arrived: { action: "admit" },
  triaged: { action: "admit" },
  "in-progress": { action: "admit" },
  onleave: { action: "leave" },
  finished: { action: "discharge" },
  cancelled: { action: "cancel", cancels: "plan" },
  "entered-in-error": { action: "delete" },
  unknown: { action: "update" },
};

/** What an Encounter says of its visit. */
export function visitSaid(resource: Element, visitNumber: string): EncounterStatement {
  const status = resource.text("status") ?? "unknown";
  const doing = Object.hasOwn(ACTIONS, status) ? ACTIONS[status] : undefined;
  if (doing === undefined) resource.flag("status", "bad-code", "It is no code of FHIR.");
  const { start, end } = periodAt(resource, "period");
  const isPlan = doing?.action === "plan";
  const stay = resource.at("hospitalization");
  return stated<EncounterStatement>({
    visitNumber,
    account: undefined,
    action: doing?.action ?? "update",
    cancels: doing?.cancels,
    class: classOf(resource),
    location: locationOf(resource),
    pendingLocation: undefined,
    specialty: wordsAt(resource, "serviceType"),
    consultant: consultantOf(resource),
    admissionMethod: codeAt(stay?.extension(/AdmissionMethod/), "valueCodeableConcept"),
    admittedAt: isPlan ? undefined : start,
    dischargedAt: doing?.action === "discharge" ? end : undefined,
    expectedAt: isPlan ? start : undefined,
    dischargeDestination: codeAt(stay, "dischargeDisposition"),
    cleared: undefined,
  });
}

/** A number that looks derived is somebody's own all the same, and must not be taken for one of ours. */
export const visitNumberOf = (number: string): string =>
  number.startsWith(ADMITTED_VISIT) ? `Encounter/${number}` : number;

function classOf(resource: Element): Class {
  const element = resource.at("class");
  const code = element && codingOf(element)?.code;
  if (code === undefined) return undefined;
  const meant = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined;
  if (meant === undefined && code !== "UNK") resource.flag("class", "bad-code", "The class is none that is known.");
  return meant;
}

/** Where the patient is, or was last. */
function locationOf(resource: Element): string | undefined {
  const places = resource.list("location");
  const place = places.find((each) => each.text("status") === "active") ?? places.at(-1);
  return partyAt(place, "location")?.display;
}

/** Who attends, else the first who takes part. */
function consultantOf(resource: Element): EncounterStatement["consultant"] {
  const participants = resource.list("participant");
  const attends = (each: Element) =>
    each.list("type").some((type) => type.list("coding").some((coding) => coding.text("code") === "ATND"));
  const [first] = participants;
  return partyAt(participants.find(attends) ?? first, "individual");
}

function wordsAt(resource: Element, name: string): string | undefined {
  const concept = conceptAt(resource, name);
  return concept && (conceptText(concept) || undefined);
}
