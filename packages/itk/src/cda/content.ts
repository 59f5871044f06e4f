import { Buffer } from "node:buffer";
import { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart } from "@chesil/model";
import { elementAt, textOf, type XmlElement } from "@chesil/xml";
import { HL7_V3 } from "../names.ts";
import type { CdaContext } from "./cda-reading.ts";
import { type Place, stated } from "./place.ts";

/** The document as parts: all of it, and what is wrapped in it where its body is no XML. */

const CDA = "application/hl7-cda+xml";
const BODY = "/component/nonXMLBody/text";

export function partsOf(document: Place, { location, bytes }: CdaContext["content"]): DocumentPart[] {
  const whole: DocumentPart = { location, contentType: CDA, encoding: "text", bytes };
  const body = document.at("component", "nonXMLBody", "text");
  return body === undefined ? [whole] : [whole, bodyPart(body, location + BODY)];
}

function bodyPart(body: Place, location: string): DocumentPart {
  const content = textOf(body.element);
  const isBase64 = isEncoded(body.element);
  const reference = body.at("reference")?.attribute("value");
  const bytes = isBase64 ? decodedLength(content) : Buffer.byteLength(content);
  if (bytes === undefined) body.warn("structure", "The content is not valid base64.");
  const contentType = contentTypeOf(body.element);
  const isProse = !isBase64 && contentType === "text/plain" && content.length <= DOCUMENT_TEXT_LENGTH_MAX;
  return stated<DocumentPart>({
    location,
    contentType,
    encoding: isBase64 ? "base64" : "text",
    bytes: bytes ?? 0,
    title: undefined,
    reference,
    text: isProse && content.trim() !== "" ? content.replaceAll("\0", "") : undefined,
  });
}

const isEncoded = (body: XmlElement): boolean => body.attributes.get("representation")?.toUpperCase() === "B64";

function contentTypeOf(body: XmlElement): string {
  const type = body.attributes.get("mediaType")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  // CDA's default.
  return /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(type) ? type : "text/plain";
}

/** There may be megabytes. Undefined for what is no base64. */
function decodedLength(base64: string): number | undefined {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const whole = Math.floor(((base64.length - padding) * 3) / 4);
  // The decoder passes over what is none, takes the characters of URLs, too, and half of what is no ASCII: where there is
  // nothing of those and it loses none, all of it is base64.
  const isPlain = !base64.includes("-") && !base64.includes("_") && Buffer.byteLength(base64) === base64.length;
  if (isPlain && (base64.length - padding) % 4 !== 1 && Buffer.from(base64, "base64").length === whole) return whole;
  return countedLength(base64);
}

/** The same where lines are broken, or something is wrong. */
function countedLength(base64: string): number | undefined {
  let digits = 0;
  let padding = 0;
  for (let at = 0; at < base64.length; at++) {
    const kind = CHARACTERS[base64.charCodeAt(at)] ?? OTHER;
    if (kind === DIGIT && padding === 0) digits++;
    else if (kind === PADDING) padding++;
    else if (kind !== BLANK) return undefined;
  }
  return padding > 2 || digits % 4 === 1 ? undefined : Math.floor((digits * 3) / 4);
}

const [OTHER, DIGIT, PADDING, BLANK] = [0, 1, 2, 3];
const CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9+/]/.test(character)) return DIGIT;
  return character === "=" ? PADDING : /[\t\n\r ]/.test(character) ? BLANK : OTHER;
});

/**
 * The content of a part of a document, decoded: `location` as its event gives it, beyond where the document itself stands.
 * Undefined for the document as a whole, whose bytes are the payload's, and where there is none.
 */
export function cdaContent(
  document: XmlElement,
  location: string,
): { bytes: Uint8Array; contentType: string } | undefined {
  const body = location.endsWith(BODY) ? elementAt(document, HL7_V3, "component", "nonXMLBody", "text") : undefined;
  if (body === undefined) return undefined;
  const content = textOf(body);
  if (isEncoded(body) && decodedLength(content) === undefined) return undefined;
  return { bytes: Buffer.from(content, isEncoded(body) ? "base64" : "utf8"), contentType: contentTypeOf(body) };
}
