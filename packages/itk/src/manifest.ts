import { elementsNamed, type XmlElement } from "@chesil/xml";
import { word } from "./attributes.ts";
import type { EnvelopeErrors } from "./envelope-errors.ts";
import { ITK_LIMITS } from "./limits.ts";
import { ITK } from "./names.ts";

/** What the header says of one payload. */
export type ManifestItem = {
  /** From 1. */
  readonly place: number;
  readonly id: string;
  readonly mimeType: string;
  readonly profileId: string | undefined;
  readonly isBase64: boolean;
  readonly isCompressed: boolean;
  readonly isEncrypted: boolean;
  readonly isMetadata: boolean;
};

const MIME_TYPE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:\s*;.*)?$/;

/** Items that can not be read are left out, with an error each. */
export function readManifest(header: XmlElement, errors: EnvelopeErrors): ManifestItem[] {
  const [manifest, second] = elementsNamed(header, ITK, "manifest");
  if (manifest === undefined || second !== undefined) {
    errors.add("manifest", `The header has ${manifest === undefined ? "no" : "more than one"} manifest.`);
    return [];
  }
  const elements = elementsNamed(manifest, ITK, "manifestitem");
  if (elements.length > ITK_LIMITS.payloadsMax) {
    errors.add("manifest", `The manifest has more than ${ITK_LIMITS.payloadsMax} items: send several messages.`);
    return [];
  }
  if (countIn(manifest) !== elements.length) {
    errors.add("manifest", "The count of the manifest is not how many items it has.");
  }
  const items = new Map<string, ManifestItem>();
  for (const [index, element] of elements.entries()) {
    const item = readItem(element, index + 1, errors);
    if (item !== undefined && items.has(item.id)) {
      errors.add("manifestItem", `Manifest item ${item.place} has the id of another one.`);
    } else if (item !== undefined) items.set(item.id, item);
  }
  return [...items.values()];
}

/** Undefined where there is none, or no number. */
export function countIn(element: XmlElement): number | undefined {
  const count = word(element, "count") ?? "";
  return /^\d{1,6}$/.test(count) ? Number(count) : undefined;
}

function readItem(element: XmlElement, place: number, errors: EnvelopeErrors): ManifestItem | undefined {
  const id = word(element, "id");
  const mimeType = MIME_TYPE.exec(element.attributes.get("mimetype")?.trim() ?? "")?.[1]?.toLowerCase();
  const flags = ["base64", "compressed", "encrypted", "metadata"].map((name) => flag(element, name));
  const [isBase64, isCompressed, isEncrypted, isMetadata] = flags;
  const add = (what: string) => errors.add("manifestItem", `Manifest item ${place} has ${what}.`);
  if (id === undefined) add("no id");
  if (mimeType === undefined) add("no media type");
  if (flags.includes(undefined)) add("a flag that is neither true nor false");
  if (id === undefined || mimeType === undefined) return undefined;
  return {
    place,
    id,
    mimeType,
    profileId: word(element, "profileid"),
    isBase64: isBase64 ?? false,
    isCompressed: isCompressed ?? false,
    isEncrypted: isEncrypted ?? false,
    isMetadata: isMetadata ?? false,
  };
}

/** An xs:boolean, false where it is not given; undefined for anything else. */
function flag(element: XmlElement, name: string): boolean | undefined {
  const value = element.attributes.get(name)?.trim() ?? "false";
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : undefined;
}
