import type { FactOf } from "@chesil/model";
import { conceptAt, conceptIn, conceptsIn, conceptText, noteAt, whenAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt, resolved } from "../references.ts";
import { stated } from "../stated.ts";
import { numberAs, oneFact, type ReadFact, statusIn } from "./read-fact.ts";

type Appointment = FactOf<"appointment">;

const STATUSES: Readonly<Record<string, Appointment["status"]>> = {
  ...{ proposed: "pending", pending: "pending", waitlist: "pending", booked: "booked" },
  ...{
    arrived: "attended",
    "checked-in": "attended",
    fulfilled: "attended",
    cancelled: "cancelled",
    noshow: "no-show",
  },
};

export function appointmentFacts(resource: Element): ReadFact[] {
  const specialty = conceptIn(resource, "specialty");
  const content = stated<Appointment>({
    kind: "appointment",
    placerId: numberAs(resource, "PLAC"),
    fillerId: numberAs(resource, "FILL"),
    status: statusIn(resource, "status", STATUSES, "pending"),
    reason: conceptIn(resource, "reasonCode"),
    type: conceptAt(resource, "appointmentType"),
    startsAt: whenAt(resource, "start"),
    endsAt: whenAt(resource, "end"),
    location: actorOf(resource, ["Location"])?.display,
    clinician: actorOf(resource, ["Practitioner", "PractitionerRole"]),
    specialty: specialty && (conceptText(specialty) || undefined),
    services: conceptsIn(resource, "serviceType"),
    resources: undefined,
    notes: [
      ...noteAt(resource, "description"),
      ...noteAt(resource, "comment"),
      ...noteAt(resource, "patientInstruction"),
    ],
  });
  return oneFact(resource, content);
}

/** The first of those who take part that is of one of these types, by what it refers to or says that it does. */
function actorOf(resource: Element, types: readonly string[]) {
  for (const each of resource.list("participant")) {
    const actor = each.at("actor");
    const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/.exec(actor?.text("reference") ?? "")?.[1];
    const type = actor?.text("type") ?? named ?? resolved(actor)?.type ?? "";
    if (types.includes(type)) return partyAt(each, "actor");
  }
  return undefined;
}
