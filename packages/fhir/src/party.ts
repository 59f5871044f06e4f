import type { Party } from "@chesil/model";
import type { Organization, Practitioner } from "./clinical-resources.ts";
import { type PartyType, partyCode } from "./party-reference.ts";
import { PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

/**
 * Organisations and practitioners, by what a message says of them: a code and a name. Each is undefined where it has no
 * code to be known by. `authority` is whose codes they are, where they are not national ones.
 */

export function organizationOf(party: Party, authority?: string | undefined): Organization | undefined {
  const known = knownBy(party, "Organization", authority);
  return (
    known &&
    withoutEmpty<Organization>({
      resourceType: "Organization",
      id: known.id,
      meta: { profile: [PROFILE.organization] },
      identifier: [known.identifier],
      name: readable(party.display),
    })
  );
}

export function practitionerOf(party: Party, authority?: string | undefined): Practitioner | undefined {
  const known = knownBy(party, "Practitioner", authority);
  const text = readable(party.display);
  return (
    known &&
    withoutEmpty<Practitioner>({
      resourceType: "Practitioner",
      id: known.id,
      meta: { profile: [PROFILE.practitioner] },
      identifier: [known.identifier],
      name: text === undefined ? undefined : [{ text }],
    })
  );
}

function knownBy(party: Party, type: PartyType, authority: string | undefined) {
  const known = partyCode(party, type, authority);
  return known?.id === undefined ? undefined : { id: known.id, identifier: known.identifier };
}
