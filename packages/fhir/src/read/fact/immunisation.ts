import type { FactOf } from "@chesil/model";
import { conceptAt, notesAt, pastAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt } from "../references.ts";
import { stated } from "../stated.ts";
import { oneFact, type ReadFact, requiredConcept, statusIn } from "./read-fact.ts";

type Immunisation = FactOf<"immunisation">;

const STATUSES: Readonly<Record<string, Immunisation["status"]>> = { completed: "given", "not-done": "not-given" };

export function immunisationFacts(resource: Element): ReadFact[] {
  const protocol = resource.first("protocolApplied");
  const dose = protocol?.number("doseNumberPositiveInt");
  const words = resource.text("occurrenceString");
  const content = stated<Immunisation>({
    kind: "immunisation",
    code: requiredConcept(resource, "vaccineCode"),
    status: statusIn(resource, "status", STATUSES, "unknown"),
    givenAt: pastAt(resource, "occurrenceDateTime"),
    dose: dose === undefined ? protocol?.text("doseNumberString") : String(dose),
    site: conceptAt(resource, "site"),
    route: conceptAt(resource, "route"),
    batch: resource.text("lotNumber"),
    manufacturer: partyAt(resource, "manufacturer")?.display,
    performer: partyAt(resource.first("performer"), "actor"),
    reason: conceptAt(resource, "statusReason"),
    notes: [...notesAt(resource), ...(words === undefined ? [] : [`Given: ${words}`])],
  });
  return oneFact(resource, content);
}
