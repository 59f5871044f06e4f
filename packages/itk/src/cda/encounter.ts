import { ADMITTED_VISIT, type EncounterStatement } from "@chesil/model";
import { codeAt } from "./concept.ts";
import type { DocumentType } from "./document-type.ts";
import { organisationAt, partyAt } from "./party.ts";
import { type Place, stated } from "./place.ts";
import { whenAt } from "./time.ts";

/** `componentOf/encompassingEncounter`: the visit, or the call, that the document is about. */
export function encounterOf(document: Place, type: DocumentType): EncounterStatement | undefined {
  const encounter = document.at("componentOf", "encompassingEncounter");
  if (encounter === undefined) return undefined;
  const visitNumber = visitNumberOf(encounter);
  if (visitNumber === undefined) {
    encounter.warn("ignored", "Nothing identifies the visit, so nothing is stated of it.");
    return undefined;
  }
  const time = encounter.at("effectiveTime");
  const dischargedAt = whenAt(time?.at("high"));
  return stated<EncounterStatement>({
    visitNumber,
    account: undefined,
    action: dischargedAt !== undefined || type.isOfPast ? "discharge" : "update",
    cancels: undefined,
    class: classOf(encounter) ?? type.visitClass,
    location: locationOf(encounter.at("location", "healthCareFacility")),
    pendingLocation: undefined,
    specialty: undefined,
    consultant: attendingIn(encounter) ?? partyAt(encounter.at("responsibleParty", "assignedEntity")),
    admissionMethod: undefined,
    admittedAt: whenAt(time?.at("low")) ?? whenAt(time?.at("center")) ?? whenAt(time),
    dischargedAt,
    expectedAt: undefined,
    dischargeDestination: codeAt(encounter.at("dischargeDispositionCode")),
    cleared: undefined,
  });
}

/** The number of the first id, else its root. What looks derived is somebody's own, and must not be taken for ours. */
function visitNumberOf(encounter: Place): string | undefined {
  const [number] = encounter.all("id").flatMap((id) => id.attribute("extension") ?? id.attribute("root") ?? []);
  return number?.startsWith(ADMITTED_VISIT) ? `encounter:${number}` : number;
}

/** HL7 v3 ActCode, and SNOMED CT as Transfer of Care uses it. */
const CLASSES: ReadonlyMap<string, EncounterStatement["class"]> = new Map([
  ["IMP", "inpatient"],
  ["AMB", "outpatient"],
  ["EMER", "emergency"],
  // Emergency department patient visit.
  ["4525004", "emergency"],
  // Hospital admission.
  ["32485007", "inpatient"],
]);

const classOf = (encounter: Place) => CLASSES.get(encounter.at("code")?.attribute("code") ?? "");

/** The place by its name, else what kind of place, else whose it is. Of an incident's address the patient's says enough. */
function locationOf(facility: Place | undefined): string | undefined {
  const code = facility?.at("code");
  return (
    facility?.at("location", "name")?.word() ??
    code?.attribute("displayName") ??
    organisationAt(facility?.at("serviceProviderOrganization"))?.display
  );
}

function attendingIn(encounter: Place): EncounterStatement["consultant"] {
  const participant = encounter.all("encounterParticipant").find((each) => each.attribute("typeCode") === "ATND");
  return partyAt(participant?.at("assignedEntity"));
}
