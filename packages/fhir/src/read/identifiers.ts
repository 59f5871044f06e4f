import { type Identifier, isValidNhsNumber, NHS_AUTHORITY, nhsNumberDigits } from "@chesil/model";
import { authoritiesOf } from "../identifier-system.ts";
import { CODE_SYSTEM } from "../uk-core.ts";
import type { BundleContext } from "./bundle-result.ts";
import { codeAt } from "./datatypes.ts";
import type { Element } from "./element.ts";
import { stated } from "./stated.ts";

/** The systems of NHS numbers: NHS England's, and the OID that older documents use. */
const NHS_OID = "2.16.840.1.113883.2.1.4.1";
/** UK Core's extension and its elder of Care Connect. */
const VERIFICATION_STATUS = /NHSNumberVerificationStatus/;
/** No index takes longer ids. */
const ID_LENGTH_MAX = 200;

/** The identifiers of a Patient, each once; NHS numbers with their trust. */
export function identifiersOf(patient: Element, context: BundleContext): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const element of patient.list("identifier")) {
    const identifier = identifierOf(element, context);
    const key = identifier && `${identifier.authority}|${identifier.value}`;
    if (key !== undefined && !found.has(key)) found.set(key, identifier as Identifier);
  }
  return [...found.values()];
}

function identifierOf(element: Element, context: BundleContext): Identifier | undefined {
  const value = element.text("value");
  if (value === undefined) return undefined;
  const authority = authorityOf(element.text("system"), context);
  const type = typeOf(element);
  if (authority !== NHS_AUTHORITY) return { authority, value, type };
  const number = nhsNumberDigits(value) ?? value;
  if (isValidNhsNumber(number)) return { authority, value: number, type: "NH", trust: trustOf(element, context) };
  element.flag("value", "bad-nhs-number", "The NHS number fails its check or is a placeholder.");
  return { authority, value: number, type: "NH", trust: "invalid" };
}

/** What issues ids under a system; the source itself where none is named. */
function authorityOf(system: string | undefined, { authority }: BundleContext): string {
  if (system === undefined) return authority;
  const [meant = system] = authoritiesOf(system);
  return meant === NHS_OID ? NHS_AUTHORITY : meant;
}

function trustOf(element: Element, { nhsNumberTraced }: BundleContext): "verified" | "unverified" {
  const extension = element.extension(VERIFICATION_STATUS);
  if (extension === undefined) return nhsNumberTraced ? "verified" : "unverified";
  return codeAt(extension, "valueCodeableConcept") === "01" ? "verified" : "unverified";
}

function typeOf(element: Element): string {
  const codings = element.at("type")?.list("coding") ?? [];
  return codings.find((each) => each.text("system") === CODE_SYSTEM.identifierType)?.text("code") ?? "";
}

/**
 * By which id this source knows the patient: its own identifier, else the Patient's id. An NHS number is none: two
 * patients sent under one number would be one record before anybody could compare them.
 *
 * @throws EntryRefusedError where there is neither.
 */
export function localIdOf(patient: Element, identifiers: readonly Identifier[], { authority }: BundleContext): string {
  const localId = identifiers.find((each) => each.authority === authority)?.value ?? patient.text("id");
  if (localId === undefined)
    throw patient.refusal(
      "identifier",
      "structure",
      "The Patient has no id of this source. An NHS number is not enough.",
    );
  if (localId.length > ID_LENGTH_MAX)
    throw patient.refusal("identifier", "structure", `The Patient's id has more than ${ID_LENGTH_MAX} characters.`);
  return localId;
}

/** The identifiers with the one that keys the record. */
export function withOwn(identifiers: readonly Identifier[], authority: string, localId: string): Identifier[] {
  const isListed = identifiers.some((each) => each.authority === authority && each.value === localId);
  return isListed
    ? [...identifiers]
    : [stated<Identifier>({ authority, value: localId, type: "", trust: undefined }), ...identifiers];
}
