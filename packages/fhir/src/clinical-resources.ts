import type {
  Address,
  Annotation,
  Attachment,
  CodeableConcept,
  Coding,
  ContactPoint,
  Dosage,
  Extension,
  HumanName,
  Identifier,
  Meta,
  Narrative,
  Period,
  PrimitiveExtension,
  Quantity,
  Range,
  Ratio,
  Reference,
} from "./datatypes.ts";

/** The FHIR R4 resources that clinical facts become, with the elements that Chesil fills. */

type FactResource = {
  id: string;
  meta: Meta;
  text: Narrative;
  extension?: Extension[] | undefined;
  identifier?: Identifier[] | undefined;
};

export type AllergyIntolerance = FactResource & {
  resourceType: "AllergyIntolerance";
  clinicalStatus?: CodeableConcept | undefined;
  verificationStatus?: CodeableConcept | undefined;
  type?: "allergy" | "intolerance" | undefined;
  category?: ("food" | "medication" | "environment" | "biologic")[] | undefined;
  code: CodeableConcept;
  patient: Reference;
  encounter?: Reference | undefined;
  onsetDateTime?: string | undefined;
  recordedDate?: string | undefined;
  note?: Annotation[] | undefined;
  reaction?: { manifestation: CodeableConcept[]; severity?: "mild" | "moderate" | "severe" | undefined }[] | undefined;
};

export type Flag = FactResource & {
  resourceType: "Flag";
  status: "active" | "inactive" | "entered-in-error";
  category: CodeableConcept[];
  code: CodeableConcept;
  subject: Reference;
  period?: Period | undefined;
  encounter?: Reference | undefined;
  author?: Reference | undefined;
};

export type Condition = FactResource & {
  resourceType: "Condition";
  clinicalStatus?: CodeableConcept | undefined;
  verificationStatus?: CodeableConcept | undefined;
  category: CodeableConcept[];
  code: CodeableConcept;
  subject: Reference;
  encounter?: Reference | undefined;
  onsetDateTime?: string | undefined;
  abatementDateTime?: string | undefined;
  recordedDate?: string | undefined;
  asserter?: Reference | undefined;
  note?: Annotation[] | undefined;
};

export type Procedure = FactResource & {
  resourceType: "Procedure";
  status: "completed" | "preparation" | "entered-in-error" | "unknown";
  code: CodeableConcept;
  subject: Reference;
  encounter?: Reference | undefined;
  performedDateTime?: string | undefined;
  performer?: { actor: Reference }[] | undefined;
  note?: Annotation[] | undefined;
};

export type MedicationStatement = FactResource & {
  resourceType: "MedicationStatement";
  status: "active" | "completed" | "entered-in-error" | "stopped" | "on-hold" | "unknown" | "not-taken";
  category: CodeableConcept;
  medicationCodeableConcept: CodeableConcept;
  subject: Reference;
  context?: Reference | undefined;
  effectivePeriod?: Period | undefined;
  effectiveDateTime?: string | undefined;
  dateAsserted?: string | undefined;
  informationSource?: Reference | undefined;
  note?: Annotation[] | undefined;
  dosage?: Dosage[] | undefined;
};

export type Immunization = FactResource & {
  resourceType: "Immunization";
  status: "completed" | "entered-in-error" | "not-done";
  statusReason?: CodeableConcept | undefined;
  vaccineCode: CodeableConcept;
  patient: Reference;
  encounter?: Reference | undefined;
  occurrenceDateTime?: string | undefined;
  occurrenceString?: string | undefined;
  recorded?: string | undefined;
  manufacturer?: Reference | undefined;
  lotNumber?: string | undefined;
  site?: CodeableConcept | undefined;
  route?: CodeableConcept | undefined;
  performer?: { actor: Reference }[] | undefined;
  note?: Annotation[] | undefined;
  protocolApplied?: { doseNumberPositiveInt?: number | undefined; doseNumberString?: string | undefined }[] | undefined;
};

export type DiagnosticReport = FactResource & {
  resourceType: "DiagnosticReport";
  status:
    | "registered"
    | "partial"
    | "preliminary"
    | "final"
    | "corrected"
    | "cancelled"
    | "entered-in-error"
    | "unknown";
  category?: CodeableConcept[] | undefined;
  code: CodeableConcept;
  subject: Reference;
  encounter?: Reference | undefined;
  effectiveDateTime?: string | undefined;
  issued?: string | undefined;
  performer?: Reference[] | undefined;
  result?: Reference[] | undefined;
  conclusion?: string | undefined;
  presentedForm?: Attachment[] | undefined;
};

/** `value[x]` of R4, as far as HL7 v2 has the like. */
export type ObservedValue = {
  valueQuantity?: Quantity | undefined;
  valueCodeableConcept?: CodeableConcept | undefined;
  valueString?: string | undefined;
  valueRange?: Range | undefined;
  valueRatio?: Ratio | undefined;
  valueDateTime?: string | undefined;
};

export type Observation = FactResource &
  ObservedValue & {
    resourceType: "Observation";
    status: "registered" | "preliminary" | "final" | "corrected" | "cancelled" | "entered-in-error" | "unknown";
    category?: CodeableConcept[] | undefined;
    code: CodeableConcept;
    subject: Reference;
    encounter?: Reference | undefined;
    effectiveDateTime?: string | undefined;
    issued?: string | undefined;
    performer?: Reference[] | undefined;
    dataAbsentReason?: CodeableConcept | undefined;
    interpretation?: CodeableConcept[] | undefined;
    note?: Annotation[] | undefined;
    referenceRange?: { text: string }[] | undefined;
    component?: (ObservedValue & { code: CodeableConcept })[] | undefined;
  };

export type DocumentReference = FactResource & {
  resourceType: "DocumentReference";
  status: "current" | "superseded" | "entered-in-error";
  masterIdentifier?: Identifier | undefined;
  docStatus?: "preliminary" | "final" | "entered-in-error" | undefined;
  type?: CodeableConcept | undefined;
  subject: Reference;
  date?: string | undefined;
  author?: Reference[] | undefined;
  authenticator?: Reference | undefined;
  custodian?: Reference | undefined;
  relatesTo?: { code: "replaces" | "appends"; target: Reference }[] | undefined;
  description?: string | undefined;
  securityLabel?: CodeableConcept[] | undefined;
  content: { attachment: Attachment }[];
  context?: { encounter?: Reference[] | undefined; related?: Reference[] | undefined } | undefined;
};

export type ServiceRequest = FactResource & {
  resourceType: "ServiceRequest";
  replaces?: Reference[] | undefined;
  status: "active" | "revoked" | "completed" | "entered-in-error" | "unknown";
  intent: "order";
  category: CodeableConcept[];
  priority?: "routine" | "urgent" | "asap" | "stat" | undefined;
  code?: CodeableConcept | undefined;
  subject: Reference;
  encounter?: Reference | undefined;
  occurrencePeriod?: Period | undefined;
  authoredOn?: string | undefined;
  requester?: Reference | undefined;
  performerType?: CodeableConcept | undefined;
  performer?: Reference[] | undefined;
  reasonCode?: CodeableConcept[] | undefined;
  note?: Annotation[] | undefined;
};

export type Appointment = FactResource & {
  resourceType: "Appointment";
  status: "pending" | "booked" | "fulfilled" | "cancelled" | "noshow" | "entered-in-error";
  serviceType?: CodeableConcept[] | undefined;
  specialty?: CodeableConcept[] | undefined;
  appointmentType?: CodeableConcept | undefined;
  reasonCode?: CodeableConcept[] | undefined;
  start?: string | undefined;
  _start?: PrimitiveExtension | undefined;
  end?: string | undefined;
  _end?: PrimitiveExtension | undefined;
  comment?: string | undefined;
  participant: { actor: Reference; status: "accepted" | "needs-action" | "declined" }[];
  requestedPeriod?: Period[] | undefined;
};

export type CarePlan = FactResource & {
  resourceType: "CarePlan";
  replaces?: Reference[] | undefined;
  status: "draft" | "active" | "on-hold" | "revoked" | "completed" | "entered-in-error" | "unknown";
  intent: "plan";
  category: CodeableConcept[];
  title?: string | undefined;
  subject: Reference;
  encounter?: Reference | undefined;
  period?: Period | undefined;
  author?: Reference | undefined;
  activity?:
    | {
        detail: {
          status:
            | "not-started"
            | "in-progress"
            | "on-hold"
            | "completed"
            | "cancelled"
            | "entered-in-error"
            | "unknown";
          performer?: Reference[] | undefined;
          description?: string | undefined;
        };
      }[]
    | undefined;
  note?: Annotation[] | undefined;
};

export type RelatedPerson = FactResource & {
  resourceType: "RelatedPerson";
  active: boolean;
  patient: Reference;
  relationship: CodeableConcept[];
  name?: HumanName[] | undefined;
  telecom?: ContactPoint[] | undefined;
  address?: Address[] | undefined;
  period?: Period | undefined;
};

export type EpisodeOfCare = FactResource & {
  resourceType: "EpisodeOfCare";
  status: "active" | "finished" | "entered-in-error";
  type: CodeableConcept[];
  patient: Reference;
  managingOrganization?: Reference | undefined;
  period?: Period | undefined;
  careManager?: Reference | undefined;
};

export type Coverage = FactResource & {
  resourceType: "Coverage";
  status: "active" | "cancelled" | "entered-in-error";
  type?: CodeableConcept | undefined;
  subscriberId?: string | undefined;
  beneficiary: Reference;
  period?: Period | undefined;
  payor: Reference[];
};

export type Basic = FactResource & {
  resourceType: "Basic";
  code: CodeableConcept;
  subject: Reference;
  created?: string | undefined;
};

/** Of a document, what it is and whose; its bytes are served by whoever holds the message. */
export type Binary = {
  resourceType: "Binary";
  id: string;
  meta: Meta;
  contentType: string;
  securityContext: Reference;
  data?: string | undefined;
};

export type Organization = {
  resourceType: "Organization";
  id: string;
  meta: Meta;
  identifier: Identifier[];
  name?: string | undefined;
};

export type Practitioner = {
  resourceType: "Practitioner";
  id: string;
  meta: Meta;
  identifier: Identifier[];
  name?: { text: string }[] | undefined;
};

export type Location = {
  resourceType: "Location";
  id: string;
  meta: Meta;
  identifier: Identifier[];
  name: string;
  mode: "instance";
  partOf?: Reference | undefined;
};

export type Provenance = {
  resourceType: "Provenance";
  id: string;
  meta: Meta;
  target: Reference[];
  recorded: string;
  agent: { type: CodeableConcept; who: Reference }[];
  entity: { role: "source" | "revision"; what: Reference }[];
};

export type AuditEvent = {
  resourceType: "AuditEvent";
  id: string;
  meta: Meta;
  type: Coding;
  subtype: Coding[];
  action: "C" | "R" | "U" | "D" | "E";
  recorded: string;
  outcome: "0" | "4";
  outcomeDesc?: string | undefined;
  purposeOfEvent?: CodeableConcept[] | undefined;
  agent: { type?: CodeableConcept | undefined; who: Reference; requestor: boolean }[];
  source: { observer: Reference };
  entity?: { what: Reference; type: Coding; role: Coding }[] | undefined;
};
