import type { FactOf, FactStatement } from "@chesil/model";
import { codeAt, conceptAt } from "./concept.ts";
import { contentKey } from "./fact-key.ts";
import { ROLE_CLASS } from "./oids.ts";
import { organisationAt } from "./party.ts";
import { addressesOf, spokenName, telecomsOf } from "./person-details.ts";
import { type Place, stated } from "./place.ts";

/** `patient/guardian`: who answers for the patient. Who called about them (`informant`) is in the document only. */
export function guardianFacts(patient: Place | undefined): FactStatement[] {
  return (patient?.all("guardian") ?? []).flatMap((guardian) => {
    const name = spokenName(guardian.at("guardianPerson", "name"));
    const organisation = organisationAt(guardian.at("guardianOrganization"));
    if (name === undefined && organisation === undefined) return [];
    const content = stated<FactOf<"relationship">>({
      kind: "relationship",
      role: "contact",
      name,
      relationship: conceptAt(guardian.at("code")),
      contactRole: { codings: [{ system: ROLE_CLASS, code: "GUARD", display: "Guardian" }] },
      addresses: addressesOf(guardian),
      telecoms: telecomsOf(guardian),
      organisation,
      startsAt: undefined,
      endsAt: undefined,
    });
    const key = contentKey("guardian", name, organisation?.code ?? organisation?.display, codeAt(guardian.at("code")));
    return [{ key, action: "state" as const, content }];
  });
}
