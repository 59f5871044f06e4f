import type {
  AllergyIntolerance,
  Appointment,
  AuditEvent,
  Basic,
  Binary,
  CarePlan,
  Condition,
  Coverage,
  DiagnosticReport,
  DocumentReference,
  EpisodeOfCare,
  Flag,
  Immunization,
  Location,
  MedicationStatement,
  Observation,
  Organization,
  Practitioner,
  Procedure,
  Provenance,
  RelatedPerson,
  ServiceRequest,
} from "./clinical-resources.ts";
import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  Extension,
  HumanName,
  Identifier,
  Meta,
  Period,
  Reference,
} from "./datatypes.ts";

/** The FHIR R4 resources that Chesil produces, with the elements it fills. */

export type Patient = {
  resourceType: "Patient";
  id: string;
  meta: Meta;
  extension?: Extension[] | undefined;
  identifier?: Identifier[] | undefined;
  active: boolean;
  name?: HumanName[] | undefined;
  telecom?: ContactPoint[] | undefined;
  gender?: "male" | "female" | "other" | "unknown" | undefined;
  birthDate?: string | undefined;
  deceasedBoolean?: boolean | undefined;
  deceasedDateTime?: string | undefined;
  address?: Address[] | undefined;
  maritalStatus?: CodeableConcept | undefined;
  communication?: { language: CodeableConcept }[] | undefined;
  generalPractitioner?: Reference[] | undefined;
  link?: { other: Reference; type: "replaced-by" | "replaces" | "refer" | "seealso" }[] | undefined;
};

export type Encounter = {
  resourceType: "Encounter";
  id: string;
  meta: Meta;
  identifier?: Identifier[] | undefined;
  status: "planned" | "in-progress" | "onleave" | "entered-in-error" | "finished" | "cancelled";
  class: Coding;
  serviceType?: CodeableConcept | undefined;
  subject: Reference;
  participant?: { type?: CodeableConcept[] | undefined; individual: Reference }[] | undefined;
  period?: Period | undefined;
  hospitalization?:
    | { extension?: Extension[] | undefined; dischargeDisposition?: CodeableConcept | undefined }
    | undefined;
  location?:
    | {
        location: Reference;
        status?: "planned" | "active" | "reserved" | "completed" | undefined;
        period?: Period | undefined;
      }[]
    | undefined;
};

/** Whatever a read or a search can give. */
export type Resource =
  | Patient
  | Encounter
  | AllergyIntolerance
  | Appointment
  | AuditEvent
  | Basic
  | Binary
  | CarePlan
  | Condition
  | Coverage
  | DiagnosticReport
  | DocumentReference
  | EpisodeOfCare
  | Flag
  | Immunization
  | Location
  | MedicationStatement
  | Observation
  | Organization
  | Practitioner
  | Procedure
  | Provenance
  | RelatedPerson
  | ServiceRequest;

export type OperationOutcome = {
  resourceType: "OperationOutcome";
  issue: {
    severity: "fatal" | "error" | "warning" | "information";
    code: string;
    diagnostics?: string | undefined;
    expression?: string[] | undefined;
  }[];
};

export type Bundle = {
  resourceType: "Bundle";
  type: "searchset";
  total?: number | undefined;
  link?: { relation: "self" | "next"; url: string }[] | undefined;
  entry?:
    | {
        fullUrl?: string | undefined;
        resource: Resource | OperationOutcome;
        search: {
          mode: "match" | "include" | "outcome";
          score?: number | undefined;
          extension?: Extension[] | undefined;
        };
      }[]
    | undefined;
};

/** What an operation answers that is no other resource. */
export type Parameters = {
  resourceType: "Parameters";
  parameter?: ({ name: string } & ({ valueIdentifier: Identifier } | { valueReference: Reference }))[] | undefined;
};

export type CapabilityStatement = {
  resourceType: "CapabilityStatement";
  status: "active";
  date: string;
  kind: "instance";
  software: { name: string; version: string };
  implementation: { description: string; url: string };
  fhirVersion: "4.0.1";
  format: string[];
  rest: {
    mode: "server";
    documentation: string;
    security: { description: string };
    resource: {
      type: string;
      profile: string;
      documentation: string;
      interaction: { code: string }[];
      versioning: "versioned";
      searchParam?: SearchParam[];
      operation?: { name: string; definition: string; documentation: string }[];
    }[];
    searchParam: SearchParam[];
  }[];
};

export type SearchParam = {
  name: string;
  type: "token" | "string" | "date" | "reference" | "number";
  documentation: string;
};
