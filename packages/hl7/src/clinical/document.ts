import type { DocumentPart, FactOf, FactStatement } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { conceptKey } from "./concept.ts";
import { valueTypeOf } from "./document-content.ts";
import { encapsulatedParts, isDocumentType, proseIn, prosePart } from "./document-part.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import { DOCUMENT_PARTS_MAX } from "./limits.ts";
import { runsOf, withinLimit } from "./observation.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader, type SentNumber, said } from "./segment-reader.ts";

/** TXA with its OBX: a document, and what the event does with it. */

type Document = FactOf<"document">;

interface DocumentEvent {
  readonly action: FactStatement["action"];
  /** Whether OBX holds the content. The odd-numbered events only tell of the document. */
  readonly hasContent: boolean;
}

/** MDM^T01 to T11. */
const EVENTS: Readonly<Record<string, DocumentEvent>> = {
  T01: { action: "state", hasContent: false },
  T02: { action: "state", hasContent: true },
  // Its status changed.
  T03: { action: "state", hasContent: false },
  T04: { action: "state", hasContent: true },
  T05: { action: "addend", hasContent: false },
  T06: { action: "addend", hasContent: true },
  // Edited before anybody could rely on it: the same document, otherwise.
  T07: { action: "state", hasContent: false },
  T08: { action: "state", hasContent: true },
  T09: { action: "replace", hasContent: false },
  T10: { action: "replace", hasContent: true },
  T11: { action: "retract", hasContent: false },
};

/** TXA-17, table 0271. */
const STATUSES = new Map<string, Document["status"]>([
  ["DI", "dictated"],
  ["DO", "documented"],
  ["IP", "preliminary"],
  ["IN", "preliminary"],
  ["PA", "preliminary"],
  ["AU", "authenticated"],
  ["LA", "final"],
]);

const UNIQUE_NUMBER = 12;
const PARENT_NUMBER = 13;
const STATUS = 17;
const AVAILABILITY = 19;
const VALUE = 5;
const UNITS = 6;
const RESULT_STATUS = 11;
/** Of OBX, table 0085: deleted, sent by mistake. */
const WITHDRAWN: ReadonlySet<string> = new Set(["D", "W"]);
/** Values that say little without their units. */
const UNIT_TYPES: ReadonlySet<string> = new Set(["NM", "SN", "NR"]);
/** Table 0273. */
const DELETED = "CA";

/** The document of a message; none without a TXA, which is said in a warning. */
export function documentFacts(segments: readonly Segment[], trigger: string, reading: Reading): FactStatement[] {
  const txa = segments.find((segment) => segment.id === "TXA");
  if (txa === undefined) {
    reading.warnings.add("TXA", "structure", "There is no TXA, so no document is stated.");
    return [];
  }
  const reader = new SegmentReader(txa, reading);
  const event = EVENTS[trigger] ?? { action: "state", hasContent: true };
  const content = documentOf(reader, segments, event, reading);
  const number = reader.number(UNIQUE_NUMBER);
  const parent = reader.number(PARENT_NUMBER);
  const key = number === undefined ? keyWithoutNumber(reader, content) : keyOf(number);
  const relatesTo = parent === undefined || keyOf(parent) === key ? undefined : keyOf(parent);
  const action = actionOf(event, relatesTo, reader);
  return [
    said<FactStatement>({
      key,
      action,
      relatesTo: action === "addend" || action === "replace" ? relatesTo : undefined,
      visitNumber: reading.visitNumber,
      content,
    }),
  ];
}

function documentOf(
  reader: SegmentReader,
  segments: readonly Segment[],
  { hasContent, action }: DocumentEvent,
  reading: Reading,
): Document {
  const parts = partsOf(segments.slice(segments.indexOf(reader.segment) + 1), reading);
  if (hasContent && parts.length === 0)
    reader.warn(3, "structure", "The event is one with content, and there is none.");
  const document = said<Document>({
    kind: "document",
    type: reader.concept(2) ?? { codings: [] },
    title: reader.text(25),
    status: statusOf(reader),
    confidentiality: reader.code(18),
    availability: reader.code(AVAILABILITY),
    authoredAt: reader.when(6) ?? reader.when(4),
    author: reader.practitioner(9) ?? reader.practitioner(5),
    authenticator: reader.practitioner(10) ?? reader.practitioner(22),
    parts: undefined,
  });
  // An empty list would say that the document has no content any more.
  const isSaid = parts.length > 0 || (hasContent && action !== "retract");
  return isSaid ? { ...document, parts } : document;
}

/** OBX after TXA: encapsulated documents, pointers, and text, whose lines come as one OBX each. */
function partsOf(segments: readonly Segment[], reading: Reading): DocumentPart[] {
  const parts: DocumentPart[] = [];
  for (const { run, notes } of runsOf(segments).runs) {
    const reader = new SegmentReader(run[0], reading);
    if (WITHDRAWN.has(reader.code(RESULT_STATUS)?.toUpperCase() ?? "")) {
      reader.warn(RESULT_STATUS, "ignored", "The content is withdrawn by its sender: left out.");
      continue;
    }
    if (notes.length > 0) reader.warn(VALUE, "ignored", "The notes on the content are not part of it: left out.");
    if (UNIT_TYPES.has(valueTypeOf(run[0])) && reader.code(UNITS) !== undefined)
      reader.warn(UNITS, "ignored", "The value is shown as text without its units.");
    if (isDocumentType(valueTypeOf(run[0]))) parts.push(...encapsulatedParts(run[0], reading));
    else {
      const part = prosePart(run, proseIn(run, reading), reading);
      if (part !== undefined) parts.push(part);
    }
    if (parts.length > DOCUMENT_PARTS_MAX) break;
  }
  return withinLimit(parts, reading);
}

function statusOf(reader: SegmentReader): Document["status"] {
  const code = reader.code(STATUS);
  if (code === undefined) return "unknown";
  const status = STATUSES.get(code.toUpperCase());
  if (status === undefined) reader.warn(STATUS, "bad-code", "The status is not one of table 0271.");
  return status ?? "unknown";
}

/** An addendum or a replacement that names no other document is a document. */
function actionOf(
  { action }: DocumentEvent,
  relatesTo: string | undefined,
  reader: SegmentReader,
): FactStatement["action"] {
  if (reader.code(AVAILABILITY)?.toUpperCase() === DELETED) return "retract";
  if ((action === "addend" || action === "replace") && relatesTo === undefined) {
    reader.warn(PARENT_NUMBER, "structure", "The event is about another document, which is not named.");
    return "state";
  }
  return action;
}

function keyOf(number: SentNumber): string {
  return numberKey("document", number.key);
}

/** TXA-15 or TXA-14, the order it was made for, else what kind of document was written when by whom. */
function keyWithoutNumber(reader: SegmentReader, { type, authoredAt, author }: Document): string {
  const filler = reader.number(15);
  const placer = reader.number(14);
  if (filler !== undefined) return numberKey("document-filler", filler.key, conceptKey(type));
  if (placer !== undefined) return numberKey("document-placer", placer.key, conceptKey(type));
  return contentKey("document", conceptKey(type), authoredAt, author?.code ?? author?.display);
}
