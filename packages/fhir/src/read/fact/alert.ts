import type { FactOf } from "@chesil/model";
import { codeAt, conceptAt, conceptsIn, noteAt, notesAt, periodAt, startAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { NOTE_LENGTH_MAX } from "../limits.ts";
import { partyAt } from "../references.ts";
import { stated } from "../stated.ts";
import { oneFact, type ReadFact, requiredConcept } from "./read-fact.ts";

/** Flag and RiskAssessment: what whoever meets the patient must know first. */

type Alert = FactOf<"alert">;

/** The model's own words, as text of a category, say more than FHIR's codes. */
const WORDS: Readonly<Record<string, Alert["category"]>> = {
  ...{ clinical: "clinical", safeguarding: "safeguarding", behavioural: "behavioural", environmental: "environmental" },
  ...{ infection: "infection", administrative: "administrative", other: "other" },
};
/** http://terminology.hl7.org/CodeSystem/flag-category. */
const CODES: Readonly<Record<string, Alert["category"]>> = {
  ...{ diet: "clinical", drug: "clinical", lab: "clinical", clinical: "clinical", "advance-directive": "clinical" },
  ...{ behavioral: "behavioural", admin: "administrative", contact: "administrative" },
  // Of a person, of a dog, of a stair: the code does not say.
  ...{ research: "administrative", safety: "other" },
};
/** http://hl7.org/fhir/flag-priority-code. */
const PRIORITIES: Readonly<Record<string, Alert["priority"]>> = { PN: "low", PL: "low", PM: "medium", PH: "high" };
/** http://terminology.hl7.org/CodeSystem/risk-probability. */
const RISKS: Readonly<Record<string, Alert["priority"]>> = {
  ...{ negligible: "low", low: "low", moderate: "medium", high: "high", certain: "high" },
};

/** Who does not say how urgent it is, is not taken for saying that it is not. */
const UNSAID = "medium";

export function flagFacts(resource: Element): ReadFact[] {
  const priority = codeAt(resource.extension(/flag-priority$/), "valueCodeableConcept") ?? "";
  const { start, end } = periodAt(resource, "period");
  const content = stated<Alert>({
    kind: "alert",
    code: requiredConcept(resource, "code"),
    category: categoryOf(resource),
    priority: (Object.hasOwn(PRIORITIES, priority) ? PRIORITIES[priority] : undefined) ?? UNSAID,
    status: resource.text("status") === "active" ? "active" : "inactive",
    startsAt: start,
    endsAt: end,
    raisedBy: partyAt(resource, "author"),
    notes: [],
  });
  return oneFact(resource, content);
}

function categoryOf(resource: Element): Alert["category"] {
  const categories = conceptsIn(resource, "category");
  const words = categories.flatMap(({ text }) => text?.toLowerCase() ?? []).find((text) => Object.hasOwn(WORDS, text));
  const codes = categories.flatMap(({ codings }) => codings.map(({ code }) => code));
  const code = codes.find((each) => Object.hasOwn(CODES, each));
  if (categories.length > 0 && words === undefined && code === undefined)
    resource.flag("category", "bad-code", "The category is none that is known: taken as another one.");
  return WORDS[words ?? ""] ?? CODES[code ?? ""] ?? "other";
}

/** The greatest of the risks that it foresees. */
export function riskFacts(resource: Element): ReadFact[] {
  const predictions = resource.list("prediction");
  const priorities = predictions.flatMap((each) => RISKS[codeAt(each, "qualitativeRisk") ?? ""] ?? []);
  const status = resource.text("status") ?? "";
  const outcome = predictions.map((each) => conceptAt(each, "outcome")).find((each) => each !== undefined);
  const content = stated<Alert>({
    kind: "alert",
    code: conceptAt(resource, "code") ?? outcome ?? requiredConcept(resource, "code"),
    category: "clinical",
    priority: (["high", "medium", "low"] as const).find((each) => priorities.includes(each)) ?? UNSAID,
    status: ["final", "amended", "corrected", "preliminary", "registered"].includes(status) ? "active" : "inactive",
    startsAt: startAt(resource, "occurrence"),
    endsAt: undefined,
    raisedBy: partyAt(resource, "performer"),
    notes: [
      ...predictions.flatMap((each) => each.text("rationale", NOTE_LENGTH_MAX) ?? []),
      ...noteAt(resource, "mitigation"),
      ...notesAt(resource),
    ],
  });
  return oneFact(resource, content);
}
