import { Buffer } from "node:buffer";
import { acknowledge, errorSegment, segmentText } from "../answer/acknowledgement.ts";
import { isVersionFrom, VERSION_DEFAULT } from "../answer/version.ts";
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
  ["Q23", ["K23", "RSP_K23"]],
  ["Q22", ["K22", "RSP_K21"]],
  ["ZV1", ["ZV2", "RSP_ZV2"]],
]);

/**
 * The answer as bytes: RSP with MSA, ERR, QAK, the asker's QPD and what was found; ACK to a cancellation, and to what
 * is no query that is offered. In the asker's delimiters, and in its character set where that holds every name, else in
 * UTF-8; MSH-18 says which. Queries are answered at the application level whatever MSH-15 and MSH-16 ask for: the answer
 * is what was asked for.
 */
export function answerQuery(input: QueryAnswerInput): Uint8Array {
  const { sent, answer, controlId, at } = input;
  const { header } = sent;
  const response = header.messageCode === "QBP" ? RESPONSES.get(header.triggerEvent) : undefined;
  const query = sent.message.segment("QPD");
  if (response === undefined || query === undefined || header.encoding === "xml") {
    const [error] = answer.kind === "fault" ? answer.faults : [];
    return acknowledge({ header, code: codeOf(answer), controlId, at, error });
  }
  const { field } = header.delimiters;
  const lines = [
    ...head(input),
    ...found(answer, header.delimiters, writerOf(input)),
    ...(answer.kind === "patients" && answer.continuation !== undefined ? [["DSC", answer.continuation, "I"]] : []),
  ];
  const body = lines.map((segment) => segmentText(segment, field)).join("");
  return written(input, response, body);
}

function codeOf(answer: QueryAnswer): "AA" | "AE" | "AR" {
  if (answer.kind !== "fault") return "AA";
  return answer.faults[0].severity === "reject" ? "AR" : "AE";
}

/** MSA, ERR, QAK, QPD. */
function head({ sent, answer }: QueryAnswerInput): string[][] {
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
    [message.segment("QPD")?.raw ?? "QPD"],
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

function found(answer: QueryAnswer, delimiters: Delimiters, writer: Writer): string[][] {
  switch (answer.kind) {
    case "identifiers":
      return answer.identifiers.length > 0 ? [identifierSegment(answer.identifiers, writer, delimiters)] : [];
    case "patients":
      return answer.patients.flatMap((patient, index) => patientSegments(patient, index + 1, writer));
    default:
      return [];
  }
}

/** An authority that the asker knows by another name is told by that name. */
function writerOf({ sent, feed }: QueryAnswerInput): Writer {
  const names = new Map(Object.entries(feed.authorities ?? {}).map(([name, authority]) => [authority, name]));
  return new Writer(sent.header.delimiters, (authority) => names.get(authority) ?? authority);
}

/** The header before the body, in a character set that holds them both. */
function written(input: QueryAnswerInput, response: readonly string[], body: string): Uint8Array {
  const { sent, controlId, at } = input;
  const { message, header } = sent;
  const { delimiters } = header;
  const echo = (number: number) => message.segmentAt(0)?.fieldRaw(number) ?? "";
  const type = ["RSP", ...response].join(delimiters.component);
  const fields = [
    ...["MSH", delimiters.encodingCharacters, echo(5), echo(6), echo(3), echo(4), formatTime(at), ""],
    ...[type, encodeText(controlId, delimiters), echo(11), echo(12) || VERSION_DEFAULT],
  ];
  const opening = segmentText(fields, delimiters.field);
  const charset = charsetOf(opening + body, header.charset);
  if (charset === "ascii") return Buffer.from(opening + body, "latin1");
  const [name, encoding] = charset === "utf-8" ? (["UNICODE UTF-8", "utf8"] as const) : (["8859/1", "latin1"] as const);
  fields.push("", "", "", "", "", name);
  return Buffer.from(segmentText(fields, delimiters.field) + body, encoding);
}

function charsetOf(text: string, asked: CharsetName): "ascii" | "iso-8859-1" | "utf-8" {
  if (!/[\u0080-\uffff]/.test(text)) return "ascii";
  // What Latin-1 has between 80 and 9F is control characters, and those who read it as Windows-1252 see others.
  return asked === "iso-8859-1" && !/[\u0080-\u009f\u0100-\uffff]/.test(text) ? "iso-8859-1" : "utf-8";
}
