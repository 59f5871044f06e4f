import { type Message, readMessage } from "../message/message.ts";
import { contentStart, isXmlAt } from "../message/opening.ts";
import type { AcknowledgementCode } from "./acknowledgement-due.ts";

/** What a sender must know of an answer, read from the bytes: an acknowledgement says yes or no to one control id. */

export type Acknowledgement = {
  readonly code: AcknowledgementCode;
  /** MSA-2 as it stands, not unescaped: it has to equal MSH-10 to the byte. */
  readonly controlId: string;
  /** What the receiver says was wrong: MSA-3, or the text of ERR. */
  readonly text: string;
};

const CODES: ReadonlySet<string> = new Set<AcknowledgementCode>(["AA", "AE", "AR", "CA", "CE", "CR"]);
/** ERR-8 user message, ERR-7 diagnostics, ERR-3 code, and ERR-1 before v2.5, in order of use to a reader. */
const ERR_FIELDS: readonly number[] = [8, 7, 3, 1];
const TEXT_LENGTH_MAX = 200;

const isCode = (text: string): text is AcknowledgementCode => CODES.has(text);

/** Bytes as text, one character a byte, so that comparing texts compares bytes. */
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** The fields of the first segment of this name; index 0 is the name. Undefined when there is none. */
function fieldsOf(text: string, name: string, separator: string): string[] | undefined {
  const line = text.split(/[\r\n]+/).find((segment) => segment.startsWith(name + separator));
  return line?.split(separator);
}

/** The message of v2.xml bytes; undefined where they are none. */
function xmlMessage(bytes: Uint8Array): Message | undefined {
  if (!isXmlAt(bytes, contentStart(bytes))) return undefined;
  const read = readMessage(bytes);
  return read.ok ? read.message : undefined;
}

/** MSH-10 of a message as it stands; "" when it has none or is not HL7. */
export function controlIdOf(message: Uint8Array): string {
  const xml = xmlMessage(message);
  if (xml !== undefined) return xml.get("MSH", 10);
  // MSH is the first segment and short; reading a document of megabytes for it would be waste.
  const head = latin1(message.subarray(0, 2048));
  const start = head.indexOf("MSH");
  const separator = head.charAt(start + 3);
  if (start < 0 || separator === "") return "";
  return fieldsOf(head.slice(start), "MSH", separator)?.[9] ?? "";
}

/** The acknowledgement in an answer, or undefined when the answer is not one. */
export function readAcknowledgement(answer: Uint8Array): Acknowledgement | undefined {
  const xml = xmlMessage(answer);
  if (xml !== undefined) {
    const code = xml.get("MSA", 1);
    return isCode(code)
      ? { code, controlId: xml.get("MSA", 2), text: xml.get("MSA", 3).slice(0, TEXT_LENGTH_MAX) }
      : undefined;
  }
  const text = latin1(answer);
  const separator = text.charAt(text.indexOf("MSH") + 3);
  if (!text.includes("MSH") || separator === "") return undefined;
  const [, code = "", controlId = "", message = ""] = fieldsOf(text, "MSA", separator) ?? [];
  if (!isCode(code)) return undefined;
  const error = fieldsOf(text, "ERR", separator) ?? [];
  const said =
    message !== "" ? message : (ERR_FIELDS.map((field) => error[field] ?? "").find((field) => field !== "") ?? "");
  return { code, controlId, text: said.slice(0, TEXT_LENGTH_MAX) };
}
