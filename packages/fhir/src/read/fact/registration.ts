import type { FactOf } from "@chesil/model";
import { conceptIn, conceptText, periodAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt } from "../references.ts";
import { stated } from "../stated.ts";
import { isInError, oneFact, type ReadFact, statusIn } from "./read-fact.ts";

/** EpisodeOfCare: with which practice the patient was registered, and when. */

type Registration = FactOf<"registration">;

const STATUSES: Readonly<Record<string, Registration["status"]>> = {
  ...{ planned: "unknown", waitlist: "unknown", active: "active", onhold: "active" },
  ...{ finished: "ended", cancelled: "ended" },
};

export function registrationFacts(resource: Element): ReadFact[] {
  const practice = partyAt(resource, "managingOrganization");
  if (practice === undefined && !isInError(resource))
    throw resource.refusal("managingOrganization", "structure", "It does not say with whom the patient is registered.");
  const { start, end } = periodAt(resource, "period");
  const content = stated<Registration>({
    kind: "registration",
    practice: practice ?? {},
    practitioner: partyAt(resource, "careManager"),
    type: typeOf(resource),
    status: statusIn(resource, "status", STATUSES, "unknown"),
    startsAt: start,
    endsAt: end,
  });
  return oneFact(resource, content);
}

/** Chesil's own output says before the type that it is a registration. */
function typeOf(resource: Element): string | undefined {
  const type = conceptIn(resource, "type");
  const words = type && (type.codings[0]?.code ?? conceptText(type));
  return words?.replace(/^GP registration(: )?/, "") || undefined;
}
