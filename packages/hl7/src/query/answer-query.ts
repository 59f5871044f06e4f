import { Buffer } from "node:buffer";
import { acknowledge, errorSegment, segmentText } from "../answer/acknowledgement.ts";
import type { Header } from "../answer/header.ts";
import { segmentsXml } from "../answer/segments-xml.ts";
import { isVersionFrom, VERSION_DEFAULT } from "../answer/version.ts";
import { compositeType } from "../answer/xml-types.ts";
import type { FeedDialect } from "../map/dialect.ts";
import type { CharsetName } from "../message/charset.ts";
import type { Delimiters } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { formatTime } from "../message/london-clock.ts";
import type { QueryAnswer } from "./answer.ts";
import { identifierSegment, patientSegments, Writer } from "./patient-segments.ts";
import type { SentQuery } from "./read-query.ts";

export interface QueryAnswerInput {
  readonly sent: SentQuery;
  readonly feed: FeedDialect;
  readonly answer: QueryAnswer;
  /** Our own MSH-10. */
  readonly controlId: string;
  readonly at: Date;
}

/** The answer's event and structure. IHE ITI-21 gives K22 the structure of K21. */
const RESPONSES = new Map([
  ["Q21", ["K21", "RSP_K21"]],
  ["Q22", ["K22", "RSP_K21"]],
  ["Q23", ["K23", "RSP_K23"]],
  ["ZV1", ["ZV2", "RSP_ZV2"]],
]);
/** NHS ITK gives K22 its own; IHE knows no XML. */
const XML_RESPONSES = new Map([...RESPONSES, ["Q22", ["K22", "RSP_K22"]]]);

/**
 * The answer as bytes: RSP with MSA, ERR, QAK, the asker's QPD and what was found; ACK to a cancellation, and to what
 * is no query that is offered. As v2.xml to who asks in it. Else in the asker's delimiters, and in its character set where
 * that holds every name, else in UTF-8; MSH-18 says which. Queries are answered at the application level whatever MSH-15
 * and MSH-16 ask for: the answer is what was asked for.
 */
export function answerQuery(input: QueryAnswerInput): Uint8Array {
  const { sent, answer, controlId, at } = input;
  const { header } = sent;
  const isXml = header.encoding === "xml";
  const responses = isXml ? XML_RESPONSES : RESPONSES;
  const response = header.messageCode === "QBP" ? responses.get(header.triggerEvent) : undefined;
  const query = sent.message.segment("QPD");
  if (response === undefined || query === undefined) {
    const [error] = answer.kind === "fault" ? answer.faults : [];
    return acknowledge({ header, code: codeOf(answer), controlId, at, error });
  }
  const parts = {
    header: headerFields(input, response),
    head: head(input, query.raw),
    groups: found(answer, header.delimiters, writerOf(input)),
    tail: answer.kind === "patients" && answer.continuation !== undefined ? [["DSC", answer.continuation, "I"]] : [],
  };
  return isXml ? asXml(parts, header, response[1] ?? "") : asText(parts, header);
}

/** An answer by its segments, each its id and its fields. */
interface Parts {
  readonly header: readonly string[];
  readonly head: readonly (readonly string[])[];
  /** The segments of each patient. */
  readonly groups: readonly (readonly (readonly string[])[])[];
  readonly tail: readonly (readonly string[])[];
}

function codeOf(answer: QueryAnswer): "AA" | "AE" | "AR" {
  if (answer.kind !== "fault") return "AA";
  return answer.faults[0].severity === "reject" ? "AR" : "AE";
}

/** MSA, ERR, QAK, QPD. */
function head({ sent, answer }: QueryAnswerInput, query: string): string[][] {
  const { message, header, tag } = sent;
  const { delimiters, version } = header;
  const faults = answer.kind === "fault" ? answer.faults : [];
  const acknowledgement = ["MSA", codeOf(answer), message.segmentAt(0)?.fieldRaw(10) ?? ""];
  if (faults[0] !== undefined && !isVersionFrom(version || VERSION_DEFAULT, 2, 7)) {
    acknowledgement.push(encodeText(faults[0].text, delimiters));
  }
  const status = [
    ...["QAK", encodeText(tag, delimiters), statusOf(answer), message.segment("QPD")?.fieldRaw(1) ?? ""],
    ...counts(answer),
  ];
  return [
    acknowledgement,
    ...faults.map((fault) => [...errorSegment(fault, header, delimiters)]),
    status,
    query.split(delimiters.field),
  ];
}

/** HL7 table 0208. */
function statusOf(answer: QueryAnswer): string {
  switch (answer.kind) {
    case "fault":
      return codeOf(answer);
    case "identifiers":
      return answer.identifiers.length > 0 ? "OK" : "NF";
    case "patients":
      return answer.patients.length > 0 ? "OK" : "NF";
    case "cancelled":
      return "OK";
  }
}

/** QAK-4 to 6: how many there are, are here, and come yet. */
function counts(answer: QueryAnswer): string[] {
  if (answer.kind !== "patients") return [];
  const { patients, hits } = answer;
  if (hits === undefined) return ["", String(patients.length)];
  return [String(hits.total), String(patients.length), String(hits.remaining)];
}

/** The segments of each patient. */
function found(answer: QueryAnswer, delimiters: Delimiters, writer: Writer): string[][][] {
  switch (answer.kind) {
    case "identifiers":
      return answer.identifiers.length > 0 ? [[identifierSegment(answer.identifiers, writer, delimiters)]] : [];
    case "patients":
      return answer.patients.map((patient, index) => patientSegments(patient, index + 1, writer));
    default:
      return [];
  }
}

/** An authority that the asker knows by another name is told by that name. */
function writerOf({ sent, feed }: QueryAnswerInput): Writer {
  const names = new Map(Object.entries(feed.authorities ?? {}).map(([name, authority]) => [authority, name]));
  return new Writer(sent.header.delimiters, (authority) => names.get(authority) ?? authority);
}

function headerFields({ sent, controlId, at }: QueryAnswerInput, response: readonly string[]): string[] {
  const { message, header } = sent;
  const { delimiters } = header;
  const echo = (number: number) => message.segmentAt(0)?.fieldRaw(number) ?? "";
  const type = ["RSP", ...response].join(delimiters.component);
  return [
    ...["MSH", delimiters.encodingCharacters, echo(5), echo(6), echo(3), echo(4), formatTime(at), ""],
    ...[type, encodeText(controlId, delimiters), echo(11), echo(12) || VERSION_DEFAULT],
  ];
}

/** The header before the body, in a character set that holds them both. */
function asText({ header, head, groups, tail }: Parts, { delimiters, charset: asked }: Header): Uint8Array {
  const body = [...head, ...groups.flat(), ...tail].map((each) => segmentText(each, delimiters.field)).join("");
  const opening = segmentText(header, delimiters.field);
  const charset = charsetOf(opening + body, asked);
  if (charset === "ascii") return Buffer.from(opening + body, "latin1");
  const [name, encoding] = charset === "utf-8" ? (["UNICODE UTF-8", "utf8"] as const) : (["8859/1", "latin1"] as const);
  const named = [...header, "", "", "", "", "", name];
  return Buffer.from(segmentText(named, delimiters.field) + body, encoding);
}

/** XML says its character set itself. Each patient is a group of the answer's structure. */
function asXml({ header, head, groups, tail }: Parts, asker: Header, structure: string): Uint8Array {
  const { delimiters, version, triggerEvent } = asker;
  const group = `${structure}.QUERY_RESPONSE`;
  const parts = [header, ...head, ...groups.map((segments) => ({ group, segments })), ...tail];
  const typeOf = (name: string) =>
    name === "QPD.3" && triggerEvent === "Q23" ? "CX" : compositeType(name, version || VERSION_DEFAULT);
  return Buffer.from(segmentsXml(structure, parts, { delimiters, typeOf }), "utf8");
}

function charsetOf(text: string, asked: CharsetName): "ascii" | "iso-8859-1" | "utf-8" {
  if (!/[\u0080-\uffff]/.test(text)) return "ascii";
  // What Latin-1 has between 80 and 9F is control characters, and those who read it as Windows-1252 see others.
  return asked === "iso-8859-1" && !/[\u0080-\u009f\u0100-\uffff]/.test(text) ? "iso-8859-1" : "utf-8";
}
