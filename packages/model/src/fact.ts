import { z } from "zod";
import { address, party, telecom } from "./demographics.ts";
import { documentPart } from "./document-part.ts";

/**
 * Clinical facts: what a source says of its patient beside who they are and where. A fact hangs off the source record,
 * never off the person, so that linking and unlinking people moves nothing.
 *
 * Codes are kept as sent: system and code, never translated. Text is plain text.
 */

/** One code as sent. `system` is what the sender wrote (`SNM3`, `http://snomed.info/sct`, `READ`, `L`), "" if nothing. */
export const coding = z.object({ system: z.string(), code: z.string(), display: z.string().optional() });
export type Coding = z.infer<typeof coding>;

/** A coded field: its codes in the order sent (CWE.1-3, 4-6, 10-12) and the text that stands for them. */
export const concept = z.object({ codings: z.array(coding), text: z.string().optional() });
export type Concept = z.infer<typeof concept>;

/** An instant in UTC (`…Z`), or as much of a date as was sent. */
const when = z.string();

/** OBX: one thing measured, counted, seen or concluded. */
export const observation = z.object({
  code: concept,
  /** OBX-4. */
  subId: z.string().optional(),
  /** OBX-2. */
  valueType: z.string(),
  /** What was found, as text; for a coded value its display; several repetitions on lines of their own. */
  value: z.string().optional(),
  /** With a coded value. */
  concepts: z.array(concept).optional(),
  units: z.string().optional(),
  referenceRange: z.string().optional(),
  /** OBX-8 as sent: `H`, `LL`, `A`, … */
  flags: z.array(z.string()).optional(),
  /** OBX-11, table 0085. `corrected` and `cancelled` are said of results that were sent before. */
  status: z.enum(["registered", "preliminary", "final", "corrected", "cancelled", "entered-in-error", "unknown"]),
  observedAt: when.optional(),
  notes: z.array(z.string()).optional(),
});
export type Observation = z.infer<typeof observation>;

/** What every fact may say of itself. */
const labelled = {
  /**
   * How closely it is kept, as sent: TXA-18 (`R`, `V`, `U`), a label of FHIR or CDA. Shown only to whom it may be; what is
   * none of the words for what is usual counts as confidential.
   */
  confidentiality: z.string().optional(),
  /** PV1-10 of the message, of what belongs to a visit: by some specialties it is confidential. */
  visitSpecialty: z.string().optional(),
};

const result = z.object({
  kind: z.literal("result"),
  ...labelled,
  /** ORC-2/OBR-2 and ORC-3/OBR-3. */
  placerId: z.string().optional(),
  fillerId: z.string().optional(),
  code: concept,
  /** OBR-24: `LAB`, `RAD`, `PTH`, `CT`, `EN`… as sent. */
  category: z.string().optional(),
  /** OBR-25, table 0123. */
  status: z.enum(["registered", "partial", "preliminary", "final", "corrected", "cancelled", "unknown"]),
  collectedAt: when.optional(),
  reportedAt: when.optional(),
  requester: party.optional(),
  performer: party.optional(),
  specimen: concept.optional(),
  observations: z.array(observation),
  documents: z.array(documentPart).optional(),
  notes: z.array(z.string()).optional(),
});

const documentFact = z.object({
  kind: z.literal("document"),
  ...labelled,
  type: concept,
  title: z.string().optional(),
  /** TXA-17, table 0271. */
  status: z.enum(["dictated", "documented", "preliminary", "authenticated", "final", "unknown"]),
  /** TXA-19, as sent (`AV`, `OB`, `UN`): whether it may be used for the patient's care. */
  availability: z.string().optional(),
  authoredAt: when.optional(),
  author: party.optional(),
  authenticator: party.optional(),
  /**
   * What all versions of it have in common, as named by its authority, where the sender numbers versions (CDA). Whatever
   * record it comes to, it is one document: the version said last stands, and takes back what other records have of it.
   * `instance`: what this version of it is called.
   */
  set: z
    .object({ authority: z.string(), id: z.string(), instance: z.string().optional(), version: z.int().optional() })
    .optional(),
  /** Who keeps the original. */
  custodian: party.optional(),
  recipients: z.array(party.extend({ as: z.enum(["recipient", "copy"]) })).optional(),
  /** Its headings, in order; `depth` 1 stands directly in its body. */
  sections: z.array(z.object({ depth: z.int(), title: z.string().optional(), code: coding.optional() })).optional(),
  /** Absent where the message speaks of the document without its content (T01, T03, …). */
  parts: z.array(documentPart).optional(),
});

const referral = z.object({
  kind: z.literal("referral"),
  ...labelled,
  /** RF1-1 as sent, and what it comes to. */
  sentStatus: z.string().optional(),
  status: z.enum(["pending", "accepted", "rejected", "expired", "cancelled", "completed", "unknown"]),
  priority: z.string().optional(),
  type: concept.optional(),
  reason: concept.optional(),
  specialty: z.string().optional(),
  requestedAt: when.optional(),
  receivedAt: when.optional(),
  expiresAt: when.optional(),
  referredBy: party.optional(),
  referredTo: party.optional(),
  notes: z.array(z.string()).optional(),
});

const appointment = z.object({
  kind: z.literal("appointment"),
  ...labelled,
  placerId: z.string().optional(),
  fillerId: z.string().optional(),
  status: z.enum([
    "pending",
    "booked",
    "rescheduled",
    "cancelled",
    "discontinued",
    "deleted",
    "blocked",
    "no-show",
    "attended",
  ]),
  reason: concept.optional(),
  type: concept.optional(),
  startsAt: when.optional(),
  endsAt: when.optional(),
  location: z.string().optional(),
  clinician: party.optional(),
  specialty: z.string().optional(),
  /** AIS-3: what is done. */
  services: z.array(concept).optional(),
  /** AIG-3: what it is done with. */
  resources: z.array(concept).optional(),
  notes: z.array(z.string()).optional(),
});

const medication = z.object({
  kind: z.literal("medication"),
  ...labelled,
  /** What is spoken of: an order (RDE, OMP), what was dispensed (RDS), what the patient takes, what they went home with. */
  stage: z.enum(["order", "dispense", "statement", "discharge"]),
  placerId: z.string().optional(),
  fillerId: z.string().optional(),
  code: concept,
  status: z.enum(["active", "on-hold", "stopped", "cancelled", "completed", "unknown"]),
  dose: z.string().optional(),
  /** Of one unit of the form: `325 mg`. */
  strength: z.string().optional(),
  form: concept.optional(),
  route: concept.optional(),
  frequency: z.string().optional(),
  instructions: z.string().optional(),
  quantity: z.string().optional(),
  startsAt: when.optional(),
  endsAt: when.optional(),
  prescriber: party.optional(),
  /** RXC: what it is made up of. */
  ingredients: z.array(z.object({ code: concept, amount: z.string().optional() })).optional(),
  notes: z.array(z.string()).optional(),
});

const allergy = z.object({
  kind: z.literal("allergy"),
  ...labelled,
  code: concept,
  /** AL1-2, table 0127: drug, food, … as sent. */
  type: z.string().optional(),
  severity: z.string().optional(),
  reactions: z.array(z.string()).optional(),
  /** IAM-17 as sent. */
  certainty: z.string().optional(),
  status: z.enum(["active", "inactive", "resolved"]).optional(),
  identifiedAt: when.optional(),
  notes: z.array(z.string()).optional(),
});

const condition = z.object({
  kind: z.literal("condition"),
  ...labelled,
  code: concept,
  /** DG1-6, table 0052: A admitting, W working, F final. */
  type: z.string().optional(),
  priority: z.string().optional(),
  /** Of a problem on a list: whether the patient has it still. */
  status: z.enum(["active", "inactive", "resolved"]).optional(),
  diagnosedAt: when.optional(),
  startsAt: when.optional(),
  endsAt: when.optional(),
  clinician: party.optional(),
  notes: z.array(z.string()).optional(),
});

const procedure = z.object({
  kind: z.literal("procedure"),
  ...labelled,
  code: concept,
  performedAt: when.optional(),
  performer: party.optional(),
  priority: z.string().optional(),
  notes: z.array(z.string()).optional(),
});

/** Something whoever meets the patient must know first: a clinical alert, a risk, a hazard of their home. */
const alert = z.object({
  kind: z.literal("alert"),
  ...labelled,
  code: concept,
  category: z.enum([
    "clinical",
    "safeguarding",
    "behavioural",
    "environmental",
    "infection",
    "administrative",
    "other",
  ]),
  /** `high` stands in the banner over the whole record. */
  priority: z.enum(["high", "medium", "low"]),
  status: z.enum(["active", "inactive"]),
  startsAt: when.optional(),
  endsAt: when.optional(),
  raisedBy: party.optional(),
  notes: z.array(z.string()).optional(),
});

/** Care that a council or another provider gives by arrangement, over a time. */
const carePackage = z.object({
  kind: z.literal("care-package"),
  ...labelled,
  type: concept,
  status: z.enum(["proposed", "active", "on-hold", "ended", "cancelled", "unknown"]),
  startsAt: when.optional(),
  endsAt: when.optional(),
  provider: party.optional(),
  /** Who arranged it and is asked about it. */
  coordinator: party.optional(),
  /** How much and how often, as sent: `14 hours a week`. */
  amount: z.string().optional(),
  notes: z.array(z.string()).optional(),
});

const immunisation = z.object({
  kind: z.literal("immunisation"),
  ...labelled,
  /** The vaccine, or the act of giving it, as coded by the sender. */
  code: concept,
  status: z.enum(["given", "not-given", "unknown"]),
  givenAt: when.optional(),
  /** Which one of the course, as sent. */
  dose: z.string().optional(),
  site: concept.optional(),
  route: concept.optional(),
  batch: z.string().optional(),
  manufacturer: z.string().optional(),
  performer: party.optional(),
  /** Why it was not given. */
  reason: concept.optional(),
  notes: z.array(z.string()).optional(),
});

/** With which GP practice the patient was registered, and when. Whose practice it is now is also in the demographics. */
const registration = z.object({
  kind: z.literal("registration"),
  ...labelled,
  practice: party,
  practitioner: party.optional(),
  /** `regular`, `temporary`, … as sent. */
  type: z.string().optional(),
  status: z.enum(["active", "ended", "unknown"]),
  startsAt: when.optional(),
  endsAt: when.optional(),
});

/** Somebody who belongs to the patient: NK1, GT1, a council's register of families. */
const relationship = z.object({
  kind: z.literal("relationship"),
  ...labelled,
  /** NK1: `contact`; GT1: `guarantor`. `professional`: a social worker, a health visitor. */
  role: z.enum(["contact", "guarantor", "family", "carer", "professional"]),
  name: z.string().optional(),
  relationship: concept.optional(),
  /** NK1-7, table 0131: emergency contact, next of kin, … */
  contactRole: concept.optional(),
  addresses: z.array(address).optional(),
  telecoms: z.array(telecom).optional(),
  organisation: party.optional(),
  startsAt: when.optional(),
  endsAt: when.optional(),
});

/** OBX outside a report: a height, a weight, a flag in an ADT message. */
const measurement = z.object({ kind: z.literal("measurement"), ...labelled, observation });

/** ACC. */
const accident = z.object({
  kind: z.literal("accident"),
  ...labelled,
  code: concept.optional(),
  occurredAt: when.optional(),
  location: z.string().optional(),
  text: z.string().optional(),
});

/** IN1. */
const insurance = z.object({
  kind: z.literal("insurance"),
  ...labelled,
  plan: concept.optional(),
  company: party.optional(),
  policyNumber: z.string().optional(),
  startsAt: when.optional(),
  endsAt: when.optional(),
});

/** A place of a local (Z) segment that the feed's configuration gives a name. */
const localFact = z.object({
  kind: z.literal("local"),
  ...labelled,
  name: z.string(),
  value: z.string(),
  concept: concept.optional(),
});

export const factContent = z.discriminatedUnion("kind", [
  result,
  documentFact,
  referral,
  appointment,
  medication,
  allergy,
  alert,
  condition,
  procedure,
  immunisation,
  relationship,
  registration,
  carePackage,
  measurement,
  accident,
  insurance,
  localFact,
]);
export type FactContent = z.infer<typeof factContent>;
export type FactKind = FactContent["kind"];
export type FactOf<K extends FactKind> = Extract<FactContent, { kind: K }>;

/** Every kind, in the order screens show them. */
export const FACT_KINDS = [
  "alert",
  "allergy",
  "condition",
  "procedure",
  "medication",
  "immunisation",
  "result",
  "document",
  "measurement",
  "referral",
  "appointment",
  "care-package",
  "relationship",
  "registration",
  "accident",
  "insurance",
  "local",
] as const satisfies readonly FactKind[];

export const factStatement = z.object({
  /**
   * What tells this fact from others of its kind in the same source record: the sender's own number (filler order,
   * document, appointment), else made from what the fact is about, so that a resend finds it again.
   */
  key: z.string(),
  /**
   * `state`: so it is now. `replace`: in place of `relatesTo`, which is superseded. `addend`: beside `relatesTo`.
   * `retract`: it is not so; what was known stays, marked.
   */
  action: z.enum(["state", "replace", "addend", "retract"]),
  /** The key of the fact that this one replaces or adds to. */
  relatesTo: z.string().optional(),
  visitNumber: z.string().optional(),
  content: factContent,
});
export type FactStatement = z.infer<typeof factStatement>;

/**
 * A kind of which the message gives the whole list (HL7's snapshot mode): what the source said of it before and does
 * not say now is withdrawn. With a visit, only of that visit.
 */
export const factSnapshot = z.object({
  kind: z.enum(FACT_KINDS),
  visitNumber: z.string().optional(),
});
export type FactSnapshot = z.infer<typeof factSnapshot>;
