import { Buffer } from "node:buffer";
import type { Delimiters } from "../message/delimiters.ts";
import { unescapeText } from "../message/escape.ts";
import type { AnswerSegment } from "./acknowledgement.ts";
import { isVersionFrom } from "./version.ts";

/** An acknowledgement as HL7 v2.xml: the same segments, with an element for each field and component. */
export function acknowledgementXml(
  segments: readonly AnswerSegment[],
  delimiters: Delimiters,
  version: string,
): string {
  const body = segments.map((fields) => segmentXml(fields, delimiters, version)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ACK xmlns="urn:hl7-org:v2xml">${body}</ACK>\n`;
}

function segmentXml(fields: AnswerSegment, delimiters: Delimiters, version: string): string {
  const [id = "", ...rest] = fields;
  const isHeader = id === "MSH";
  const first = isHeader ? 2 : 1;
  const elements = rest.map((field, index) => {
    const name = `${id}.${index + first}`;
    if (field === "") return "";
    return element(name, name === "MSH.2" ? xmlText(field) : fieldXml(name, field, delimiters, version));
  });
  if (isHeader) elements.unshift(element("MSH.1", xmlText(delimiters.field)));
  return element(id, elements.join(""));
}

function fieldXml(name: string, field: string, delimiters: Delimiters, version: string): string {
  const type = compositeType(name, version);
  if (type === undefined) return leafXml(field, delimiters);
  const components = field.split(delimiters.component).map((component, index) => {
    const componentName = `${type}.${index + 1}`;
    if (component === "") return "";
    const isCoded = /^(?:CM_)?ELD\.4$/.test(componentName);
    return element(componentName, isCoded ? codedXml(component, delimiters) : leafXml(component, delimiters));
  });
  return components.join("");
}

/** The subcomponents of ERR-1.4: a coded element within a component. */
function codedXml(component: string, delimiters: Delimiters): string {
  const parts = delimiters.subcomponent === "" ? [component] : component.split(delimiters.subcomponent);
  return parts.map((part, index) => element(`CE.${index + 1}`, leafXml(part, delimiters))).join("");
}

/** The data types of the fields that an acknowledgement fills, as far as they have components. */
function compositeType(name: string, version: string): string | undefined {
  const from = (minor: number, patch = 0) => isVersionFrom(version, 2, minor, patch);
  switch (name) {
    case "MSH.3":
    case "MSH.4":
    case "MSH.5":
    case "MSH.6":
      return from(3) ? "HD" : undefined;
    case "MSH.7":
      return from(6) ? undefined : "TS";
    case "MSH.9":
      return from(3, 1) ? "MSG" : "CM_MSG";
    case "MSH.11":
      return from(3) ? "PT" : undefined;
    case "MSH.12":
      return from(3, 1) ? "VID" : undefined;
    case "MSA.6":
      return "CE";
    case "ERR.1":
      return from(3, 1) ? "ELD" : "CM_ELD";
    case "ERR.2":
      return "ERL";
    case "ERR.3":
      return "CWE";
  }
  return undefined;
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

function leafXml(bytesText: string, delimiters: Delimiters): string {
  const text = Buffer.from(bytesText, "latin1").toString("utf8");
  return xmlText(unescapeText(text, delimiters, "utf-8"));
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
