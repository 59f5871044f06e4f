import { Buffer } from "node:buffer";
import { DEFAULT_DELIMITERS, type Delimiters } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { formatTime } from "../message/london-clock.ts";
import type { AcknowledgementCode } from "./acknowledgement-due.ts";
import { acknowledgementXml } from "./acknowledgement-xml.ts";
import type { Header } from "./header.ts";
import { isVersionFrom, VERSION_DEFAULT } from "./version.ts";

/** `code` is of HL7 table 0357, `location` is `PID^1^3` or empty, `text` holds no patient data. */
export interface AcknowledgementError {
  readonly code: string;
  readonly location: string;
  readonly text: string;
}

export interface AcknowledgementInput {
  /** Of the message answered; missing when it had none that could be read. */
  readonly header?: Header | undefined;
  readonly code: AcknowledgementCode;
  /** Our own MSH-10. */
  readonly controlId: string;
  readonly at: Date;
  readonly error?: AcknowledgementError | undefined;
  /** MSA-4, where the sequence number protocol runs: the number accepted, the one expected, or -1. */
  readonly expectedSequence?: number | undefined;
}

/** HL7 table 0357, in its own words. */
const ERROR_NAMES = new Map([
  ["100", "Segment sequence error"],
  ["101", "Required field missing"],
  ["102", "Data type error"],
  ["103", "Table value not found"],
  ["104", "Value too long"],
  ["200", "Unsupported message type"],
  ["201", "Unsupported event code"],
  ["202", "Unsupported processing id"],
  ["203", "Unsupported version id"],
  ["204", "Unknown key identifier"],
  ["205", "Duplicate key identifier"],
  ["206", "Application record locked"],
  ["207", "Application internal error"],
]);

/**
 * A segment of an answer: its id and its fields as they stand between delimiters, by one character for each byte. In
 * MSH the first of them is MSH-2.
 */
export type AnswerSegment = readonly string[];

/**
 * The acknowledgement as bytes: ER7 with segments ended by CR, or v2.xml to who sends that. What comes from the sender
 * (delimiters, MSH-3 to 6 swapped, MSH-10, 11, 12) is echoed byte for byte, so it stays true in any character set.
 */
export function acknowledge(input: AcknowledgementInput): Uint8Array {
  const { header, error } = input;
  const delimiters = header?.delimiters ?? DEFAULT_DELIMITERS;
  const segments: AnswerSegment[] = [messageHeader(input, delimiters), acknowledgementSegment(input, delimiters)];
  if (error !== undefined) segments.push(errorSegment(error, header, delimiters));
  if (header?.encoding === "xml") return Buffer.from(acknowledgementXml(segments, delimiters, header.version), "utf8");
  return Buffer.from(segments.map((fields) => segmentText(fields, delimiters.field)).join(""), "latin1");
}

/** A segment as ER7. An echoed 0x1C before its CR would end the MLLP frame: an empty field between them keeps both. */
export function segmentText(fields: AnswerSegment, separator: string): string {
  const text = fields.join(separator);
  return `${text}${text.endsWith("\x1c") ? separator : ""}\r`;
}

function messageHeader(input: AcknowledgementInput, delimiters: Delimiters): string[] {
  const { header, controlId, at } = input;
  const fields = [
    "MSH",
    delimiters.encodingCharacters,
    echoed(header, 5),
    echoed(header, 6),
    echoed(header, 3),
    echoed(header, 4),
    formatTime(at),
    "",
    messageType(header, delimiters),
    encodeText(controlId, delimiters),
    echoed(header, 11) || (header === undefined ? "P" : ""),
    echoed(header, 12) || (header === undefined ? VERSION_DEFAULT : ""),
  ];
  // Echoed bytes beyond ASCII mean what they mean in the sender's character set: say which it is.
  const charset = header?.encoding === "xml" ? "" : echoed(header, 18);
  if (charset !== "" && /[\u0080-\u00ff]/.test(fields.join("") + echoed(header, 10)))
    fields.push("", "", "", "", "", charset);
  return fields;
}

function messageType(header: Header | undefined, delimiters: Delimiters): string {
  if (header === undefined || header.triggerEvent === "" || !isVersionFrom(header.version, 2, 3, 1)) return "ACK";
  return ["ACK", encodeText(header.triggerEvent, delimiters), "ACK"].join(delimiters.component);
}

function echoed(header: Header | undefined, field: number): string {
  return header?.echo[field - 1] ?? "";
}

/** MSA. Its text (MSA-3) went out of the standard with 2.7, its error code (MSA-6) with the ERR of 2.5. */
function acknowledgementSegment(input: AcknowledgementInput, delimiters: Delimiters): string[] {
  const { header, code, error, expectedSequence } = input;
  const version = header?.version ?? VERSION_DEFAULT;
  const text = error === undefined || isVersionFrom(version, 2, 7) ? "" : encodeText(error.text, delimiters);
  const hasErrorCode = error !== undefined && isVersionFrom(version, 2, 2) && !isVersionFrom(version, 2, 5);
  const errorCode = hasErrorCode ? codedError(error, delimiters, delimiters.component) : "";
  const fields = ["MSA", code, echoed(header, 10), text, expectedSequence?.toString() ?? "", "", errorCode];
  while (fields.length > 3 && fields.at(-1) === "") fields.pop();
  return fields;
}

/** ERR as the sender's version shapes it: places and codes in one field before 2.5, in fields of their own since. */
export function errorSegment(
  error: AcknowledgementError,
  header: Header | undefined,
  delimiters: Delimiters,
): string[] {
  const location = error.location === "" ? [] : error.location.split("^").map((part) => encodeText(part, delimiters));
  if (isVersionFrom(header?.version ?? VERSION_DEFAULT, 2, 5)) {
    const text = encodeText(error.text, delimiters);
    const coded = codedError(error, delimiters, delimiters.component);
    return ["ERR", "", location.join(delimiters.component), coded, "E", "", "", text, text];
  }
  const [segment = "", sequence = "", field = ""] = location;
  const coded = codedError(error, delimiters, delimiters.subcomponent);
  return ["ERR", [segment, sequence, field, coded].join(delimiters.component)];
}

/** The code, its name and its table; the code alone where the sender has nothing to separate them with. */
function codedError(error: AcknowledgementError, delimiters: Delimiters, separator: string): string {
  const code = encodeText(error.code, delimiters);
  if (separator === "") return code;
  return [code, encodeText(ERROR_NAMES.get(error.code) ?? "", delimiters), "HL70357"].join(separator);
}
