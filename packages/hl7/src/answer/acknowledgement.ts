import { Buffer } from "node:buffer";
import { DEFAULT_DELIMITERS, type Delimiters } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { formatTime } from "../message/london-clock.ts";
import type { Header } from "./header.ts";

/** Acknowledgements: what they say, when one is wanted, and their bytes. */
export type AcknowledgementCode = "AA" | "AE" | "AR" | "CA" | "CE" | "CR";
export type AcknowledgementOutcome = "accept" | "error" | "reject";

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
}

/** Sent where the message to answer shows no version of its own. */
const VERSION_DEFAULT = "2.5";

/** HL7 table 0357, in its own words. */
const ERROR_NAMES = new Map([
  ["100", "Segment sequence error"],
  ["101", "Required field missing"],
  ["102", "Data type error"],
  ["103", "Table value not found"],
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
 * The code for an outcome: original mode (AA, AE, AR) when MSH-15 and MSH-16 are both empty, else enhanced, in which
 * the receiver answers for safe storage (CA, CE, CR).
 */
export function acknowledgementCode(header: Header | undefined, outcome: AcknowledgementOutcome): AcknowledgementCode {
  const original = isOriginalMode(header);
  if (outcome === "accept") return original ? "AA" : "CA";
  if (outcome === "error") return original ? "AE" : "CE";
  return original ? "AR" : "CR";
}

/**
 * Whether the sender waits for an answer (HL7 table 0155 in MSH-15): NE never, ER on failure, SU on success, else
 * always. Where only MSH-16 is valued an answer is sent too: one too many harms nobody, one too few stalls a feed.
 */
export function wantsAcknowledgement(header: Header | undefined, outcome: AcknowledgementOutcome): boolean {
  switch (header?.acceptAck) {
    case "NE":
      return false;
    case "ER":
      return outcome !== "accept";
    case "SU":
      return outcome === "accept";
    default:
      return true;
  }
}

function isOriginalMode(header: Header | undefined): boolean {
  return header === undefined || (header.acceptAck === "" && header.applicationAck === "");
}

/**
 * The acknowledgement as bytes, segments ended by CR. What comes from the sender (delimiters, MSH-3 to 6 swapped,
 * MSH-10, 11, 12) is echoed byte for byte, so it stays true in any character set.
 */
export function acknowledge(input: AcknowledgementInput): Uint8Array {
  const { header, code, error } = input;
  const delimiters = header?.delimiters ?? DEFAULT_DELIMITERS;
  const msa = ["MSA", code, echoed(header, 10)];
  if (error !== undefined) msa.push(encodeText(error.text, delimiters));
  const segments = [acknowledgementHeader(input, delimiters), msa];
  if (error !== undefined) segments.push(errorSegment(error, header, delimiters));
  const text = segments.map((fields) => `${framable(fields.join(delimiters.field), delimiters.field)}\r`).join("");
  return Buffer.from(text, "latin1");
}

/** An echoed 0x1C before the segment's CR would end the MLLP frame: an empty field between them keeps both. */
const framable = (segment: string, separator: string): string =>
  segment.endsWith("\x1c") ? segment + separator : segment;

function acknowledgementHeader(input: AcknowledgementInput, delimiters: Delimiters): string[] {
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
  const charset = echoed(header, 18);
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

/** ERR as the sender's version shapes it: places and codes in one field before 2.5, in fields of their own since. */
function errorSegment(error: AcknowledgementError, header: Header | undefined, delimiters: Delimiters): string[] {
  const location = error.location === "" ? [] : error.location.split("^").map((part) => encodeText(part, delimiters));
  const name = encodeText(ERROR_NAMES.get(error.code) ?? "", delimiters);
  const code = encodeText(error.code, delimiters);
  const text = encodeText(error.text, delimiters);
  if (header === undefined || isVersionFrom(header.version, 2, 5, 0)) {
    const coded = [code, name, "HL70357"].join(delimiters.component);
    return ["ERR", "", location.join(delimiters.component), coded, "E", "", "", text, text];
  }
  const coded = delimiters.subcomponent === "" ? code : [code, name, "HL70357"].join(delimiters.subcomponent);
  const [segment = "", sequence = "", field = ""] = location;
  return ["ERR", [segment, sequence, field, coded].join(delimiters.component)];
}

/** A version that can not be read counts as a present-day one. */
function isVersionFrom(version: string, major: number, minor: number, patch: number): boolean {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (match === null) return true;
  const sent = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const from = [major, minor, patch];
  for (const [index, number] of from.entries()) {
    const difference = (sent[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
