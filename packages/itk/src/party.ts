import type { XmlElement } from "@chesil/xml";
import { word } from "./attributes.ts";
import type { Party } from "./envelope.ts";
import { ADDRESS_TYPE, ADDRESSING_PREFIX, IDENTITY_PREFIX, IDENTITY_TYPE } from "./names.ts";

export const ADDRESS = { type: ADDRESS_TYPE, prefix: ADDRESSING_PREFIX };
export const IDENTITY = { type: IDENTITY_TYPE, prefix: IDENTITY_PREFIX };

/** Of other types (a directory of services has its own) a URI is whatever they use. */
export function readParty(
  element: XmlElement,
  kind: { readonly type: string; readonly prefix: string },
  place: string,
  add: (text: string) => void,
): Party | undefined {
  const uri = word(element, "uri");
  const type = element.attributes.get("type")?.trim() || undefined;
  const isShaped = (type ?? kind.type) !== kind.type || isColonList(uri ?? "", kind.prefix);
  if (uri === undefined || !isShaped) {
    add(`${place} is no ${kind.prefix}… URI.`);
    return undefined;
  }
  return type === undefined ? { uri } : { uri, type };
}

/** A naming authority (`ods`) and what it names, none of them empty. */
function isColonList(uri: string, prefix: string): boolean {
  const tokens = uri.slice(prefix.length).split(":");
  return uri.startsWith(prefix) && tokens.length > 1 && tokens.every((token) => token !== "");
}

/** The organisation of an ITK address or identity: its ODS code, without its sites and teams. Undefined for any other. */
export function odsCodeOf({ uri }: Party): string | undefined {
  return /^urn:nhs-uk:(?:addressing|identity):ods:([^:]+)/.exec(uri)?.[1];
}
