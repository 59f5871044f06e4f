import type { Concept, FactOf } from "@chesil/model";
import { conceptsIn, periodAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { addressesOf, telecomsOf } from "../person-details.ts";
import { humanNameAt } from "../references.ts";
import { stated } from "../stated.ts";
import { oneFact, type ReadFact } from "./read-fact.ts";

/** RelatedPerson: who belongs to the patient. */

type Relationship = FactOf<"relationship">;

/** HL7 table 0131: what they are there for; v3 RoleCode and others: who they are. */
const CONTACT_ROLE = /v2-0131$|ContactRole/i;

export function relationshipFacts(resource: Element): ReadFact[] {
  const relationships = conceptsIn(resource, "relationship");
  const role = relationships.map(roleIn).find((each) => each !== undefined);
  const others = relationships.filter((each) => roleIn(each) === undefined);
  const contactRole = others.find(isContactRole);
  const relationship = others.find((each) => !isContactRole(each));
  const { start, end } = periodAt(resource, "period");
  const content = stated<Relationship>({
    kind: "relationship",
    role: role ?? "contact",
    name: humanNameAt(resource),
    relationship,
    contactRole,
    addresses: addressesOf(resource),
    telecoms: telecomsOf(resource),
    organisation: undefined,
    startsAt: start,
    endsAt: end,
  });
  if (content.name === undefined && relationship === undefined && contactRole === undefined)
    throw resource.refusal("name", "structure", "It has neither a name nor a relationship.");
  // R4 has no status for what was entered in error here; one that is not active is known no more.
  return resource.boolean("active") === false ? [{ content, isRetracted: true }] : oneFact(resource, content);
}

/** The model's own words, which FHIR has no codes for. */
const ROLES: Readonly<Record<string, Relationship["role"]>> = {
  ...{ contact: "contact", guarantor: "guarantor", family: "family", carer: "carer", professional: "professional" },
};

function roleIn({ codings, text }: Concept): Relationship["role"] | undefined {
  const word = codings.length === 0 ? (text?.toLowerCase() ?? "") : "";
  return Object.hasOwn(ROLES, word) ? ROLES[word] : undefined;
}

const isContactRole = ({ codings }: Concept) => codings.some(({ system }) => CONTACT_ROLE.test(system));
