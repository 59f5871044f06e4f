import type { SupportedType } from "@chesil/fhir";

/**
 * Of the elements of R4's resources: those that no answer leaves out, because the resource must have them or because they
 * change what the rest means (a retraction, an end of validity), and those that a summary has besides.
 */
type Elements = { readonly always: readonly string[]; readonly summary: readonly string[] };

const list = (words: string): readonly string[] => words.split(" ").filter(Boolean);
const elements = (always: string, summary: string): Elements => ({ always: list(always), summary: list(summary) });

/** `onset[x]` stands for every type it may have. */
export const ELEMENTS: Readonly<Record<SupportedType, Elements>> = {
  Patient: elements("active deceased[x] link", "identifier name telecom gender birthDate address managingOrganization"),
  Encounter: elements(
    "status class",
    "identifier type serviceType priority subject episodeOfCare participant appointment reasonCode reasonReference diagnosis",
  ),
  AllergyIntolerance: elements(
    "clinicalStatus verificationStatus patient",
    "identifier type category criticality code asserter",
  ),
  Flag: elements("status code subject", "identifier category period encounter author"),
  Condition: elements(
    "clinicalStatus verificationStatus subject",
    "identifier code bodySite encounter onset[x] recordedDate recorder asserter",
  ),
  Procedure: elements(
    "status subject",
    "identifier basedOn partOf statusReason category code encounter performed[x] recorder asserter performer location reasonCode reasonReference bodySite outcome",
  ),
  DocumentReference: elements(
    "status content",
    "masterIdentifier identifier docStatus type category subject date author relatesTo description securityLabel context",
  ),
  DiagnosticReport: elements(
    "status code",
    "identifier category subject encounter effective[x] issued performer resultsInterpreter media",
  ),
  Observation: elements(
    "status code",
    "identifier basedOn partOf subject focus encounter effective[x] issued performer value[x] hasMember derivedFrom component",
  ),
  ServiceRequest: elements(
    "status intent subject doNotPerform",
    "identifier basedOn replaces requisition category priority code orderDetail quantity[x] encounter occurrence[x] asNeeded[x] authoredOn requester performerType performer locationCode locationReference reasonCode reasonReference specimen bodySite patientInstruction",
  ),
  MedicationStatement: elements("status medication[x] subject", "identifier category effective[x] dateAsserted"),
  RelatedPerson: elements("active patient", "identifier relationship name telecom gender birthDate address"),
  CarePlan: elements(
    "status intent subject",
    "identifier basedOn replaces partOf category title description encounter period created author careTeam addresses",
  ),
  Immunization: elements("status vaccineCode patient occurrence[x]", "primarySource isSubpotent"),
  Appointment: elements(
    "status participant",
    "identifier cancelationReason serviceCategory serviceType specialty appointmentType reasonCode start end",
  ),
  EpisodeOfCare: elements("status patient", "type diagnosis managingOrganization period"),
  Coverage: elements(
    "status beneficiary payor",
    "identifier type policyHolder subscriber subscriberId period class order network",
  ),
  Basic: elements("code", "identifier subject created author"),
  Organization: elements("active", "identifier type name"),
  Practitioner: elements("active", "identifier name telecom address gender birthDate"),
  Location: elements(
    "status",
    "identifier operationalStatus name description mode type physicalType managingOrganization",
  ),
  Provenance: elements("target recorded agent", "entity"),
  AuditEvent: elements("type recorded agent source", "subtype action outcome outcomeDesc purposeOfEvent"),
};
