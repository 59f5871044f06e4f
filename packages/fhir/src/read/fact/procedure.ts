import type { FactOf } from "@chesil/model";
import { notesAt, startAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt } from "../references.ts";
import { stated } from "../stated.ts";
import { oneFact, type ReadFact, requiredConcept } from "./read-fact.ts";

/** What was done. What was not is no procedure: nothing of it is stated. */
export function procedureFacts(resource: Element): ReadFact[] {
  if (resource.text("status") === "not-done")
    throw resource.refusal("status", "ignored", "It was not done, so no procedure is stated.");
  const content = stated<FactOf<"procedure">>({
    kind: "procedure",
    code: requiredConcept(resource, "code"),
    performedAt: startAt(resource, "performed"),
    performer: partyAt(resource.first("performer"), "actor"),
    priority: undefined,
    notes: notesAt(resource),
  });
  return oneFact(resource, content);
}
