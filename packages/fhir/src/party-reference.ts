import type { Party } from "@chesil/model";
import type { Identifier, Reference } from "./datatypes.ts";
import { IDENTIFIER_SYSTEM } from "./uk-core.ts";
import { readable } from "./without-empty.ts";

/** National codes by their form (NHS Data Dictionary). A code of no known form goes without a system. */
const PRACTITIONER_CODES: readonly [RegExp, string][] = [
  [/^G\d{7}$/, IDENTIFIER_SYSTEM.gmp],
  [/^C\d{7}$/, IDENTIFIER_SYSTEM.consultant],
  [/^\d{7}$/, IDENTIFIER_SYSTEM.gmc],
];
const ORGANIZATION_CODES: readonly [RegExp, string][] = [[/^[A-Z]\d{5}$/, IDENTIFIER_SYSTEM.odsOrganization]];

/**
 * A doctor or organisation as a logical reference: Chesil holds no Practitioner or Organization to point at, so it says
 * by which identifier and name they are known. Undefined when neither is.
 */
export function partyReference(
  party: Party | null | undefined,
  type: "Practitioner" | "Organization",
): Reference | undefined {
  const code = readable(party?.code)?.toUpperCase();
  const display = readable(party?.display);
  if (code === undefined && display === undefined) return undefined;
  const forms = type === "Practitioner" ? PRACTITIONER_CODES : ORGANIZATION_CODES;
  const identifier: Identifier | undefined = code
    ? { system: forms.find(([form]) => form.test(code))?.[1], value: code }
    : undefined;
  return { type, identifier, display };
}
