/**
 * What kind of content a document is: by what the sender declares (HL7 tables 0191 and 0291, or a MIME type), and where
 * that is too general, by how the content begins.
 */

/** ED.3 and RP.4, upper case. */
const SUBTYPES: Readonly<Record<string, string>> = {
  PDF: "application/pdf",
  RTF: "application/rtf",
  HTML: "text/html",
  HTM: "text/html",
  XML: "application/xml",
  XHTML: "application/xhtml+xml",
  "X-HL7-CDA-LEVEL-ONE": "application/xml",
  PLAIN: "text/plain",
  TXT: "text/plain",
  JPEG: "image/jpeg",
  JPG: "image/jpeg",
  PNG: "image/png",
  GIF: "image/gif",
  TIFF: "image/tiff",
  TIF: "image/tiff",
  DICOM: "application/dicom",
  POSTSCRIPT: "application/postscript",
  SGML: "text/sgml",
  BASIC: "audio/basic",
  MSWORD: "application/msword",
  DOC: "application/msword",
  DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};

const MIME_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/;
/** Types that say no more than "some bytes". */
const GENERIC = new Set(["application/octet-stream", "application/unknown"]);
const SAME_TYPE: Readonly<Record<string, string>> = { "text/rtf": "application/rtf", "text/xml": "application/xml" };

export const OCTETS = "application/octet-stream";

/** What the sender declares, or undefined where that says nothing in particular. */
export function declaredContentType(type: string, subtype: string): string | undefined {
  const known = SUBTYPES[subtype.toUpperCase()];
  if (known !== undefined) return known;
  const mime = [type, subtype, `${type}/${subtype}`].map((each) => each.toLowerCase()).find(isMimeType);
  return mime === undefined || GENERIC.has(mime) ? undefined : (SAME_TYPE[mime] ?? mime);
}

function isMimeType(text: string): boolean {
  const [top = ""] = text.split("/", 1);
  return MIME_TYPE.test(text) && ["application", "audio", "image", "message", "text", "video"].includes(top);
}

/** How much of the beginning is looked at, in bytes. */
export const MAGIC_LENGTH = 512;

const MAGIC: readonly (readonly [begins: RegExp, contentType: string])[] = [
  [/^%PDF-/, "application/pdf"],
  [/^\{\\rtf/, "application/rtf"],
  [/^(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/i, "text/html"],
  [/^<\?xml\b/, "application/xml"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG\r\n/, "image/png"],
  [/^GIF8[79]a/, "image/gif"],
  [/^(?:II\*\0|MM\0\*)/, "image/tiff"],
];

/** What the content is by its first bytes, given one character each; undefined where they do not tell. */
export function contentTypeByMagic(beginning: string): string | undefined {
  const text = beginning.slice(0, MAGIC_LENGTH).replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)?\s*/, "");
  return MAGIC.find(([begins]) => begins.test(text))?.[1];
}
