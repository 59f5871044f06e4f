import { DOCUMENT_KINDS, recogniseDocument } from "@chesil/document";
import { VARY } from "../fhir/answer.ts";
import type { FoundDocument } from "./find-document.ts";

/**
 * With the bytes of a document: to be saved, never shown by the browser as a page of ours; and if a browser did, nothing
 * in it could run, be sent or be fetched. The name of the file says nothing of the patient.
 */
export function contentHeaders(
  { fact, n, part }: FoundDocument,
  bytes: Uint8Array,
  contentType?: string,
): Record<string, string> {
  const { kind } = recogniseDocument(bytes, part.contentType);
  const { extension, contentType: recognised } = DOCUMENT_KINDS[kind];
  const type = contentType ?? recognised;
  // What came as text of a message is UTF-8 by now, whatever its own declaration says.
  const charset = part.encoding === "text" && type.startsWith("text/") ? "; charset=utf-8" : "";
  return {
    "content-type": `${type}${charset}`,
    "content-disposition": `attachment; filename="document-${fact.factId}-${n}.${extension}"`,
    "content-security-policy": "default-src 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    vary: VARY,
  };
}
