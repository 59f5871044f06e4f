import { textOf as rawTextOf, readXmlText, XML_LIMITS, type XmlElement } from "@chesil/xml";
import type { FindingCode, Findings } from "../finding.ts";
import { DOCUMENT_LIMITS } from "../limits.ts";

export { rawTextOf, type XmlElement };

/** How large a document may be is decided before it is read; how many attributes an element has makes no difference. */
const LIMITS = {
  ...XML_LIMITS,
  bytesMax: Number.POSITIVE_INFINITY,
  depthMax: DOCUMENT_LIMITS.xmlDepthMax,
  elementsMax: DOCUMENT_LIMITS.xmlElementsMax,
  attributesMax: Number.POSITIVE_INFINITY,
  attributeLengthMax: Number.POSITIVE_INFINITY,
  textLengthMax: Number.POSITIVE_INFINITY,
};

/** For all other faults: "broken". */
const FINDINGS: Readonly<Record<string, FindingCode>> = {
  "document-type": "document-type",
  "too-deep": "too-deep",
  "too-many-elements": "too-large",
};

/**
 * The document as a tree; undefined where it is not well-formed, declares a document type (so no entity is ever
 * expanded) or goes past a limit. A finding says which.
 */
export function xmlTree(source: string, findings: Findings): XmlElement | undefined {
  const reading = readXmlText(source, LIMITS);
  if (reading.ok) return reading.document.root;
  findings.add(FINDINGS[reading.fault.code] ?? "broken");
  return undefined;
}

/** Elements in it of that name, in order. */
export function elementsIn(parent: XmlElement | undefined, name: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== "string" && child.name === name,
  );
}

/** The first element on the path: each name is looked for in what the one before it leads to. */
export function elementAt(parent: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((found, name) => elementsIn(found, name)[0], parent);
}

export function elementsAt(parent: XmlElement | undefined, ...path: string[]): XmlElement[] {
  return path.reduce<XmlElement[]>(
    (found, name) => found.flatMap((each) => elementsIn(each, name)),
    parent ? [parent] : [],
  );
}

/** Wherever they stand, outermost first; not within each other. */
export function elementsWithin(parent: XmlElement, name: string): XmlElement[] {
  if (parent.name === name) return [parent];
  return parent.children.flatMap((child) => (typeof child === "string" ? [] : elementsWithin(child, name)));
}

/** All text in the element, its blanks as one. */
export function textOf(element: XmlElement | undefined): string {
  return rawTextOf(element).replace(/\s+/g, " ").trim();
}
