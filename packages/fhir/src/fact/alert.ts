import type { FactOf } from "@chesil/model";
import type { Flag } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { Coding } from "../datatypes.ts";
import { CODE_SYSTEM, EXTENSION, PROFILE } from "../uk-core.ts";
import { withoutEmpty } from "../without-empty.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/** Flag: what whoever meets the patient must know first. */

type Alert = FactOf<"alert">;

/** FHIR's categories where one means the same; the text says the rest. */
const CATEGORIES: Readonly<Record<Alert["category"], { readonly text: string; readonly coding?: Coding }>> = {
  clinical: { text: "Clinical", coding: { system: CODE_SYSTEM.flagCategory, code: "clinical", display: "Clinical" } },
  safeguarding: {
    text: "Safeguarding",
    coding: { system: CODE_SYSTEM.flagCategory, code: "safety", display: "Safety" },
  },
  behavioural: {
    text: "Behavioural",
    coding: { system: CODE_SYSTEM.flagCategory, code: "behavioral", display: "Behavioral" },
  },
  environmental: {
    text: "Environmental",
    coding: { system: CODE_SYSTEM.flagCategory, code: "safety", display: "Safety" },
  },
  infection: { text: "Infection", coding: { system: CODE_SYSTEM.flagCategory, code: "clinical", display: "Clinical" } },
  administrative: {
    text: "Administrative",
    coding: { system: CODE_SYSTEM.flagCategory, code: "admin", display: "Administrative" },
  },
  other: { text: "Other" },
};

const PRIORITIES = {
  high: { system: CODE_SYSTEM.flagPriority, code: "PH", display: "High priority" },
  medium: { system: CODE_SYSTEM.flagPriority, code: "PM", display: "Medium priority" },
  low: { system: CODE_SYSTEM.flagPriority, code: "PL", display: "Low priority" },
} as const satisfies Record<Alert["priority"], Coding>;

const NOT_CURRENT = { retracted: "entered-in-error", superseded: "inactive", withdrawn: "inactive" } as const;

export function flagOf(source: SourceOf<"alert">): Flag {
  const { content, state } = source;
  const telling = new Telling(source);
  const { text, coding } = CATEGORIES[content.category];
  const flag: Omit<Flag, "text"> = {
    resourceType: "Flag",
    ...telling.head(PROFILE.flag),
    extension: [{ url: EXTENSION.flagPriority, valueCodeableConcept: { coding: [PRIORITIES[content.priority]] } }],
    status: statusOf<Flag["status"]>(state, NOT_CURRENT, content.status),
    category: [{ coding: coding && [coding], text: telling.text("Category", text) }],
    code: telling.requiredConcept("Alert", content.code),
    subject: telling.patient,
    period: telling.period(["From", "Until"], content.startsAt, content.endsAt),
    encounter: telling.encounter,
    author: telling.either("Raised by", content.raisedBy),
  };
  telling.text("Priority", content.priority);
  telling.notesOf(content.notes);
  const heading = `Alert: ${wordsOf(content.code) ?? "not stated"}`;
  return withoutEmpty<Flag>({ ...flag, text: telling.narrative(heading, false) });
}
