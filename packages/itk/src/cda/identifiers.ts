import { type Identifier, isValidNhsNumber, NHS_AUTHORITY, nhsNumberDigits, type SourceKey } from "@chesil/model";
import type { CdaReading } from "./cda-reading.ts";
import type { DocumentType } from "./document-type.ts";
import { CDA_LIMITS } from "./limits.ts";
import { LOCAL_ID, NHS_NUMBER, NHS_NUMBER_UNVERIFIED } from "./oids.ts";
import type { Place } from "./place.ts";

/**
 * The ids of `patientRole`. Which of them are of the patient is a matter of life and death: two callers who got the number
 * of one call would be one person. So a local id counts as the patient's where the kind of document says so
 * (`DocumentType.localIds`), unless the configuration knows better of its authority (`CdaReading.localIds`).
 */
export function identifiersOf(role: Place, type: DocumentType, reading: CdaReading): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const id of role.all("id")) {
    const identifier = identifierOf(id, type, reading);
    const key = identifier && `${identifier.authority}|${identifier.value}`;
    const before = key === undefined ? undefined : found.get(key);
    // One number under both roots is as good as the better one says.
    if (identifier && key !== undefined && (before === undefined || identifier.trust === "verified"))
      found.set(key, identifier);
  }
  return [...found.values()];
}

function identifierOf(id: Place, type: DocumentType, reading: CdaReading): Identifier | undefined {
  const root = id.attribute("root") ?? "";
  const value = id.attribute("extension");
  if (value === undefined || root === "") return undefined;
  if (root === NHS_NUMBER || root === NHS_NUMBER_UNVERIFIED) return nhsNumberOf(id, root, value);
  const authority = authorityOf(id, root, reading);
  if ((known(reading.localIds, authority) ?? type.localIds) === "patient") return { authority, value, type: "" };
  id.warn("ignored", "In documents of this kind a local id may be of a call: it is not taken for the patient's.");
  return undefined;
}

/** Verified is what stands under the verified root, unless its own status says otherwise. */
function nhsNumberOf(id: Place, root: string, sent: string): Identifier {
  const value = nhsNumberDigits(sent) ?? sent;
  const identifier = { authority: NHS_AUTHORITY, value, type: "NH" };
  if (!isValidNhsNumber(value)) {
    id.warn("bad-nhs-number", "The NHS number fails its check or is a placeholder.");
    return { ...identifier, trust: "invalid" };
  }
  const isVerified = root === NHS_NUMBER && (statusOf(id) ?? "01") === "01";
  return { ...identifier, trust: isVerified ? "verified" : "unverified" };
}

/** `patientIdStatus`, which the NHS adds, is in its own namespace or in none. */
function statusOf(id: Place): string | undefined {
  for (const [name, value] of id.element.attributes)
    if (name === "patientIdStatus" || name.endsWith("}patientIdStatus")) return value.trim();
  return undefined;
}

/** `RYE:SCAS111` is RYE; what has no code is known by its name, and what has neither by its root. */
function authorityOf(id: Place, root: string, { authority, authorities }: CdaReading): string {
  const name = id.attribute("assigningAuthorityName");
  if (name === undefined) {
    const own = root === LOCAL_ID ? authority : root;
    return known(authorities, root) ?? own;
  }
  const code = /^([A-Z0-9]{3,10}):/i.exec(name)?.[1]?.toUpperCase();
  return known(authorities, name) ?? (code === undefined ? name : (known(authorities, code) ?? code));
}

const known = <T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/** By which id its sender knows the patient; of several the sender's own. An NHS number is none: see packages/hl7. */
export function patientKeyOf(identifiers: readonly Identifier[], { authority }: CdaReading): SourceKey | undefined {
  const local = identifiers.filter(
    (each) => each.authority !== NHS_AUTHORITY && each.value.length <= CDA_LIMITS.idLengthMax,
  );
  const own = local.find((each) => each.authority === authority) ?? local[0];
  return own && { authority: own.authority, localId: own.value };
}
