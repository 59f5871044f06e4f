/** Canonical addresses of UK Core (HL7 UK) and of the terminologies it binds to. */

const STRUCTURE = "https://fhir.hl7.org.uk/StructureDefinition";
const UK_CODES = "https://fhir.hl7.org.uk/CodeSystem";
const R4 = "http://hl7.org/fhir/StructureDefinition";
const HL7_CODES = "http://terminology.hl7.org/CodeSystem";

/** UK Core's, and R4's own where UK Core has none of the type. */
export const PROFILE = {
  allergyIntolerance: `${STRUCTURE}/UKCore-AllergyIntolerance`,
  appointment: `${STRUCTURE}/UKCore-Appointment`,
  auditEvent: `${STRUCTURE}/UKCore-AuditEvent`,
  basic: `${R4}/Basic`,
  binary: `${R4}/Binary`,
  carePlan: `${STRUCTURE}/UKCore-CarePlan`,
  condition: `${STRUCTURE}/UKCore-Condition`,
  coverage: `${R4}/Coverage`,
  diagnosticReport: `${STRUCTURE}/UKCore-DiagnosticReport`,
  documentReference: `${STRUCTURE}/UKCore-DocumentReference`,
  encounter: `${STRUCTURE}/UKCore-Encounter`,
  episodeOfCare: `${STRUCTURE}/UKCore-EpisodeOfCare`,
  flag: `${STRUCTURE}/UKCore-Flag`,
  immunization: `${STRUCTURE}/UKCore-Immunization`,
  location: `${STRUCTURE}/UKCore-Location`,
  medicationStatement: `${STRUCTURE}/UKCore-MedicationStatement`,
  observation: `${STRUCTURE}/UKCore-Observation`,
  organization: `${STRUCTURE}/UKCore-Organization`,
  patient: `${STRUCTURE}/UKCore-Patient`,
  practitioner: `${STRUCTURE}/UKCore-Practitioner`,
  procedure: `${STRUCTURE}/UKCore-Procedure`,
  provenance: `${STRUCTURE}/UKCore-Provenance`,
  relatedPerson: `${STRUCTURE}/UKCore-RelatedPerson`,
  serviceRequest: `${STRUCTURE}/UKCore-ServiceRequest`,
} as const;

export const EXTENSION = {
  nhsNumberVerificationStatus: `${STRUCTURE}/Extension-UKCore-NHSNumberVerificationStatus`,
  ethnicCategory: `${STRUCTURE}/Extension-UKCore-EthnicCategory`,
  admissionMethod: `${STRUCTURE}/Extension-UKCore-AdmissionMethod`,
  deathNotificationStatus: `${STRUCTURE}/Extension-UKCore-DeathNotificationStatus`,
  /** Of FHIR itself: how good a match of `$match` is. */
  matchGrade: `${R4}/match-grade`,
  dataAbsentReason: `${R4}/data-absent-reason`,
  flagPriority: `${R4}/flag-priority`,
  assertedDate: `${R4}/condition-assertedDate`,
  reportReplaces: `${R4}/diagnosticReport-replaces`,
  reportAddendumOf: `${R4}/diagnosticReport-addendumOf`,
  /** Chesil's own: when a referral came in; the value of a local fact, and what a fact without a type is about. */
  receivedAt: "urn:chesil:extension:received-at",
  value: "urn:chesil:extension:value",
  about: "urn:chesil:extension:about",
} as const;

export const IDENTIFIER_SYSTEM = {
  nhsNumber: "https://fhir.nhs.uk/Id/nhs-number",
  odsOrganization: "https://fhir.nhs.uk/Id/ods-organization-code",
  gmp: "https://fhir.hl7.org.uk/Id/gmp-number",
  gmc: "https://fhir.hl7.org.uk/Id/gmc-number",
  consultant: "https://fhir.hl7.org.uk/Id/consultant-code",
} as const;

export const CODE_SYSTEM = {
  nhsNumberVerificationStatus: `${UK_CODES}/UKCore-NHSNumberVerificationStatusEngland`,
  ethnicCategory: `${UK_CODES}/UKCore-EthnicCategoryEngland`,
  maritalStatusEngland: `${UK_CODES}/UKCore-PersonMaritalStatusEngland`,
  admissionMethod: `${UK_CODES}/UKCore-AdmissionMethodEngland`,
  dischargeDestination: `${UK_CODES}/UKCore-DischargeDestinationEngland`,
  maritalStatus: `${HL7_CODES}/v3-MaritalStatus`,
  actCode: `${HL7_CODES}/v3-ActCode`,
  nullFlavor: `${HL7_CODES}/v3-NullFlavor`,
  participationType: `${HL7_CODES}/v3-ParticipationType`,
  identifierType: `${HL7_CODES}/v2-0203`,
  patientClass: `${HL7_CODES}/v2-0004`,
  language: "urn:ietf:bcp:47",
  deathNotificationStatus: `${UK_CODES}/UKCore-DeathNotificationStatus`,
  medicationStatementCategory: `${UK_CODES}/UKCore-MedicationStatementCategory`,
  allergyClinical: `${HL7_CODES}/allergyintolerance-clinical`,
  allergyVerification: `${HL7_CODES}/allergyintolerance-verification`,
  conditionCategory: `${HL7_CODES}/condition-category`,
  conditionClinical: `${HL7_CODES}/condition-clinical`,
  conditionVerification: `${HL7_CODES}/condition-ver-status`,
  dataAbsentReason: `${HL7_CODES}/data-absent-reason`,
  diagnosisType: `${HL7_CODES}/v2-0052`,
  diagnosticService: `${HL7_CODES}/v2-0074`,
  confidentiality: `${HL7_CODES}/v3-Confidentiality`,
  flagCategory: `${HL7_CODES}/flag-category`,
  flagPriority: "http://hl7.org/fhir/flag-priority-code",
  interpretation: `${HL7_CODES}/v3-ObservationInterpretation`,
  observationCategory: `${HL7_CODES}/observation-category`,
  provenanceParticipant: `${HL7_CODES}/provenance-participant-type`,
  auditEventType: `${HL7_CODES}/audit-event-type`,
  auditEntityType: `${HL7_CODES}/audit-entity-type`,
  objectRole: `${HL7_CODES}/object-role`,
  restfulInteraction: "http://hl7.org/fhir/restful-interaction",
  dicom: "http://dicom.nema.org/resources/ontology/DCM",
  ucum: "http://unitsofmeasure.org",
  loinc: "http://loinc.org",
  /** Chesil's own: what became of a fact; kinds that FHIR has no type for; acts that are audited. */
  factState: "urn:chesil:fact-state",
  factKind: "urn:chesil:fact-kind",
  auditAction: "urn:chesil:audit-action",
} as const;
