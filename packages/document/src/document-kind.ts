/** The kinds of documents that are told apart: their content type, what a file of them is called, and their name. */
export const DOCUMENT_KINDS = {
  empty: { contentType: "application/octet-stream", extension: "bin", name: "nothing" },
  text: { contentType: "text/plain", extension: "txt", name: "plain text" },
  html: { contentType: "text/html", extension: "html", name: "HTML" },
  rtf: { contentType: "application/rtf", extension: "rtf", name: "RTF" },
  cda: { contentType: "application/xml", extension: "xml", name: "a CDA document" },
  xml: { contentType: "application/xml", extension: "xml", name: "XML" },
  pdf: { contentType: "application/pdf", extension: "pdf", name: "a PDF" },
  png: { contentType: "image/png", extension: "png", name: "a PNG picture" },
  jpeg: { contentType: "image/jpeg", extension: "jpg", name: "a JPEG picture" },
  gif: { contentType: "image/gif", extension: "gif", name: "a GIF picture" },
  tiff: { contentType: "image/tiff", extension: "tif", name: "a TIFF picture" },
  dicom: { contentType: "application/dicom", extension: "dcm", name: "a DICOM object" },
  word: { contentType: "application/msword", extension: "doc", name: "a Word document" },
  docx: {
    contentType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extension: "docx",
    name: "a Word document",
  },
  gzip: { contentType: "application/gzip", extension: "gz", name: "gzip" },
  deflate: { contentType: "application/zlib", extension: "zz", name: "compressed data" },
  zip: { contentType: "application/zip", extension: "zip", name: "a ZIP archive" },
  other: { contentType: "application/octet-stream", extension: "bin", name: "of a type not known here" },
} as const satisfies Record<string, { contentType: string; extension: string; name: string }>;

export type DocumentKind = keyof typeof DOCUMENT_KINDS;

const SAID: Readonly<Record<string, DocumentKind>> = {
  "text/plain": "text",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/rtf": "rtf",
  "application/rtf": "rtf",
  "application/x-rtf": "rtf",
  "text/richtext": "rtf",
  "application/xml": "xml",
  "text/xml": "xml",
  "application/hl7-v3+xml": "cda",
  "application/hl7-cda+xml": "cda",
  "text/x-hl7-text+xml": "xml",
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpeg",
  "image/jpg": "jpeg",
  "image/gif": "gif",
  "image/tiff": "tiff",
  "application/dicom": "dicom",
  "application/msword": "word",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/gzip": "gzip",
  "application/x-gzip": "gzip",
  "application/zlib": "deflate",
  "application/zip": "zip",
  "application/x-zip-compressed": "zip",
};

/** The kind that a content type names; undefined where it names none that is known, or only "some bytes". */
export function kindOfType(contentType: string | undefined): DocumentKind | undefined {
  const [type = ""] = (contentType ?? "").split(";", 1);
  const word = type.trim().toLowerCase();
  return Object.hasOwn(SAID, word) ? SAID[word] : undefined;
}
