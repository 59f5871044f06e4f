/** Canonical addresses of UK Core (HL7 UK) and of the terminologies it binds to. */

const STRUCTURE = "https://fhir.hl7.org.uk/StructureDefinition";
const UK_CODES = "https://fhir.hl7.org.uk/CodeSystem";
const HL7_CODES = "http://terminology.hl7.org/CodeSystem";

export const PROFILE = {
  patient: `${STRUCTURE}/UKCore-Patient`,
  encounter: `${STRUCTURE}/UKCore-Encounter`,
} as const;

export const EXTENSION = {
  nhsNumberVerificationStatus: `${STRUCTURE}/Extension-UKCore-NHSNumberVerificationStatus`,
  ethnicCategory: `${STRUCTURE}/Extension-UKCore-EthnicCategory`,
  admissionMethod: `${STRUCTURE}/Extension-UKCore-AdmissionMethod`,
  /** Of FHIR itself: how good a match of `$match` is. */
  matchGrade: "http://hl7.org/fhir/StructureDefinition/match-grade",
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
} as const;
