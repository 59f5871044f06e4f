import type { Delimiters } from "../message/delimiters.ts";
import { unescapeText } from "../message/escape.ts";
import { V2_XML_NAMESPACE } from "../message/v2-xml.ts";

/** Segments as HL7 v2.xml: what `er7OfXml` reads, written. */

/** The id and the fields of a segment, as text with delimiters; in MSH the first of them is MSH-2. */
type SegmentFields = readonly string[];

/** A segment, or segments with the brackets of their group around them. */
export type XmlPart = SegmentFields | { readonly group: string; readonly segments: readonly SegmentFields[] };

export interface XmlDialect {
  readonly delimiters: Delimiters;
  /** The data type of a field (`PID.3`) or a component (`CX.4`), by which its parts are called; undefined: it has none. */
  readonly typeOf: (name: string) => string | undefined;
}

/** What has parts though its data type has none: the place is still told from its neighbours. */
const TYPE_OF_UNTYPED = "ST";

/** The document, its root named as the structure is. */
export function segmentsXml(structure: string, parts: readonly XmlPart[], dialect: XmlDialect): string {
  const body = parts.map((part) => {
    if (!("group" in part)) return segmentXml(part, dialect);
    return element(part.group, part.segments.map((segment) => segmentXml(segment, dialect)).join(""));
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<${structure} xmlns="${V2_XML_NAMESPACE}">${body.join("")}</${structure}>\n`
  );
}

function segmentXml([id = "", ...fields]: SegmentFields, dialect: XmlDialect): string {
  const { component, subcomponent, repetition } = dialect.delimiters;
  const separators = [component, subcomponent].filter((separator) => separator !== "");
  const isHeader = id === "MSH";
  const elements = fields.map((field, index) => {
    const name = `${id}.${index + (isHeader ? 2 : 1)}`;
    if (field === "") return "";
    if (name === "MSH.2") return element(name, xmlText(field));
    const repetitions = repetition === "" ? [field] : field.split(repetition);
    return repetitions.map((each) => element(name, partsXml(name, each, dialect, separators))).join("");
  });
  if (isHeader) elements.unshift(element("MSH.1", xmlText(dialect.delimiters.field)));
  return element(id, elements.join(""));
}

/** A place by its parts, or its text; nothing for parts that are empty. `separators` divide it, the first from outside. */
function partsXml(name: string, text: string, dialect: XmlDialect, separators: readonly string[]): string {
  const isDivided = separators.some((separator) => text.includes(separator));
  const type = dialect.typeOf(name) ?? (isDivided ? TYPE_OF_UNTYPED : undefined);
  const [separator, ...below] = separators;
  if (text === "" || separator === undefined || type === undefined) return leafXml(text, dialect.delimiters);
  const parts = text.split(separator).map((part, index) => {
    const partName = `${type}.${index + 1}`;
    return part === "" ? "" : element(partName, partsXml(partName, part, dialect, below));
  });
  return parts.join("");
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

function leafXml(raw: string, delimiters: Delimiters): string {
  const text = unescapeText(raw, delimiters, "utf-8");
  // A value of two quotation marks would be read as the null, which deletes.
  if (text === '""' && raw !== text) return '<escape V="X2222"/>';
  return xmlText(text);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

/** Text as XML holds it. The characters that XML can not hold at all are dropped. */
function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to leave out.
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replaceAll(/[&<>\r]/g, (character) => ENTITIES[character] ?? character)
  );
}
