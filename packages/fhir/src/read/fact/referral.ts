import type { FactOf } from "@chesil/model";
import { conceptAt, conceptIn, noteAt, notesAt, periodAt, textOfConceptAt, whenAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt, partyIn } from "../references.ts";
import { stated } from "../stated.ts";
import { oneFact, type ReadFact, statusIn } from "./read-fact.ts";

/** ServiceRequest, and the ReferralRequest of GP Connect's STU3. */

type Referral = FactOf<"referral">;

const STATUSES: Readonly<Record<string, Referral["status"]>> = {
  ...{ draft: "pending", active: "pending", "on-hold": "pending", suspended: "pending", revoked: "cancelled" },
  ...{ cancelled: "cancelled", completed: "completed", unknown: "unknown" },
};

export function referralFacts(resource: Element): ReadFact[] {
  const type = conceptAt(resource, "code") ?? conceptIn(resource, "serviceRequested") ?? conceptAt(resource, "type");
  const { end } = periodAt(resource, "occurrencePeriod");
  const content = stated<Referral>({
    kind: "referral",
    sentStatus: resource.text("status"),
    status: statusIn(resource, "status", STATUSES, "unknown"),
    priority: resource.text("priority"),
    type,
    reason: conceptIn(resource, "reasonCode"),
    specialty: textOfConceptAt(resource, "performerType") ?? textOfConceptAt(resource, "specialty"),
    requestedAt: whenAt(resource, "authoredOn"),
    receivedAt: whenAt(resource.extension(/received-at$/), "valueDateTime"),
    expiresAt: end,
    referredBy: partyAt(resource, "requester") ?? partyAt(resource.at("requester"), "agent"),
    referredTo: partyIn(resource, "performer") ?? partyIn(resource, "recipient"),
    notes: [...notesAt(resource), ...noteAt(resource, "description")],
  });
  if (!content.type && !content.reason && !content.specialty && !content.referredTo)
    throw resource.refusal("code", "structure", "Nothing says what is asked for, of whom or why.");
  return oneFact(resource, content);
}
