import type { DemographicField, FactKind, FactOf, Observation } from "@chesil/model";

/**
 * What of a restricted person anybody may be shown. After PDS: whatever says where they are to be found is not, by whatever
 * way it says it. What is not in these tables is withheld, a new field or kind of fact too, until somebody permits it here.
 */

/** Of the demographics, each with the reason; of the very restricted the names are withheld all the same. */
export const SHOWN_FIELDS: { readonly [F in DemographicField]?: string } = {
  names: "Whoever treats them must know that it is them.",
  birthDate: "Whoever treats them must know that it is them.",
  sex: "Doses and the ranges of results go by it.",
  ethnicity: "Risks and the ranges of results go by it.",
  religion: "What they may be given goes by it: blood, food.",
  language: "An interpreter is booked by it.",
  deceased: "That somebody has died is where nobody is.",
  deathDate: "That somebody has died is where nobody is.",
  confidentiality: "Whoever reads a part of a record must know that it is one.",
};

/** Of a visit: that they were there and for what, not in which ward and under whom. */
export const SHOWN_OF_VISIT: ReadonlySet<string> = new Set([
  ...["encounterId", "sourceRecordId", "personId", "authority", "feed", "visitNumber"],
  ...["status", "class", "specialty", "admittedAt", "dischargedAt"],
  ...["recordedAt", "updatedBy", "updatedAt", "saidBy", "version"],
]);

/** What is shown of something. */
type Shown<T> = {
  /** Times (`…At`) and words of closed lists: no place can be said in them. */
  readonly closed: readonly (keyof T)[];
  /** What it is, in words or codes: shown where they say none of the places that are known of the person. */
  readonly words: readonly (keyof T)[];
};
type ShownFact<C> = Shown<C> & {
  readonly because: string;
  /** Only those of the kind. */
  readonly only?: (content: C) => boolean;
};

/** A finding of a result, or one that was measured alone. */
export const SHOWN_OF_OBSERVATION: Shown<Observation> = {
  closed: ["status", "observedAt"],
  words: ["code", "subId", "valueType", "value", "concepts", "units", "referenceRange", "flags"],
};

/** Dogs, key safes and bills are about the home. */
const ALERTS: ReadonlySet<string> = new Set(["clinical", "safeguarding", "behavioural", "infection"]);

/**
 * Of the facts, by their kinds. Never shown are notes, who does something and for whom (a practice, a team, a ward), the
 * numbers that such give to what they do, and what is only there to be read: documents, local facts. Nor are relatives,
 * registrations, care at home, or where they will be: referrals and appointments.
 */
export const SHOWN_FACTS: { readonly [K in FactKind]?: ShownFact<FactOf<K>> } = {
  alert: {
    because: "Whoever meets them must be safe, and keep them safe.",
    only: ({ category }) => ALERTS.has(category),
    closed: ["category", "priority", "status", "startsAt", "endsAt"],
    words: ["code"],
  },
  allergy: {
    because: "A medicine may kill.",
    closed: ["status", "identifiedAt"],
    words: ["code", "type", "severity", "reactions", "certainty"],
  },
  condition: {
    because: "Treatment goes by what they have.",
    closed: ["status", "diagnosedAt", "startsAt", "endsAt"],
    words: ["code", "type", "priority"],
  },
  procedure: {
    because: "Treatment goes by what was done.",
    closed: ["performedAt"],
    words: ["code", "priority"],
  },
  medication: {
    because: "Medicines interact.",
    closed: ["stage", "status", "startsAt", "endsAt"],
    words: ["code", "dose", "strength", "form", "route", "frequency", "instructions", "quantity", "ingredients"],
  },
  immunisation: {
    because: "Nobody is to be immunised twice, or not at all.",
    closed: ["status", "givenAt"],
    words: ["code", "dose", "site", "route", "batch", "manufacturer", "reason"],
  },
  result: {
    because: "Treatment goes by what was found.",
    closed: ["status", "collectedAt", "reportedAt"],
    words: ["code", "category", "specimen", "observations"],
  },
  measurement: { because: "Doses go by it.", closed: [], words: ["observation"] },
};
