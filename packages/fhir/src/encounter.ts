import { ADMITTED_VISIT, type EncounterStatus, type Movement, type Party } from "@chesil/model";
import { ADMISSION_METHOD, concept, DISCHARGE_DESTINATION, IDENTIFIER_TYPE } from "./code-list.ts";
import type { Coding, Identifier } from "./datatypes.ts";
import { fhirPeriod } from "./date-time.ts";
import { locationsOf } from "./encounter-location.ts";
import { visitSystem } from "./identifier-system.ts";
import { partyReference } from "./party-reference.ts";
import { metaOf, patientReference, type Version } from "./patient.ts";
import type { Encounter } from "./resources.ts";
import { CODE_SYSTEM, EXTENSION, PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

export type EncounterSource = {
  readonly encounterId: number;
  /** Whose it is now: the person of the source record it hangs on. */
  readonly personId: string;
  readonly authority: string;
  readonly visitNumber: string;
  readonly status: EncounterStatus;
  readonly class: string | null;
  readonly location: string | null;
  readonly pendingLocation: string | null;
  /** Null where they may not be told. */
  readonly movements: readonly Movement[] | null;
  /** The person died. */
  readonly isOfDead: boolean;
  readonly specialty: string | null;
  readonly consultant: Party | null;
  readonly admissionMethod: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  readonly dischargeDestination: string | null;
  readonly version: Version;
};

const STATUS = {
  planned: "planned",
  "in-progress": "in-progress",
  "on-leave": "onleave",
  finished: "finished",
  cancelled: "cancelled",
  deleted: "entered-in-error",
} as const satisfies Record<EncounterStatus, Encounter["status"]>;

/** HL7 v3's classes where one means the same; the v2 table's own where none does (the binding is extensible). */
const CLASS: ReadonlyMap<string, Coding> = new Map([
  ["inpatient", { system: CODE_SYSTEM.actCode, code: "IMP", display: "inpatient encounter" }],
  ["outpatient", { system: CODE_SYSTEM.actCode, code: "AMB", display: "ambulatory" }],
  ["emergency", { system: CODE_SYSTEM.actCode, code: "EMER", display: "emergency" }],
  ["preadmission", { system: CODE_SYSTEM.actCode, code: "PRENC", display: "pre-admission" }],
  ["recurring", { system: CODE_SYSTEM.patientClass, code: "R", display: "Recurring patient" }],
  ["obstetrics", { system: CODE_SYSTEM.patientClass, code: "B", display: "Obstetrics" }],
]);
const CLASS_UNKNOWN: Coding = { system: CODE_SYSTEM.nullFlavor, code: "UNK", display: "unknown" };

/** A visit as a UK Core Encounter. */
export function encounterOf(source: EncounterSource): Encounter {
  const consultant = partyReference(source.consultant, "Practitioner", source.authority);
  const admissionMethod = concept(ADMISSION_METHOD, source.admissionMethod);
  const specialty = readable(source.specialty);
  return withoutEmpty<Encounter>({
    resourceType: "Encounter",
    id: String(source.encounterId),
    meta: metaOf(source.version, PROFILE.encounter),
    identifier: visitIdentifier(source),
    status: STATUS[source.status],
    class: CLASS.get(source.class ?? "") ?? CLASS_UNKNOWN,
    // Senders mix treatment functions, main specialties and words of their own: as text it is what they said.
    serviceType: specialty ? { text: specialty } : undefined,
    subject: patientReference(source.personId),
    participant: consultant && [{ type: [{ coding: [ATTENDER] }], individual: consultant }],
    period: fhirPeriod(source.admittedAt, source.dischargedAt),
    hospitalization: {
      extension: admissionMethod && [{ url: EXTENSION.admissionMethod, valueCodeableConcept: admissionMethod }],
      dischargeDisposition: concept(DISCHARGE_DESTINATION, source.dischargeDestination),
    },
    location: locationsOf(source),
  });
}

const ATTENDER: Coding = { system: CODE_SYSTEM.participationType, code: "ATND", display: "attender" };

function visitIdentifier(source: EncounterSource): Identifier[] | undefined {
  const value = readable(source.visitNumber);
  // What was derived to tell visits apart is nobody's number.
  if (value === undefined || value.startsWith(ADMITTED_VISIT)) return undefined;
  const authority = readable(source.authority);
  return [
    {
      type: concept(IDENTIFIER_TYPE, "VN"),
      system: authority && visitSystem(source.authority),
      value,
      assigner: authority ? { display: authority } : undefined,
    },
  ];
}
