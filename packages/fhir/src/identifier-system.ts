import { NHS_AUTHORITY } from "@chesil/model";
import { IDENTIFIER_SYSTEM } from "./uk-core.ts";

/**
 * An assigning authority as a FHIR identifier system, and back. Senders name authorities freely (`SIMULATOR MRN`, an ODS
 * code, an OID), FHIR wants a URI that stays the same for ever: so the URI is made from the name and nothing else.
 */

const URI = /^(https?:\/\/|urn:)\S+$/i;
/** Of two numbers there is none: they are arcs of the tree's own. */
const OID = /^[0-2](\.(0|[1-9]\d*)){2,}$/;
const AUTHORITY = "urn:chesil:authority:";
const VISIT = "urn:chesil:visit:";

/** The system of the local ids that an authority gives out. The NHS is the one of NHS numbers. */
export function identifierSystem(authority: string): string {
  if (authority === NHS_AUTHORITY) return IDENTIFIER_SYSTEM.nhsNumber;
  if (URI.test(authority)) return authority;
  return OID.test(authority) ? `urn:oid:${authority}` : AUTHORITY + escaped(authority);
}

/** The system of an authority's visit numbers: a visit and a patient may have the same number. */
export const visitSystem = (authority: string) => VISIT + escaped(authority);

/** The system of the numbers that an authority's applications give to orders, as placer or as filler. */
export const orderSystem = (authority: string, role: "placer" | "filler") => `urn:chesil:${role}:${escaped(authority)}`;

/** The system of an authority's own codes of staff or of organisations. */
export const partySystem = (authority: string, type: "practitioner" | "organization") =>
  `urn:chesil:${type}:${escaped(authority)}`;

/** A system of codes that only its sender knows: two senders' `L` are two systems. */
export const codeSystemUrn = (authority: string, name: string) =>
  `urn:chesil:codes:${escaped(authority)}:${escaped(name)}`;

/** The system of the names that an authority gives to its wards and beds. */
export const placeSystem = (authority: string) => `urn:chesil:place:${escaped(authority)}`;

/**
 * The authorities that a system may mean, the likeliest first: what `identifierSystem` made of them, and the text itself
 * for those who search by the name as the feed writes it.
 */
export function authoritiesOf(system: string): string[] {
  if (system === IDENTIFIER_SYSTEM.nhsNumber) return [NHS_AUTHORITY];
  if (system.startsWith(AUTHORITY)) return [unescaped(system.slice(AUTHORITY.length)), system];
  if (system.startsWith("urn:oid:")) return [system.slice("urn:oid:".length), system];
  return [system];
}

// A lone surrogate can not be percent-encoded; U+FFFD stands for it, as it does wherever text becomes UTF-8.
const escaped = (text: string) => encodeURIComponent(text.toWellFormed());

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
