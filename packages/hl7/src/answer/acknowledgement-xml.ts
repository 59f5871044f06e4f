import { Buffer } from "node:buffer";
import type { Delimiters } from "../message/delimiters.ts";
import type { AnswerSegment } from "./acknowledgement.ts";
import { segmentsXml } from "./segments-xml.ts";
import { compositeType } from "./xml-types.ts";

/** An acknowledgement as HL7 v2.xml: the same segments, with an element for each field and component. */
export function acknowledgementXml(
  segments: readonly AnswerSegment[],
  delimiters: Delimiters,
  version: string,
): string {
  const texts = segments.map((fields) => fields.map((field) => Buffer.from(field, "latin1").toString("utf8")));
  return segmentsXml("ACK", texts, { delimiters, typeOf: (name) => compositeType(name, version) });
}
