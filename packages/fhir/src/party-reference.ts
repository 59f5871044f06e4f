import type { Party } from "@chesil/model";
import type { Identifier, Reference } from "./datatypes.ts";
import { partySystem } from "./identifier-system.ts";
import { type PartyKey, partyId } from "./party-id.ts";
import { IDENTIFIER_SYSTEM } from "./uk-core.ts";
import { readable } from "./without-empty.ts";

export type PartyType = "Practitioner" | "Organization";

/** National codes by their form (NHS Data Dictionary). A code of no known form is its sender's own. */
const NATIONAL_CODES: Readonly<Record<PartyType, readonly (readonly [RegExp, string])[]>> = {
  Practitioner: [
    [/^G\d{7}$/, IDENTIFIER_SYSTEM.gmp],
    [/^C\d{7}$/, IDENTIFIER_SYSTEM.consultant],
    [/^\d{7}$/, IDENTIFIER_SYSTEM.gmc],
  ],
  Organization: [[/^[A-Z]\d{5}$/, IDENTIFIER_SYSTEM.odsOrganization]],
};

/** A code, whose it is, and the id and identifier that come of it. */
export type PartyCode = PartyKey & { readonly id: string | undefined; readonly identifier: Identifier };

/** Undefined where the party has no code. The code of nobody known goes without a system, and without an id. */
export function partyCode(
  party: Party | null | undefined,
  type: PartyType,
  authority: string | undefined,
): PartyCode | undefined {
  const code = readable(party?.code)?.toUpperCase();
  if (code === undefined) return undefined;
  const national = NATIONAL_CODES[type].find(([form]) => form.test(code))?.[1];
  if (national !== undefined) return { code, id: partyId({ code }), identifier: { system: national, value: code } };
  const whose = readable(authority);
  if (whose === undefined) return { code, id: undefined, identifier: { value: code } };
  const system = partySystem(whose, type === "Practitioner" ? "practitioner" : "organization");
  return { code, authority: whose, id: partyId({ code, authority: whose }), identifier: { system, value: code } };
}

/**
 * A doctor or organisation, pointed at where the code makes an id, and always with the identifier and the name they are
 * known by. `authority` is whose codes they are, where they are not national ones. Undefined when nothing is known.
 */
export function partyReference(
  party: Party | null | undefined,
  type: PartyType,
  authority?: string | undefined,
): Reference | undefined {
  const known = partyCode(party, type, authority);
  const display = readable(party?.display);
  if (known === undefined && display === undefined) return undefined;
  const reference = known?.id === undefined ? undefined : `${type}/${known.id}`;
  return { reference, type, identifier: known?.identifier, display };
}

/**
 * Of a place in a message that may name either: an organisation where its code is a national one of organisations, else
 * a practitioner where there is a code at all. A name alone is only that.
 */
export function eitherReference(party: Party | null | undefined, authority: string): Reference | undefined {
  const code = readable(party?.code)?.toUpperCase();
  if (code === undefined) {
    const display = readable(party?.display);
    return display === undefined ? undefined : { display };
  }
  return partyReference(party, eitherType(code), authority);
}

/** What a code is taken for where it might be of either. */
export const eitherType = (code: string): PartyType =>
  NATIONAL_CODES.Organization.some(([form]) => form.test(code)) ? "Organization" : "Practitioner";
