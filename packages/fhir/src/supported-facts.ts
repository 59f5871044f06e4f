import type { SearchParam } from "./resources.ts";
import { PROFILE } from "./uk-core.ts";

/** What can be searched for beside Patient and Encounter: clinical facts, whom and where they name, and their history. */

export type Supported = {
  readonly profile: string;
  readonly documentation: string;
  readonly searchParam: readonly SearchParam[];
  readonly operation?: readonly Operation[];
};

type Operation = { readonly name: string; readonly definition: string; readonly documentation: string };

const ID: SearchParam = { name: "_id", type: "token", documentation: "The resource's id." };
const LAST_UPDATED: SearchParam = {
  name: "_lastUpdated",
  type: "date",
  documentation: "When it last changed. Prefixes: eq, ne, gt, lt, ge, le, sa, eb.",
};
const PATIENT: SearchParam = {
  name: "patient",
  type: "reference",
  documentation: "Patient/id or id. That of a merged person finds the survivor's. A search names a patient or an _id.",
};

/** The parameters of whatever is a patient's: id, patient, last change, and its own. */
export const ofPatient = (...more: readonly SearchParam[]): readonly SearchParam[] => [
  ID,
  PATIENT,
  LAST_UPDATED,
  ...more,
];

const SUBJECT: SearchParam = { name: "subject", type: "reference", documentation: "The same as patient." };

/** The same of a type that R4 has a subject of, whom it may be about besides patients. */
export const ofSubject = (...more: readonly SearchParam[]): readonly SearchParam[] => ofPatient(SUBJECT, ...more);

const token = (name: string, documentation: string): SearchParam => ({ name, type: "token", documentation });
const date = (name: string, documentation: string): SearchParam => ({ name, type: "date", documentation });
const CODE = token("code", "system|code, |code or code, as the source sent it: nothing is translated.");
const STATUS = token("status", "A status of the type. Modifier: not.");
const CATEGORY = token("category", "system|code or code.");
const NUMBER = token("identifier", "system|value or value: a number of the order.");
const ENCOUNTER: SearchParam = { name: "encounter", type: "reference", documentation: "Encounter/id or id." };

export const CLINICAL = {
  AllergyIntolerance: {
    profile: PROFILE.allergyIntolerance,
    documentation: "An allergy, intolerance or adverse reaction.",
    searchParam: ofPatient(
      token("clinical-status", "active, inactive or resolved."),
      token("verification-status", "confirmed, unconfirmed, refuted or entered-in-error."),
      CATEGORY,
      CODE,
      date("date", "When the source recorded it."),
    ),
  },
  Flag: {
    profile: PROFILE.flag,
    documentation: "An alert, risk or hazard, with its priority. R4 searches them by patient, date and encounter only.",
    searchParam: ofSubject(date("date", "When it is in force."), ENCOUNTER),
  },
  Condition: {
    profile: PROFILE.condition,
    documentation: "A diagnosis of a visit or a problem on a list.",
    searchParam: ofSubject(
      token("clinical-status", "active, inactive or resolved."),
      token("verification-status", "confirmed, provisional or entered-in-error."),
      CATEGORY,
      CODE,
      date("onset-date", "When it began."),
      date("recorded-date", "When the source recorded it."),
      ENCOUNTER,
    ),
  },
  Procedure: {
    profile: PROFILE.procedure,
    documentation: "An operation or another thing done.",
    searchParam: ofSubject(STATUS, CODE, date("date", "When it was done."), ENCOUNTER),
  },
  MedicationStatement: {
    profile: PROFILE.medicationStatement,
    documentation: "That a medicine was ordered, dispensed, taken or taken home; the category says which.",
    searchParam: ofSubject(STATUS, CATEGORY, CODE, date("effective", "When it is or was taken."), NUMBER),
  },
  Immunization: {
    profile: PROFILE.immunization,
    documentation: "A vaccine given, or not given and why.",
    searchParam: ofPatient(
      STATUS,
      token("vaccine-code", "system|code or code, as the source sent it."),
      date("date", "When it was given."),
    ),
  },
  DiagnosticReport: {
    profile: PROFILE.diagnosticReport,
    documentation: "A result, with its observations and, where it came with any, its documents.",
    searchParam: ofSubject(
      STATUS,
      CATEGORY,
      CODE,
      date("date", "When the specimen was taken."),
      date("issued", "When it was reported."),
      NUMBER,
      ENCOUNTER,
    ),
  },
  Observation: {
    profile: PROFILE.observation,
    documentation: "One finding of a report, or a measurement alone.",
    searchParam: ofSubject(STATUS, CATEGORY, CODE, date("date", "When it was observed."), ENCOUNTER),
  },
  DocumentReference: {
    profile: PROFILE.documentReference,
    documentation: "A letter, summary or other document. Its content is read as Binary.",
    searchParam: ofSubject(
      STATUS,
      token("type", "system|code or code, as the source sent it."),
      date("date", "When it was written."),
    ),
  },
  ServiceRequest: {
    profile: PROFILE.serviceRequest,
    documentation: "A referral to a specialty or a team.",
    searchParam: ofSubject(STATUS, CODE, date("authored", "When it was requested.")),
  },
  Appointment: {
    profile: PROFILE.appointment,
    documentation: "An appointment, to come or past.",
    searchParam: ofPatient(
      STATUS,
      date("date", "When it starts."),
      token("service-type", "system|code or code."),
      NUMBER,
    ),
  },
  CarePlan: {
    profile: PROFILE.carePlan,
    documentation: "A package of care, of a council or another provider.",
    searchParam: ofSubject(STATUS, CATEGORY, date("date", "When it is given.")),
  },
  RelatedPerson: {
    profile: PROFILE.relatedPerson,
    documentation:
      "Next of kin, carers, family and professionals. R4 has no status of them: active says whether they still are.",
    searchParam: ofPatient(token("active", "true or false."), token("relationship", "system|code or code."), {
      name: "name",
      type: "string",
      documentation: "Start of the name.",
    }),
  },
  EpisodeOfCare: {
    profile: PROFILE.episodeOfCare,
    documentation: "A registration with a GP practice.",
    searchParam: ofPatient(STATUS, date("date", "When it holds."), {
      name: "organization",
      type: "reference",
      documentation: "Organization/id or id: the practice.",
    }),
  },
  Coverage: {
    profile: PROFILE.coverage,
    documentation: "An insurance.",
    searchParam: ofPatient(STATUS),
  },
  Basic: {
    profile: PROFILE.basic,
    documentation: "What FHIR has no type for: an accident, and places of local segments that a feed names.",
    searchParam: ofSubject(CODE, date("created", "When the source recorded it.")),
  },
} as const satisfies Record<string, Supported>;

const REGISTERED = token("identifier", "system|value or value: an ODS, GMC, GMP or local code.");

/** Whom and where facts name, and what became known of them how. */
export const REGISTERS = {
  Organization: {
    profile: PROFILE.organization,
    documentation: "An organisation that a source names by a code.",
    searchParam: [ID, REGISTERED],
  },
  Practitioner: {
    profile: PROFILE.practitioner,
    documentation: "A doctor or another professional whom a source names by a code.",
    searchParam: [ID, REGISTERED],
  },
  Location: {
    profile: PROFILE.location,
    documentation: "A ward, bay or bed as a source names it.",
    searchParam: [ID, token("identifier", "system|value or value: the name as its source has it.")],
  },
  Provenance: {
    profile: PROFILE.provenance,
    documentation:
      "Whose system said what a resource says, in which message. Of a whole record: $everything with _type=Provenance.",
    searchParam: [ID, { name: "target", type: "reference", documentation: "Type/id: the resource that it tells of." }],
  },
  AuditEvent: {
    profile: PROFILE.auditEvent,
    documentation: "Who looked at a patient's record, when and how. For privacy officers.",
    searchParam: [ID, PATIENT, date("date", "When it happened.")],
  },
} as const satisfies Record<string, Supported>;
