import type { FeedDialect } from "@chesil/hl7";
import { cdaEvent, cdaReadingOf } from "@chesil/itk";
import type { JournalEntry } from "@chesil/store";
import { readXml, XML_SLICE_BYTES } from "@chesil/xml";
import type { MessageItem } from "./interpret.ts";

/** What the journal calls a CDA document, as messages of HL7 v2 are called by MSH-9. */
export const CDA_CODE = "CDA";

/** Whether it is read with turns for others. */
export const isLargeDocument = ({ messageCode, raw }: JournalEntry): boolean =>
  messageCode === CDA_CODE && raw.length > XML_SLICE_BYTES;

/** What a CDA document says. A journal entry holds one, whole. @param read its bytes, as XML. */
export function documentItem(entry: JournalEntry, dialect: FeedDialect, read = readXml(entry.raw)): MessageItem {
  if (!read.ok) return { kind: "unreadable", entry, reason: "not-readable", text: read.fault.text };
  const { receivedAt, controlId } = entry;
  const content = { location: WHOLE, bytes: entry.raw.byteLength };
  const mapped = cdaEvent(read.document.root, cdaReadingOf(dialect), { receivedAt, controlId, content });
  if (!mapped.ok) return { kind: "unreadable", entry, reason: mapped.reason, text: mapped.text };
  return { kind: "event", entry, event: mapped.event, isOverlayHeld: dialect.onOverlay === "hold" };
}

/** Where a document stands in its entry. */
const WHOLE = "document";
