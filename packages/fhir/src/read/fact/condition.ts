import type { FactOf } from "@chesil/model";
import { codeAt, conceptsIn, conceptText, notesAt, pastAt, periodAt, startAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt } from "../references.ts";
import { stated } from "../stated.ts";
import { isRefuted, type ReadFact, requiredConcept } from "./read-fact.ts";

type Condition = FactOf<"condition">;

const STATUSES: Readonly<Record<string, Condition["status"]>> = {
  ...{ active: "active", recurrence: "active", relapse: "active" },
  ...{ inactive: "inactive", remission: "inactive", resolved: "resolved" },
};

const DIAGNOSIS_TYPE = /v2-0052$/;
const CATEGORY = /condition-category$/;

/** A problem of a list, or a diagnosis of a visit. */
export function conditionFacts(resource: Element): ReadFact[] {
  const content = stated<Condition>({
    kind: "condition",
    code: requiredConcept(resource, "code"),
    type: typeOf(resource),
    priority: undefined,
    status: statusOf(resource),
    diagnosedAt: pastAt(resource.extension(/condition-assertedDate$/), "valueDateTime"),
    startsAt: startAt(resource, "onset"),
    endsAt: pastAt(resource, "abatementDateTime") ?? periodAt(resource, "abatementPeriod").end,
    clinician: partyAt(resource, "asserter") ?? partyAt(resource, "recorder"),
    notes: [...notesAt(resource), ...wordsOfTimes(resource)],
  });
  return [{ content, isRetracted: isRefuted(resource) }];
}

/** A diagnosis of a visit has no state of its own: it was made, and that is all it says. */
function statusOf(resource: Element): Condition["status"] {
  const sent = codeAt(resource, "clinicalStatus");
  if (sent === undefined) return undefined;
  const status = Object.hasOwn(STATUSES, sent) ? STATUSES[sent] : undefined;
  if (status === undefined) resource.flag("clinicalStatus", "bad-code", "It is no code of FHIR.");
  return status;
}

/** HL7's type of a diagnosis, else what the sender calls it beside a problem or a diagnosis. */
function typeOf(resource: Element): string | undefined {
  const categories = conceptsIn(resource, "category");
  const codings = categories.flatMap((each) => each.codings);
  const type = codings.find(({ system }) => DIAGNOSIS_TYPE.test(system));
  const other = categories.find((each) => !each.codings.some(({ system }) => CATEGORY.test(system)));
  return type?.code ?? (other && (conceptText(other) || undefined));
}

/** FHIR takes words in place of a time: "in childhood". */
const wordsOfTimes = (resource: Element): string[] =>
  ["onsetString", "abatementString"].flatMap((name) => {
    const words = resource.text(name);
    return words === undefined ? [] : [`${name === "onsetString" ? "Began" : "Ended"}: ${words}`];
  });
