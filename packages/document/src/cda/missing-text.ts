import type { Findings } from "../finding.ts";
import { escapeHtml, type Markup } from "../markup.ts";
import { elementAt, type XmlElement } from "./xml-tree.ts";

/**
 * What a CDA document says that is not text: where a reader would see an empty page, and take it that nothing was said,
 * they are told what is there instead.
 */

type Writing = { readonly markup: Markup; readonly findings: Findings };

const REFERENCE_LENGTH_MAX = 200;

/**
 * Of a section of whose own text nothing is shown. One that holds others is their heading: ITK wraps all its sections into
 * one, with entries about the whole. One without entries says nothing, and that is all there is to be told.
 */
export function writeSilentSection(section: XmlElement, writing: Writing): void {
  if (writeReference("The text of this section", elementAt(section, "text"), writing)) return;
  if (elementAt(section, "component", "section") !== undefined) return;
  if (elementAt(section, "entry") === undefined)
    writing.markup.write("<p>This section has no text that can be shown.</p>");
  else writeSilence("This section has coded entries and no text: they are not shown.", writing);
}

/** Of a body that shows nothing; undefined: of a document without any. */
export function writeSilentBody(body: XmlElement | undefined, writing: Writing): void {
  if (writeReference("The document's body", body, writing)) return;
  writeSilence(body ? "The document's body has no text that can be shown." : "The document has no body.", writing);
}

/** Beside what is shown of a text: it may be but a part of what it refers to. */
export function writeFurtherReference(text: XmlElement, writing: Writing): void {
  writeReference("More of it", text, writing);
}

function writeSilence(words: string, { markup, findings }: Writing): void {
  findings.add("no-narrative");
  markup.write(`<p>${words}</p>`);
}

/** False where nothing is referred to. The address is text, in characters that can be seen: nothing leads anywhere. */
function writeReference(what: string, text: XmlElement | undefined, { markup, findings }: Writing): boolean {
  const reference = referenceIn(text);
  if (reference === undefined) return false;
  findings.add("body-not-sent");
  const shown = reference.length > REFERENCE_LENGTH_MAX ? `${reference.slice(0, REFERENCE_LENGTH_MAX)}…` : reference;
  const where = shown === "" ? "content elsewhere" : `<code>${escapeHtml(shown)}</code>`;
  markup.write(`<p>${what} is a reference to ${where} and was not sent with the document.</p>`);
  return true;
}

/** Where the data is to be had (HL7 v3, ED.reference): an address that the sender chose, whatever stands in it. */
function referenceIn(text: XmlElement | undefined): string | undefined {
  const value = elementAt(text, "reference")?.attributes.get("value");
  return value?.replace(/[\s\p{Cc}\p{Cf}]+/gu, "");
}
