import { isUtf8 } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import { type FeedDialect, type Message, type MessageTree, messageTree, readMessage, toEvent } from "@chesil/hl7";
import { cdaEvent, cdaReadingOf } from "@chesil/itk";
import { type CanonicalEvent, isValidNhsNumber, nhsNumberDigits } from "@chesil/model";
import { readXmlInTurns } from "@chesil/xml";

/** A stored message read again, as it would be read today. */
export type Content = {
  readonly raw: string;
  readonly charset: string;
  readonly tree: MessageTree | null;
  /** Null where the type is not mapped or the message can not be read. */
  readonly event: CanonicalEvent | null;
  /** Valid NHS numbers in its patient segments. */
  readonly nhsNumbers: readonly string[];
};

/** Fields of PID and MRG that hold identifiers. */
const IDENTIFIER_FIELDS = [1, 2, 3, 4, 19];

export async function contentOf(bytes: Buffer, dialect: FeedDialect, receivedAt: Date): Promise<Content> {
  const read = readMessage(bytes, dialect);
  if (!read.ok) return { ...unread(bytes), event: await documentEvent(bytes, dialect, receivedAt) };
  const { message } = read;
  const mapped = toEvent(message, dialect, receivedAt);
  return {
    raw: message.encoding === "xml" ? bytes.toString("utf8") : message.text,
    charset: message.charset,
    tree: messageTree(message),
    event: mapped.ok ? mapped.event : null,
    nhsNumbers: nhsNumbersIn(message),
  };
}

/** What a CDA document says; null where it is none. */
async function documentEvent(bytes: Buffer, dialect: FeedDialect, receivedAt: Date): Promise<CanonicalEvent | null> {
  const read = await readXmlInTurns(bytes, turn);
  if (!read.ok) return null;
  const content = { location: "document", bytes: bytes.length };
  const mapped = cdaEvent(read.document.root, cdaReadingOf(dialect), { receivedAt, controlId: "", content });
  return mapped.ok ? mapped.event : null;
}

/** A CDA document, a row of an extract, or what can not be read: whom it names is told by any valid NHS number that stands in it. */
function unread(bytes: Buffer): Content {
  const raw = isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
  const texts = raw.replaceAll("\0", "").match(/(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g) ?? [];
  const nhsNumbers = texts.flatMap((text) => nhsNumberDigits(text) ?? []).filter(isValidNhsNumber);
  return { raw, charset: "", tree: null, event: null, nhsNumbers: [...new Set(nhsNumbers)] };
}

function nhsNumbersIn(message: Message): string[] {
  const found = new Set<string>();
  for (const segment of [...message.all("PID"), ...message.all("MRG")]) {
    for (const field of IDENTIFIER_FIELDS) {
      for (const repetition of segment.field(field).repetitions) {
        const digits = nhsNumberDigits(repetition.components[0]?.text ?? "");
        if (digits !== undefined && isValidNhsNumber(digits)) found.add(digits);
      }
    }
  }
  return [...found];
}
