import type { FactOf } from "@chesil/model";
import { codeAt, conceptsIn, conceptText, notesAt, startAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { stated } from "../stated.ts";
import { isRefuted, type ReadFact, requiredConcept } from "./read-fact.ts";

type Allergy = FactOf<"allergy">;

const STATUSES: Readonly<Record<string, Allergy["status"]>> = {
  ...{ active: "active", inactive: "inactive", resolved: "resolved" },
};
/** The worst is what counts: a person is warned once. */
const SEVERITIES = ["mild", "moderate", "severe"];

export function allergyFacts(resource: Element): ReadFact[] {
  const reactions = resource.list("reaction");
  const sent = codeAt(resource, "clinicalStatus");
  const status = sent !== undefined && Object.hasOwn(STATUSES, sent) ? STATUSES[sent] : undefined;
  if (sent !== undefined && status === undefined) resource.flag("clinicalStatus", "bad-code", "It is no code of FHIR.");
  const content = stated<Allergy>({
    kind: "allergy",
    code: requiredConcept(resource, "code"),
    type: resource.texts("category")[0] ?? resource.text("type"),
    severity: severityOf(resource, reactions),
    reactions: reactions.flatMap((each) => conceptsIn(each, "manifestation").map(conceptText)).filter(Boolean),
    certainty: codeAt(resource, "verificationStatus"),
    status,
    identifiedAt: startAt(resource, "onset"),
    notes: [...notesAt(resource), ...reactions.flatMap((each) => notesAt(each))],
  });
  return [{ content, isRetracted: isRefuted(resource) }];
}

/** Of its reactions; where none has one, how dangerous it may become. */
function severityOf(resource: Element, reactions: readonly Element[]): string | undefined {
  const severities = reactions.flatMap((each) => each.text("severity") ?? []);
  const worst = severities.sort((a, b) => SEVERITIES.indexOf(b) - SEVERITIES.indexOf(a))[0];
  const criticality = resource.text("criticality");
  return worst ?? (criticality === "unable-to-assess" ? undefined : criticality);
}
