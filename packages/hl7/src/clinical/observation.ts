import { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart, type Observation } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { valueTypeOf } from "./document-content.ts";
import { encapsulatedParts, isDocumentType, proseIn, prosePart } from "./document-part.ts";
import { DOCUMENT_PARTS_MAX, OBSERVATIONS_MAX } from "./limits.ts";
import { notesIn } from "./notes.ts";
import { observedValue } from "./observation-value.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";

/** OBX with its NTE: what was observed, and the documents that stand in place of a value. */
export interface Observed {
  readonly observations: Observation[];
  readonly documents: DocumentPart[];
}

const CODE = 3;
const SUB_ID = 4;
const VALUE = 5;
const STATUS = 11;
const OBSERVED_AT = 14;

/** Lines of one narrative come as one OBX each; these are the types they have. */
const NARRATIVE = new Set(["TX", "FT"]);

/** OBX-11, table 0085. What was posted to the wrong patient, or deleted, was entered in error. */
const STATUSES = new Map<string, Observation["status"]>([
  ["A", "corrected"],
  ["B", "final"],
  ["C", "corrected"],
  ["D", "entered-in-error"],
  ["F", "final"],
  ["I", "registered"],
  ["N", "unknown"],
  ["O", "registered"],
  ["P", "preliminary"],
  ["R", "preliminary"],
  ["S", "preliminary"],
  ["U", "final"],
  ["V", "final"],
  ["W", "entered-in-error"],
  ["X", "cancelled"],
]);

/** The observations and documents of one order, in their order. */
export function observationsOf(runs: readonly Run[], reading: Reading): Observed {
  const observations: Observation[] = [];
  const documents: DocumentPart[] = [];
  for (const { run, notes } of runs) {
    const reader = new SegmentReader(run[0], reading);
    if (observations.length === OBSERVATIONS_MAX) {
      reader.warn(VALUE, "ignored", `Only the first ${OBSERVATIONS_MAX} observations of a result are stated.`);
      break;
    }
    const { observation, parts } = observationOf(reader, run, notes);
    if (observation !== undefined) observations.push(observation);
    documents.push(...parts);
  }
  return { observations, documents: withinLimit(documents, reading) };
}

/** No more parts than one document or result may have. */
export function withinLimit(parts: readonly DocumentPart[], { warnings }: Reading): DocumentPart[] {
  const beyond = parts[DOCUMENT_PARTS_MAX];
  if (beyond === undefined) return [...parts];
  warnings.add(beyond.location, "ignored", `Only the first ${DOCUMENT_PARTS_MAX} documents are stated.`);
  return parts.slice(0, DOCUMENT_PARTS_MAX);
}

interface Run {
  readonly run: readonly [Segment, ...Segment[]];
  readonly notes: readonly Segment[];
}

/** Each OBX with its own comments, lines of one narrative together; and all that is none of these. */
export function runsOf(segments: readonly Segment[]): { runs: Run[]; others: Segment[] } {
  const runs: { run: [Segment, ...Segment[]]; notes: Segment[] }[] = [];
  const others: Segment[] = [];
  let open: (typeof runs)[number] | undefined;
  for (const segment of segments) {
    if (segment.id === "OBX") {
      if (open !== undefined && open.notes.length === 0 && isNextLine(open.run[0], segment)) {
        open.run.push(segment);
        continue;
      }
      open = { run: [segment], notes: [] };
      runs.push(open);
    } else if (segment.id === "NTE" && open !== undefined) {
      open.notes.push(segment);
    } else {
      others.push(segment);
      // Participants stand between an observation and its comments since 2.7, and a line that is no segment anywhere.
      if (segment.id !== "PRT" && segment.id !== "") open = undefined;
    }
  }
  return { runs, others };
}

/** Whether a segment is one more line of the text that `first` begins: equal in all but what it says. */
function isNextLine(first: Segment, next: Segment): boolean {
  if (!NARRATIVE.has(valueTypeOf(first)) || valueTypeOf(first) !== valueTypeOf(next)) return false;
  return [CODE, SUB_ID, STATUS, OBSERVED_AT].every(
    (field) => (first.fieldRaw(field) ?? "") === (next.fieldRaw(field) ?? ""),
  );
}

/** One OBX alone, as a measurement states it: without the document that may stand in it. */
export function observationOf(
  reader: SegmentReader,
  run: Run["run"],
  notes: readonly Segment[],
): { observation: Observation | undefined; parts: DocumentPart[] } {
  const valueType = reader.text(2)?.toUpperCase() ?? "";
  const status = statusOf(reader);
  const value = status === "entered-in-error" ? NOTHING : valueIn(reader, run, valueType);
  const code = reader.concept(CODE);
  if (code === undefined && value.text === undefined && value.parts.length === 0) {
    return { observation: undefined, parts: [] };
  }
  const observation = said<Observation>({
    code: code ?? { codings: [] },
    subId: subIdOf(reader),
    valueType,
    value: value.text,
    concepts: value.concepts,
    units: reader.code(6),
    referenceRange: reader.text(7),
    flags: reader.texts(8),
    status,
    observedAt: reader.when(OBSERVED_AT),
    notes: notesIn(notes, reader.reading),
  });
  return { observation, parts: value.parts };
}

const NOTHING = { text: undefined, concepts: [], parts: [] };

/** The value; text that is too long to carry, or that is a document in truth, is a part to be read from the message. */
function valueIn(reader: SegmentReader, run: Run["run"], valueType: string) {
  const { reading } = reader;
  if (isDocumentType(valueType)) return { ...NOTHING, parts: encapsulatedParts(reader.segment, reading) };
  if (!NARRATIVE.has(valueType)) {
    const { text, concepts } = observedValue(reader, valueType);
    if (text === undefined || text.length <= DOCUMENT_TEXT_LENGTH_MAX) return { text, concepts, parts: [] };
  }
  const content = proseIn(run, reading);
  const isValue = content.contentType === "text/plain" && content.data.length <= DOCUMENT_TEXT_LENGTH_MAX;
  if (isValue) return { ...NOTHING, text: content.data.trim() === "" ? undefined : content.data };
  const part = prosePart(run, content, reading);
  return { ...NOTHING, parts: part === undefined ? [] : [part] };
}

function statusOf(reader: SegmentReader): Observation["status"] {
  const code = reader.text(STATUS);
  if (code === undefined) return "unknown";
  const status = STATUSES.get(code.toUpperCase());
  if (status === undefined) reader.warn(STATUS, "bad-code", "The status is not one of table 0085.");
  return status ?? "unknown";
}

/** OBX-4 whole: some senders put a path there (`1^1^2`). */
function subIdOf(reader: SegmentReader): string | undefined {
  const parts = [1, 2, 3, 4].map((component) => reader.text(SUB_ID, component) ?? "");
  return parts.join("^").replace(/\^+$/, "") || undefined;
}
