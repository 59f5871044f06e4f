import type { Concept, FactContent, FactKind, FactOf, Observation, Party } from "@chesil/model";

/** A fact in one line and a few more: what a person reads of it in a list. */
export type FactText = {
  readonly title: string;
  /** Lines under the title. */
  readonly detail: readonly (string | undefined)[];
  /** What the source says it has come to, in its kind's words. */
  readonly status?: string | undefined;
  /** When it was so, as precise as it was sent. */
  readonly at?: string | undefined;
};

/** Observations of a report in a list; the rest are counted. */
const OBSERVATIONS_MAX = 12;
/** A longer line is cut: the whole text is in the message. */
const LINE_LENGTH_MAX = 500;

const TEXTS: { readonly [K in FactKind]: (content: FactOf<K>) => FactText } = {
  result: (result) => ({
    title: conceptText(result.code),
    detail: [
      ...result.observations.slice(0, OBSERVATIONS_MAX).map(observationText),
      more(result.observations.length - OBSERVATIONS_MAX, "observation"),
      ...(result.documents ?? []).map((part) => `Document, ${part.contentType}`),
      line("Specimen", conceptText(result.specimen)),
      line("Requested by", partyText(result.requester)),
      ...(result.notes ?? []),
    ],
    status: result.status,
    at: result.collectedAt ?? result.reportedAt,
  }),
  document: documentText,
  referral: (referral) => ({
    title: joined(" – ", [conceptText(referral.type), referral.specialty]) || "Referral",
    detail: [
      line("Reason", conceptText(referral.reason)),
      line("Priority", referral.priority),
      line("From", partyText(referral.referredBy)),
      line("To", partyText(referral.referredTo)),
      ...(referral.notes ?? []),
    ],
    status: referral.status,
    at: referral.requestedAt ?? referral.receivedAt,
  }),
  appointment: (appointment) => ({
    title: conceptText(appointment.reason) || conceptText(appointment.type) || "Appointment",
    detail: [
      joined(" · ", [appointment.location, appointment.specialty, partyText(appointment.clinician)]),
      ...(appointment.notes ?? []),
    ],
    status: appointment.status,
    at: appointment.startsAt,
  }),
  medication: (medication) => ({
    title: conceptText(medication.code),
    detail: [
      joined(", ", [
        medication.dose,
        conceptText(medication.form),
        conceptText(medication.route),
        medication.frequency,
      ]),
      medication.instructions,
      joined(", ", [
        STAGES[medication.stage],
        line("quantity", medication.quantity),
        line("by", partyText(medication.prescriber)),
      ]),
      ...(medication.notes ?? []),
    ],
    status: medication.status,
    at: medication.startsAt,
  }),
  allergy: (allergy) => ({
    title: conceptText(allergy.code),
    detail: [
      joined(", ", [
        line("Severity", allergy.severity),
        line("type", allergy.type),
        line("certainty", allergy.certainty),
      ]),
      line("Reactions", joined(", ", allergy.reactions ?? [])),
      ...(allergy.notes ?? []),
    ],
    status: allergy.status,
    at: allergy.identifiedAt,
  }),
  alert: (alert) => ({
    title: conceptText(alert.code),
    detail: [
      joined(", ", [alert.category, line("priority", alert.priority)]),
      line("Raised by", partyText(alert.raisedBy)),
      line("Until", alert.endsAt),
      ...(alert.notes ?? []),
    ],
    status: alert.status,
    at: alert.startsAt,
  }),
  condition: (condition) => ({
    title: conceptText(condition.code),
    detail: [
      joined(", ", [line("Type", condition.type), line("priority", condition.priority)]),
      line("Diagnosed by", partyText(condition.clinician)),
      line("Until", condition.endsAt),
      ...(condition.notes ?? []),
    ],
    status: condition.status,
    at: condition.startsAt ?? condition.diagnosedAt,
  }),
  procedure: (procedure) => ({
    title: conceptText(procedure.code),
    detail: [
      line("By", partyText(procedure.performer)),
      line("Priority", procedure.priority),
      ...(procedure.notes ?? []),
    ],
    at: procedure.performedAt,
  }),
  immunisation: (immunisation) => ({
    title: conceptText(immunisation.code),
    detail: [
      joined(", ", [
        line("Dose", immunisation.dose),
        line("batch", immunisation.batch),
        conceptText(immunisation.site),
        conceptText(immunisation.route),
      ]),
      line("By", partyText(immunisation.performer)),
      line("Reason", conceptText(immunisation.reason)),
      ...(immunisation.notes ?? []),
    ],
    status: immunisation.status,
    at: immunisation.givenAt,
  }),
  registration: (registration) => ({
    title: partyText(registration.practice) || "GP registration",
    detail: [line("With", partyText(registration.practitioner)), registration.type, line("Until", registration.endsAt)],
    status: registration.status,
    at: registration.startsAt,
  }),
  "care-package": (carePackage) => ({
    title: conceptText(carePackage.type),
    detail: [
      joined(", ", [carePackage.amount, line("by", partyText(carePackage.provider))]),
      line("Arranged by", partyText(carePackage.coordinator)),
      line("Until", carePackage.endsAt),
      ...(carePackage.notes ?? []),
    ],
    status: carePackage.status,
    at: carePackage.startsAt,
  }),
  relationship: (relationship) => ({
    title: relationship.name || partyText(relationship.organisation) || "Somebody without a name",
    detail: [
      joined(", ", [
        conceptText(relationship.relationship),
        conceptText(relationship.contactRole),
        relationship.role === "contact" ? undefined : relationship.role,
      ]),
      joined(
        ", ",
        (relationship.telecoms ?? []).map((telecom) => telecom.value),
      ),
      ...(relationship.addresses ?? []).map(({ lines, city, postcode }) => joined(", ", [...lines, city, postcode])),
    ],
    at: relationship.startsAt,
  }),
  measurement: ({ observation }) => ({
    title: observationText(observation),
    detail: observation.notes ?? [],
    status: observation.status,
    at: observation.observedAt,
  }),
  accident: (accident) => ({
    title: conceptText(accident.code) || accident.text || "Accident",
    detail: [accident.location, accident.code && accident.text],
    at: accident.occurredAt,
  }),
  insurance: (insurance) => ({
    title: conceptText(insurance.plan) || partyText(insurance.company) || "Insurance",
    detail: [line("Company", insurance.plan && partyText(insurance.company)), line("Policy", insurance.policyNumber)],
    at: insurance.startsAt,
  }),
  local: (local) => ({ title: local.name, detail: [local.value, conceptText(local.concept)] }),
};

const STAGES: Readonly<Record<FactOf<"medication">["stage"], string>> = {
  order: "Ordered",
  dispense: "Dispensed",
  statement: "Taken",
  discharge: "On discharge",
};

/** TXA-19, HL7 table 0273. What is available needs no word. */
const AVAILABILITIES: Readonly<Record<string, string>> = {
  AV: "",
  OB: "obsolete",
  UN: "unavailable for care",
  CA: "deleted",
};

/** What a list shows of a fact. */
export function factText(content: FactContent): {
  title: string;
  detail: string;
  status: string | null;
  at: string | null;
} {
  const text = (TEXTS[content.kind] as (content: FactContent) => FactText)(content);
  return {
    title: cut(text.title) || "Without a name",
    detail: text.detail
      .filter(Boolean)
      .map((each) => cut(each ?? ""))
      .join("\n"),
    status: text.status ?? null,
    at: text.at ?? null,
  };
}

/** Whoever may not see what its author restricts was not given it: that is the read gate's to say. */
function documentText(document: FactOf<"document">): FactText {
  const type = conceptText(document.type);
  return {
    title: document.title || type || "Document",
    detail: [
      document.title ? type : undefined,
      line("Author", partyText(document.author)),
      line("Availability", AVAILABILITIES[document.availability?.toUpperCase() ?? ""] ?? document.availability),
      joined(", ", [...new Set((document.parts ?? []).map((part) => part.contentType))]) || "No content was sent",
    ],
    status: document.status,
    at: document.authoredAt,
  };
}

function observationText(observation: Observation): string {
  const { value, units, referenceRange, flags, status } = observation;
  const name = conceptText(observation.code);
  const found = joined(" ", [value, units, flags && flags.length > 0 ? `(${flags.join(", ")})` : undefined]);
  const isUnusual = status === "corrected" || status === "cancelled" || status === "entered-in-error";
  return joined(", ", [joined(": ", [name, found]), line("range", referenceRange), isUnusual ? status : undefined]);
}

/** The sender's own words, else the first display, else the code. */
function conceptText(concept: Concept | undefined): string {
  if (concept === undefined) return "";
  const display = concept.codings.find((coding) => coding.display)?.display;
  return concept.text || display || concept.codings.find((coding) => coding.code)?.code || "";
}

const partyText = (party: Party | undefined): string => party?.display || party?.code || "";

const line = (label: string, text: string | undefined): string | undefined => (text ? `${label} ${text}` : undefined);

const joined = (between: string, parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(between);

const more = (count: number, what: string): string | undefined =>
  count > 0 ? `and ${count} more ${what}${count === 1 ? "" : "s"}` : undefined;

const cut = (text: string): string => (text.length > LINE_LENGTH_MAX ? `${text.slice(0, LINE_LENGTH_MAX - 1)}…` : text);
