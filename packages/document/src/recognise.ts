import { Buffer } from "node:buffer";
import { beginningAsText } from "./charset.ts";
import { DOCUMENT_KINDS, type DocumentKind, kindOfType } from "./document-kind.ts";
import { type Finding, Findings } from "./finding.ts";

/** How much of the beginning says what a document is. */
const BEGINNING_BYTES = 64 * 1024;
/** A PDF may have other bytes in front (ISO 32000, appendix H). */
const PDF_WITHIN_BYTES = 1024;

export type Recognised = {
  readonly kind: DocumentKind;
  /** Of what it is, not of what it is said to be. */
  readonly contentType: string;
  readonly findings: readonly Finding[];
};

/** What a document truly is, by its first bytes, and a finding where the sender says otherwise. */
export function recogniseDocument(bytes: Uint8Array, saidType?: string): Recognised {
  const findings = new Findings();
  const kind = recognisedKind(bytes, saidType, findings);
  return { kind, contentType: DOCUMENT_KINDS[kind].contentType, findings: findings.list() };
}

/** The same for who collects findings. */
export function recognisedKind(bytes: Uint8Array, saidType: string | undefined, findings: Findings): DocumentKind {
  const said = kindOfType(saidType);
  const kind = kindOf(bytes, said);
  if (said !== undefined && !agrees(said, kind) && kind !== "empty") {
    const [claimed, found] = [DOCUMENT_KINDS[said].name, DOCUMENT_KINDS[kind].name];
    findings.add("not-what-it-says", `The sender says it is ${claimed}; the content is ${found}.`);
  }
  return kind;
}

/** CDA and XHTML are XML, and a Word file of today is a ZIP archive. */
function agrees(said: DocumentKind, kind: DocumentKind): boolean {
  return (
    said === kind ||
    (said === "xml" && (kind === "cda" || kind === "html")) ||
    (said === "zip" && kind === "docx") ||
    (said === "word" && kind === "docx")
  );
}

/** First bytes, one character each. */
const MAGIC: readonly (readonly [begins: string, kind: DocumentKind])[] = [
  ["\x1f\x8b\x08", "gzip"],
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
  ["\xff\xd8\xff", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF87a", "gif"],
  ["GIF89a", "gif"],
  ["II*\0", "tiff"],
  ["MM\0*", "tiff"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "word"],
];
const DICOM_AT = 128;
const RTF = /^(?:\xef\xbb\xbf)?\s*\{\\rtf/;

/** `word/document.xml` stands in the local headers at the beginning or in the directory at the end. */
const DOCX = /word\/document\.xml/;
const DIRECTORY_BYTES = 64 * 1024;

function kindOf(bytes: Uint8Array, said: DocumentKind | undefined): DocumentKind {
  if (bytes.length === 0) return "empty";
  const beginning = latin1(bytes.subarray(0, BEGINNING_BYTES));
  const magic = MAGIC.find(([begins]) => beginning.startsWith(begins))?.[1];
  if (magic === "zip") return DOCX.test(beginning) || DOCX.test(latin1(bytes.slice(-DIRECTORY_BYTES))) ? "docx" : "zip";
  if (magic !== undefined) return magic;
  if (beginning.startsWith("DICM", DICOM_AT)) return "dicom";
  if (RTF.test(beginning)) return "rtf";
  const isPdf = beginning.slice(0, PDF_WITHIN_BYTES).includes("%PDF-");
  const text = beginningAsText(bytes.subarray(0, BEGINNING_BYTES));
  if (text === undefined) {
    if (isPdf) return "pdf";
    return isDeflate(bytes) ? "deflate" : "other";
  }
  if (beginning.trimStart().startsWith("%PDF-") || (isPdf && said === "pdf")) return "pdf";
  if (text.trim() === "" && bytes.length <= BEGINNING_BYTES) return "empty";
  return kindOfText(text, said);
}

const XML = /^<\?xml\b/;
const CDA_ROOT = /<(?:[A-Za-z_][\w.-]*:)?ClinicalDocument[\s>]/;
/** What an HTML document begins with, after comments. A fragment begins with any element of a text. */
const HTML = /^<(?:!doctype\s+html|html|head|body|title|meta|style|table|div|p|h[1-6]|font|center|span|pre|br)\b/i;
const ELEMENT = /<(?:[a-z][a-z0-9]*[\s/>]|\/[a-z]|!)|&[a-z#]/i;

function kindOfText(text: string, said: DocumentKind | undefined): DocumentKind {
  const start = withoutComments(text.trimStart());
  const isXml = XML.test(start);
  const content = isXml ? withoutComments(start.slice(start.indexOf(">") + 1).trimStart()) : start;
  if ((isXml || content.startsWith("<")) && CDA_ROOT.test(content)) return "cda";
  if (HTML.test(content)) return "html";
  if (isXml) return "xml";
  if (said === "html" && ELEMENT.test(text)) return "html";
  if ((said === "xml" || said === "cda") && content.startsWith("<")) return "xml";
  return "text";
}

function withoutComments(text: string): string {
  let rest = text;
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->");
    if (end < 0) return rest;
    rest = rest.slice(end + 3).trimStart();
  }
  return rest;
}

/** RFC 1950: a window of at most 32 KiB, method 8, and a check of the two bytes. */
function isDeflate(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
