import type { FactSnapshot, FactStatement } from "@chesil/model";
import type { MappingContext } from "../map/context.ts";
import type { Segment } from "../message/segment.ts";
import { FACTS_MAX } from "./limits.ts";
import { localFacts } from "./local-segment.ts";
import { measurementFacts } from "./measurement.ts";
import { PATIENT_SEGMENTS, type PatientSegment } from "./patient-segments.ts";
import { type Reading, readingOf } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";
import { withVisitSpecialty } from "./visit-specialty.ts";

/** What a part of a message says of a patient's facts. */
export interface SaidFacts {
  readonly facts: FactStatement[];
  readonly snapshots: FactSnapshot[];
}

/**
 * The facts among a patient's segments (from one PID to the next) in an ADT message. Segments without action codes are
 * the whole list of their kind, and `AL1|""` says that the list is empty.
 */
export function factsIn(segments: readonly Segment[], context: MappingContext): SaidFacts {
  const reading = readingOf(context);
  const lists = listsIn(segments, reading);
  const snapshots = lists.map(({ snapshot }) => snapshot).filter((each) => each !== undefined);
  const said = [...lists.flatMap((list) => list.facts), ...otherFacts(segments, reading)];
  const { isWhole, facts } = factsWithinLimit(withVisitSpecialty(said, segments, reading), reading);
  const isFirst = (each: FactSnapshot, index: number) =>
    snapshots.findIndex(({ kind }) => kind === each.kind) === index;
  return { facts, snapshots: isWhole ? snapshots.filter(isFirst) : [] };
}

/**
 * The facts of a patient's segments where they are not the whole list: the allergies in a result or a referral are
 * those that its sender thought worth mentioning.
 */
export function patientFacts(segments: readonly Segment[], reading: Reading): FactStatement[] {
  return [...listsIn(segments, reading).flatMap(({ facts }) => facts), ...otherFacts(segments, reading)];
}

function otherFacts(segments: readonly Segment[], reading: Reading): FactStatement[] {
  return [...measurementFacts(segments, reading), ...localFacts(segments, reading)];
}

/** The segments that may state facts of this kind: those named here are mapped. */
export function factSegments({ feed }: MappingContext): ReadonlySet<string> {
  const local = Object.keys(feed.localSegments ?? {}).map((id) => id.toUpperCase());
  return new Set([...PATIENT_SEGMENTS.keys(), "OBX", ...local]);
}

/** Each key once, by what is said of it last, and no more than the limit. `isWhole`: nothing was left out. */
export function factsWithinLimit(
  facts: readonly FactStatement[],
  { warnings }: Pick<Reading, "warnings">,
): { isWhole: boolean; facts: FactStatement[] } {
  const byKey = new Map(facts.map((fact) => [`${fact.content.kind} ${fact.key}`, fact]));
  const each = [...byKey.values()];
  if (each.length <= FACTS_MAX) return { isWhole: true, facts: each };
  warnings.add("PID", "ignored", `Only the first ${FACTS_MAX} facts of a patient are stated.`);
  return { isWhole: false, facts: each.slice(0, FACTS_MAX) };
}

/** The segments of one id: what they state, and whether that is all there is. */
interface SegmentList {
  readonly facts: FactStatement[];
  readonly snapshot: FactSnapshot | undefined;
}

function listsIn(segments: readonly Segment[], reading: Reading): SegmentList[] {
  const byId = new Map<string, Segment[]>();
  for (const segment of segments) {
    if (!PATIENT_SEGMENTS.has(segment.id)) continue;
    const own = byId.get(segment.id);
    if (own === undefined) byId.set(segment.id, [segment]);
    else own.push(segment);
  }
  return [...PATIENT_SEGMENTS].flatMap(([id, meaning]) => {
    const own = byId.get(id);
    return own === undefined ? [] : [listOf(own, meaning, reading)];
  });
}

function listOf(own: readonly Segment[], meaning: PatientSegment, reading: Reading): SegmentList {
  const facts: FactStatement[] = [];
  let isDeleted = false;
  let isWhole = meaning.list === "whole";
  for (const [index, segment] of own.entries()) {
    const reader = new SegmentReader(segment, reading);
    if (index === FACTS_MAX) {
      reader.warn(1, "ignored", `Only the first ${FACTS_MAX} segments of a kind are stated.`);
      isWhole = false;
      break;
    }
    if (isListDeleted(segment)) {
      isDeleted = meaning.list !== "none";
      if (!isDeleted) reader.warn(1, "ignored", "Deleting all segments of this kind can not be stated.");
      continue;
    }
    const action = actionOf(reader, meaning);
    const fact = statementOf(reader, meaning, action);
    if (fact !== undefined) facts.push(fact);
    // A list with a line that can not be read is not known whole, and would withdraw what stands in that line.
    if (fact === undefined || action !== undefined) isWhole = false;
  }
  const isList = isWhole || (isDeleted && facts.length === 0);
  return { facts, snapshot: isList ? snapshotOf(meaning, reading) : undefined };
}

function statementOf(
  reader: SegmentReader,
  meaning: PatientSegment,
  action: string | undefined,
): FactStatement | undefined {
  const fact = meaning.read(reader);
  if (fact === undefined) {
    reader.warn(1, "structure", "The segment names nothing that could be stated.");
    return undefined;
  }
  return said<FactStatement>({
    key: fact.key,
    action: action === "D" ? "retract" : "state",
    relatesTo: undefined,
    visitNumber: meaning.of === "visit" ? reader.reading.visitNumber : undefined,
    content: fact.content,
  });
}

/** The list of a visit that is not named would be the list of all visits: then nothing is said of what is missing. */
function snapshotOf({ kind, of }: PatientSegment, { visitNumber }: Reading): FactSnapshot | undefined {
  if (of === "patient") return { kind };
  return visitNumber === undefined ? undefined : { kind, visitNumber };
}

/** Table 0206. */
function actionOf(reader: SegmentReader, { actionField }: PatientSegment): string | undefined {
  const code = actionField === undefined ? undefined : reader.text(actionField)?.toUpperCase();
  if (actionField === undefined || code === undefined) return undefined;
  if (!["A", "D", "U", "X"].includes(code)) {
    reader.warn(actionField, "bad-code", "The action is not one of table 0206: the segment is taken as a statement.");
  }
  return code;
}

/** `AL1|""`: there is nothing in the list. */
function isListDeleted(segment: Segment): boolean {
  if (segment.field(1).state !== "null") return false;
  for (let field = 2; field <= segment.fieldCount; field++) {
    if (segment.field(field).state === "value") return false;
  }
  return true;
}
