import { Buffer } from "node:buffer";
import { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart } from "@chesil/model";
import { type Element, member } from "../element.ts";
import { resolved } from "../references.ts";
import { stated } from "../stated.ts";

/** Attachment and Binary: a document's content, inline or where its sender keeps it. */

export const OCTETS = "application/octet-stream";
/** R4, base64Binary: any white space may stand in it. */
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Without a mark or a declaration text is taken for UTF-8, else for Windows-1252. */
const FOREIGN_CHARSET =
  /^text\/.*;\s*charset\s*=\s*["']?(?!utf-?8\b|us-ascii\b|ascii\b|iso-8859-1\b|latin1\b|windows-1252\b)[\w-]/i;

/** What an Attachment holds or points at; undefined, flagged, where it does neither. */
export function documentPart(attachment: Element): DocumentPart | undefined {
  const url = attachment.text("url", DOCUMENT_TEXT_LENGTH_MAX);
  const title = attachment.text("title");
  if (attachment.has("data")) {
    if (url !== undefined) attachment.flag("url", "ignored", "The content is here: where else it is was left out.");
    return noted(attachment, inlinePart(attachment, attachment.text("contentType"), title));
  }
  if (url === undefined) {
    // One that says why it has none is not missing anything.
    if (attachment.extension(/data-absent-reason$/) === undefined)
      attachment.flag("", "structure", "It has no content and no address: nothing of it can be shown.");
    return undefined;
  }
  const binary = isOfBundle(url) ? binaryAt(attachment, url) : undefined;
  const contentType = attachment.text("contentType") ?? binary?.text("contentType");
  if (binary) return noted(attachment, inlinePart(binary, contentType, title));
  return stated<DocumentPart>({
    location: `${attachment.path}.url`,
    contentType: attachment.text("contentType") ?? OCTETS,
    encoding: "text",
    bytes: 0,
    title,
    reference: url,
    text: undefined,
  });
}

/** What is not as its Attachment says is not all, or not that. */
function noted(attachment: Element, part: DocumentPart): DocumentPart {
  const size = attachment.number("size");
  if (size !== undefined && size !== part.bytes)
    attachment.flag("size", "structure", "The content is not of the size that is said: some of it may be missing.");
  return part;
}

/** What stands elsewhere by its address is nothing that is missing here. */
const isOfBundle = (url: string) => /^urn:|(^|\/)Binary\//.test(url);

function binaryAt(attachment: Element, url: string): Element | undefined {
  const { entry } = attachment;
  if (entry.bundle.find(url, entry) === undefined) return undefined;
  const binary = resolved(attachment.reference(url));
  return binary?.type === "Binary" && binary.has("data") ? binary : undefined;
}

/** `location` is where the base64 stands: `bundleDocument` reads it there. */
function inlinePart(holder: Element, contentType = OCTETS, title: string | undefined): DocumentPart {
  const data = base64At(holder.json);
  if (data === undefined) holder.flag("data", "structure", "The content is not valid base64.");
  if (data !== undefined && data.length % 4 !== 0)
    holder.flag("data", "structure", "The base64 has no proper end: some of the content may be missing.");
  if (FOREIGN_CHARSET.test(contentType))
    holder.flag(
      "contentType",
      "bad-charset",
      "Text is read by its own declaration, not in the character set said here.",
    );
  const bytes = data === undefined ? 0 : Buffer.byteLength(data, "base64");
  const isProse = contentType.startsWith("text/plain") && bytes > 0 && bytes <= DOCUMENT_TEXT_LENGTH_MAX;
  const text = data !== undefined && isProse ? Buffer.from(data, "base64").toString("utf8") : undefined;
  return stated<DocumentPart>({
    location: `${holder.path}.data`,
    contentType: contentType.split(";", 1)[0]?.trim().toLowerCase() ?? OCTETS,
    encoding: "base64",
    bytes,
    title,
    reference: undefined,
    text: text?.includes("\ufffd") ? undefined : text?.replaceAll("\0", ""),
  });
}

/** Without white space; undefined where it is no base64. */
export function base64At(holder: unknown): string | undefined {
  const data = member(holder, "data");
  return typeof data === "string" && BASE64.test(data) ? data.replace(/\s+/g, "") : undefined;
}
