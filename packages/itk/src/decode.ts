import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import {
  standalone,
  textOf,
  XML_SLICE_BYTES,
  type XmlDocument,
  type XmlElement,
  XmlReader,
  type XmlReading,
} from "@chesil/xml";
import type { Payload } from "./envelope.ts";
import type { EnvelopeErrors } from "./envelope-errors.ts";
import { ITK_LIMITS } from "./limits.ts";
import type { ManifestItem } from "./manifest.ts";

/** Why a payload is not taken; the text goes on after "Payload 2 ". */
class DecodingError extends Error {}

function fail(text: string): never {
  throw new DecodingError(text);
}

/**
 * Payloads as the manifest says that they came: base64 outermost, then gzip. What is not as it is said to be is an error
 * and never guessed at. Everything is bounded before it is made.
 */
export class PayloadDecoder {
  readonly #document: XmlDocument;
  readonly #errors: EnvelopeErrors;
  #bytesLeft: number = ITK_LIMITS.payloadsBytesMax;

  constructor(document: XmlDocument, errors: EnvelopeErrors) {
    this.#document = document;
    this.#errors = errors;
  }

  /** Undefined where it can not be; an error says why. */
  *decode(element: XmlElement, item: ManifestItem): Generator<undefined, Payload | undefined> {
    try {
      return yield* this.#decoded(element, item);
    } catch (error) {
      if (!(error instanceof DecodingError)) throw error;
      this.#errors.add("payload", `Payload ${item.place} of the manifest ${error.message}`);
      return undefined;
    }
  }

  *#decoded(element: XmlElement, item: ManifestItem): Generator<undefined, Payload> {
    if (item.isEncrypted) fail("is encrypted, and no keys are agreed: rely on TLS and send it as it is.");
    const root = contentElement(element);
    if (root === undefined) return yield* this.#fromText(textOf(element), item);
    if (item.isBase64 || item.isCompressed) fail("holds elements, and the manifest says base64 or compressed.");
    if (!isXmlType(item.mimeType)) fail("holds elements, and the manifest says that it is no XML.");
    const bytes = this.#spend(Buffer.from(standalone(this.#document, root)));
    return { ...factsOf(item), encoding: "xml", bytes, xml: { root, text: this.#document.text } };
  }

  *#fromText(text: string, item: ManifestItem): Generator<undefined, Payload> {
    if (text.trim() === "") fail("is empty.");
    if (item.isCompressed && !item.isBase64) fail("is compressed and not in base64, as the manifest has it.");
    if (!item.isBase64 && isXmlType(item.mimeType)) fail("is text, and the manifest says that it is XML.");
    const packed = item.isBase64 ? yield* fromBase64(text) : Buffer.from(text);
    const bytes = this.#spend(item.isCompressed ? decompressed(packed) : packed);
    if (isGzip(bytes) && !item.mimeType.includes("gzip")) fail("is compressed more often than the manifest says.");
    const encoding = item.isBase64 ? "base64" : "text";
    const xml = isXmlType(item.mimeType) ? yield* readInSlices(bytes) : undefined;
    return { ...factsOf(item), encoding, isCompressed: item.isCompressed, bytes, xml };
  }

  #spend(bytes: Uint8Array): Uint8Array {
    const { payloadBytesMax, payloadsBytesMax } = ITK_LIMITS;
    if (bytes.length > payloadBytesMax) fail(`is larger than ${payloadBytesMax} bytes.`);
    this.#bytesLeft -= bytes.length;
    if (this.#bytesLeft < 0) fail(`makes all of them larger than ${payloadsBytesMax} bytes.`);
    return bytes;
  }
}

function factsOf({ id, mimeType, profileId, isMetadata }: ManifestItem) {
  return { id, mimeType, profileId, isMetadata, isCompressed: false };
}

const isXmlType = (mimeType: string): boolean => /[/+]xml$/.test(mimeType);

/** The one element that a payload holds; undefined where it holds text. */
function contentElement(payload: XmlElement): XmlElement | undefined {
  const elements = payload.children.filter((child) => typeof child !== "string");
  const hasText = payload.children.some((child) => typeof child === "string" && child.trim() !== "");
  if (elements.length > 1) fail("holds more than one element.");
  if (elements.length === 1 && hasText) fail("holds text beside its element.");
  return elements[0];
}

/** Decoded at a time: a few milliseconds' work. */
const BASE64_SLICE_LENGTH = 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Strict: Node itself skips over what is no base64, and would give a part of what was sent. */
function* fromBase64(text: string): Generator<undefined, Uint8Array> {
  const parts: Uint8Array[] = [];
  let rest = "";
  for (let at = 0; at < text.length; at += BASE64_SLICE_LENGTH) {
    const symbols = rest + text.slice(at, at + BASE64_SLICE_LENGTH).replace(/[ \t\r\n]+/g, "");
    const whole = symbols.length - (symbols.length % 4);
    rest = symbols.slice(whole);
    const slice = symbols.slice(0, whole);
    if (slice !== "") {
      if (!BASE64.test(slice) || isPadded(parts)) fail("is no base64.");
      parts.push(Buffer.from(slice, "base64"));
    }
    yield;
  }
  if (rest !== "") fail("is no base64: some of it is missing.");
  return parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts);
}

/** Only the end may be filled up; what was decoded from a filled up slice has no length of three. */
const isPadded = (parts: readonly Uint8Array[]): boolean => (parts.at(-1)?.length ?? 0) % 3 !== 0;

const isGzip = ([one, two]: Uint8Array): boolean => one === 0x1f && two === 0x8b;

/** Decompression stops at the limit: a bomb costs as little as a letter. */
function decompressed(bytes: Uint8Array): Uint8Array {
  const { unpackedBytesMax, unpackedRatioMax, unpackedBytesAlways } = ITK_LIMITS;
  if (!isGzip(bytes)) fail("is not compressed with gzip, and the manifest says that it is compressed.");
  const maxOutputLength = Math.min(unpackedBytesMax, Math.max(unpackedBytesAlways, bytes.length * unpackedRatioMax));
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    const isTooLarge = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    return fail(
      isTooLarge ? "would grow beyond every measure when decompressed." : "is damaged: it can not be decompressed.",
    );
  }
}

function* readInSlices(bytes: Uint8Array): Generator<undefined, XmlDocument> {
  const reader = new XmlReader(ITK_LIMITS.xml);
  for (let at = 0; at < bytes.length; at += XML_SLICE_BYTES) {
    if (!reader.write(bytes.subarray(at, at + XML_SLICE_BYTES))) break;
    yield;
  }
  const reading: XmlReading = reader.close();
  if (!reading.ok) fail(`can not be read. ${reading.fault.text}`);
  return reading.document;
}
