import { Buffer } from "node:buffer";
import { certainText } from "../certain-text.ts";
import type { Findings } from "../finding.ts";
import { escapeHtml, Markup } from "../markup.ts";
import { headerRows } from "./header.ts";
import { writeFurtherReference, writeSilentBody, writeSilentSection } from "./missing-text.ts";
import { writeNarrative } from "./narrative.ts";
import {
  elementAt,
  elementsAt,
  elementsIn,
  elementsWithin,
  rawTextOf,
  textOf,
  type XmlElement,
  xmlTree,
} from "./xml-tree.ts";

/** A document within the document (`nonXMLBody`): its bytes and what they are said to be. */
export type Embedded = { readonly bytes: Uint8Array; readonly contentType: string | undefined };

/**
 * A CDA document as HTML: who wrote what for whom and when, then the narrative of each section, which its author
 * attests. Coded entries are not shown. `render` makes HTML of a document within; undefined where it is not shown.
 * Undefined where the XML can not be read.
 */
export function cdaHtml(
  source: string,
  findings: Findings,
  render: (embedded: Embedded) => string | undefined,
): string | undefined {
  const root = xmlTree(source, findings);
  if (root === undefined) return undefined;
  const markup = new Markup(findings);
  for (const document of elementsWithin(root, "ClinicalDocument"))
    writeDocument(document, { markup, findings, render });
  return markup.toString();
}

type Writing = {
  readonly markup: Markup;
  readonly findings: Findings;
  readonly render: (embedded: Embedded) => string | undefined;
};

function writeDocument(document: XmlElement, writing: Writing): void {
  const { markup } = writing;
  const title = textOf(elementAt(document, "title")) || elementAt(document, "code")?.attributes.get("displayName");
  if (markup.write("<h1>")) markup.text(title || "Clinical document");
  markup.close("h1");
  const rows = headerRows(document).map(
    ([label, value]) =>
      `<tr><th scope="row">${label}</th><td>${escapeHtml(certainText(value, writing.findings))}</td></tr>`,
  );
  if (rows.length > 0) markup.write(`<table>${rows.join("")}</table>`);
  writeBodies(document, writing);
  for (const _ of elementsWithin(document, "observationMedia")) writing.findings.add("attachment");
}

/** A document of which the header alone is shown says so. */
function writeBodies(document: XmlElement, writing: Writing): void {
  const sections = elementsAt(document, "component", "structuredBody", "component", "section");
  for (const section of sections) writeSection(section, 2, writing);
  // Those that stand where the schema has none.
  const strays = sectionsWithin(document).length - sections.reduce((sum, each) => sum + writtenOf(each), 0);
  if (strays > 0) writing.findings.add("no-narrative");
  const texts = elementsAt(document, "component", "nonXMLBody", "text");
  for (const body of texts) writeBody(body, writing);
  if (sections.length === 0 && texts.length === 0) {
    const bodies = ["structuredBody", "nonXMLBody"].flatMap((body) => elementsAt(document, "component", body));
    writeSilentBody(bodies[0], writing);
  }
}

/** Of a section those that are written: itself and the ones in it, component by component. */
const writtenOf = (section: XmlElement): number =>
  1 + elementsAt(section, "component", "section").reduce((sum, each) => sum + writtenOf(each), 0);

const sectionsWithin = (element: XmlElement): XmlElement[] =>
  element.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.name === "section" ? [child] : []), ...sectionsWithin(child)],
  );

const LEVEL_MAX = 6;

function writeSection(section: XmlElement, level: number, writing: Writing): void {
  const { markup } = writing;
  const heading = `h${Math.min(level, LEVEL_MAX)}`;
  const title = textOf(elementAt(section, "title")) || elementAt(section, "code")?.attributes.get("displayName");
  if (title && markup.write(`<${heading}>`)) {
    markup.text(title);
    markup.close(heading);
  }
  // The schema has one; what stands in a second one was said too.
  const shown = elementsIn(section, "text").map((text) => writeText(text, writing));
  if (!shown.includes(true)) writeSilentSection(section, writing);
  for (const inner of elementsAt(section, "component", "section")) writeSection(inner, level + 1, writing);
}

/** False where there is nothing to be seen of it. */
function writeText(text: XmlElement, { markup, findings }: Writing): boolean {
  if (!markup.write("<div>")) return markup.isCut;
  const { place } = markup;
  writeNarrative(text, markup, findings);
  markup.close("div");
  return markup.isCut || markup.saysAnythingSince(place);
}

/** `representation="B64"`: another document; else text. */
function writeBody(body: XmlElement, writing: Writing): void {
  const isText = body.attributes.get("representation")?.toUpperCase() !== "B64";
  const isShown = isText ? writeText(body, writing) : writeEmbedded(body, writing);
  if (isShown) writeFurtherReference(body, writing);
  else writeSilentBody(body, writing);
}

/** Another document: shown, or said to be there. False where no bytes of it were sent. */
function writeEmbedded(body: XmlElement, { markup, findings, render }: Writing): boolean {
  const bytes = Buffer.from(rawTextOf(body), "base64");
  if (bytes.length === 0) return false;
  const html = render({ bytes, contentType: body.attributes.get("mediaType") });
  if (html === undefined) findings.add("attachment");
  markup.write(html ?? "<p>The document's body is another document, which is not shown here.</p>");
  return true;
}
