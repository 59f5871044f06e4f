import type { FactOf } from "@chesil/model";
import type { RelatedPerson } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { addressOf, contactPointOf } from "../person-details.ts";
import { PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** RelatedPerson: somebody who belongs to the patient. FHIR has no status of them but whether they still do. */

const ROLES: Readonly<Record<FactOf<"relationship">["role"], string>> = {
  contact: "Contact",
  guarantor: "Guarantor",
  family: "Family",
  carer: "Carer",
  professional: "Professional",
};

export function relatedPersonOf(source: SourceOf<"relationship">): RelatedPerson {
  const { content, state } = source;
  const telling = new Telling(source);
  const name = telling.text("Name", content.name);
  const role = ROLES[content.role];
  const sent = [telling.concept("Relationship", content.relationship), telling.concept("As", content.contactRole)];
  const telecom = (content.telecoms ?? []).flatMap(contactPointOf);
  const address = (content.addresses ?? []).flatMap(addressOf);
  const person: Omit<RelatedPerson, "text"> = {
    resourceType: "RelatedPerson",
    ...telling.head(PROFILE.relatedPerson),
    active: state === "current",
    patient: telling.patient,
    relationship: [...sent.filter((each) => each !== undefined), { text: role }],
    name: name === undefined ? undefined : [{ text: name }],
    telecom,
    address,
    period: telling.period(["From", "Until"], content.startsAt, content.endsAt),
  };
  for (const { value } of telecom) telling.text("Contact", value);
  for (const { line = [], city, district, postalCode } of address)
    telling.text("Address", [...line, city, district, postalCode].filter((part) => part !== undefined).join(", "));
  telling.note("Organisation", content.organisation?.display ?? content.organisation?.code);
  const heading = `${role}: ${readable(content.name) ?? wordsOf(content.relationship) ?? "not named"}`;
  return withoutEmpty<RelatedPerson>({ ...person, text: telling.narrative(heading, false) });
}
