import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import type { FindingCode, Findings } from "./finding.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";

/**
 * A PDF is never converted, only looked through: whether it is whole, and whether opening it would do more than show it.
 * Its objects may stand compressed in object streams, which are taken out under a limit.
 */
export function inspectPdf(bytes: Uint8Array, findings: Findings): void {
  const pdf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!pdf.subarray(-END_WITHIN_BYTES).includes("%%EOF")) findings.add("pdf-incomplete");
  const codes = codesIn(pdf.toString("latin1"));
  if (!codes.has("pdf-encrypted")) {
    for (const text of objectStreams(pdf, findings)) for (const code of codesIn(text)) codes.add(code);
  }
  for (const code of codes) findings.add(code);
}

const END_WITHIN_BYTES = 2_048;

/** Names of actions and contents (ISO 32000-1, 12.6.4). */
const NAMES: ReadonlyMap<string, FindingCode> = new Map([
  ["Encrypt", "pdf-encrypted"],
  ["JavaScript", "pdf-script"],
  ["JS", "pdf-script"],
  ["Launch", "pdf-launch"],
  ["SubmitForm", "pdf-launch"],
  ["ImportData", "pdf-launch"],
  ["GoToR", "pdf-launch"],
  ["GoToE", "pdf-launch"],
  ["EmbeddedFile", "pdf-attachment"],
  ["EmbeddedFiles", "pdf-attachment"],
  ["RichMedia", "pdf-attachment"],
  ["XFA", "pdf-form"],
  ["AcroForm", "pdf-form"],
]);

/** A character of a name may be written as `#` and its code. */
const ANY_NAME = new RegExp(
  `/(${[...NAMES.keys()]
    .map((name) => [...name].map((letter) => `(?:${letter}|#${letter.charCodeAt(0).toString(16)})`).join(""))
    .join("|")})(?![A-Za-z0-9#])`,
  "gi",
);

/** What the names in a text come to, in one pass. */
function codesIn(text: string): Set<FindingCode> {
  const codes = new Set<FindingCode>();
  for (const [, written = ""] of text.matchAll(ANY_NAME)) {
    const name = written.replace(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
    const code = NAMES.get(name);
    if (code !== undefined) codes.add(code);
  }
  return codes;
}

/** Every stream that unpacks to what objects look like; what does not, or is past the limit, was not looked through. */
function objectStreams(pdf: Buffer, findings: Findings): string[] {
  const texts: string[] = [];
  let bytesLeft: number = DOCUMENT_LIMITS.pdfUnpackedBytesMax;
  let streams = 0;
  for (let at = pdf.indexOf("/ObjStm"); at >= 0; at = pdf.indexOf("/ObjStm", at + 1)) {
    const content = streamAfter(pdf, at);
    streams++;
    const text = content && bytesLeft > 0 ? unpackedText(content, bytesLeft) : undefined;
    if (text === undefined || streams > DOCUMENT_LIMITS.pdfStreamsMax) {
      findings.add("pdf-unchecked");
      return texts;
    }
    bytesLeft -= text.length;
    texts.push(text);
  }
  return texts;
}

/** How far the keyword may stand from the stream's type. */
const DICTIONARY_BYTES = 2_048;

function streamAfter(pdf: Buffer, at: number): Buffer | undefined {
  const start = pdf.subarray(at, at + DICTIONARY_BYTES).indexOf("stream");
  if (start < 0) return undefined;
  let from = at + start + "stream".length;
  if (pdf[from] === 0x0d) from++;
  if (pdf[from] === 0x0a) from++;
  const end = pdf.indexOf("endstream", from);
  return end < 0 ? undefined : pdf.subarray(from, end);
}

/** Streams that are not compressed are read with the rest of the file. */
function unpackedText(content: Buffer, bytesMax: number): string | undefined {
  try {
    return inflateSync(content, { maxOutputLength: bytesMax }).toString("latin1");
  } catch {
    return /^[\s\d]/.test(content.subarray(0, 1).toString("latin1")) ? "" : undefined;
  }
}
