import type { Element } from "./element.ts";
import { flagFacts, riskFacts } from "./fact/alert.ts";
import { allergyFacts } from "./fact/allergy.ts";
import { appointmentFacts } from "./fact/appointment.ts";
import { carePackageFacts } from "./fact/care-package.ts";
import { conditionFacts } from "./fact/condition.ts";
import { documentFacts } from "./fact/document.ts";
import { immunisationFacts } from "./fact/immunisation.ts";
import { medicationDispenseFacts, medicationRequestFacts, medicationStatementFacts } from "./fact/medication.ts";
import { measurementFacts } from "./fact/observation.ts";
import { procedureFacts } from "./fact/procedure.ts";
import type { ReadFact } from "./fact/read-fact.ts";
import { referralFacts } from "./fact/referral.ts";
import { registrationFacts } from "./fact/registration.ts";
import { relationshipFacts } from "./fact/relationship.ts";
import { resultFacts } from "./fact/result.ts";

/** What a reader of one resource may ask of the rest of the Bundle. */
export interface Surroundings {
  /** Whether a resource is about the same patient. */
  readonly isPatients: (other: Element) => boolean;
  /** The key of the fact that a resource becomes which a Reference means. */
  readonly keyOf: (reference: Element) => string | undefined;
}

type FactReader = (resource: Element, surroundings: Surroundings) => ReadFact[];

/** The resources that state facts of a patient. */
export const FACT_READERS: Readonly<Record<string, FactReader>> = {
  AllergyIntolerance: allergyFacts,
  Appointment: appointmentFacts,
  CarePlan: carePackageFacts,
  Condition: conditionFacts,
  DiagnosticReport: (resource, { isPatients }) => resultFacts(resource, isPatients),
  DocumentReference: (resource, { keyOf }) => documentFacts(resource, keyOf),
  EpisodeOfCare: registrationFacts,
  Flag: flagFacts,
  Immunization: immunisationFacts,
  MedicationDispense: medicationDispenseFacts,
  MedicationRequest: medicationRequestFacts,
  MedicationStatement: medicationStatementFacts,
  Observation: measurementFacts,
  Procedure: procedureFacts,
  ReferralRequest: referralFacts,
  RelatedPerson: relationshipFacts,
  RiskAssessment: riskFacts,
  ServiceRequest: referralFacts,
};

/** What others refer to, what only groups others, and what is about the sending: it states nothing by itself. */
const SUPPORTING = new Set(
  (
    "Organization Practitioner PractitionerRole Location HealthcareService Device CareTeam Medication Binary Specimen " +
    "Composition List MessageHeader OperationOutcome Provenance Slot Schedule"
  ).split(" "),
);

export const isSupporting = (type: string): boolean => SUPPORTING.has(type);

/** Where a resource says whom it is about; most say `subject`. */
const PATIENT_ELEMENT = new Set("AllergyIntolerance EpisodeOfCare Immunization RelatedPerson Coverage".split(" "));

/** The References by which a resource may name its patient: of an appointment all who take part. */
export function patientReferences(resource: Element): Element[] {
  if (resource.type === "Appointment") return resource.list("participant").flatMap((each) => each.at("actor") ?? []);
  const names = PATIENT_ELEMENT.has(resource.type) ? ["patient", "subject"] : ["subject", "patient"];
  const reference = names.map((name) => resource.at(name)).find((each) => each !== undefined);
  return reference ? [reference] : [];
}
