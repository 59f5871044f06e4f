import type { IdentityOperation, SubjectStatement } from "@chesil/model";
import { factSegments, factsIn } from "../clinical/adt-facts.ts";
import type { Message } from "../message/message.ts";
import type { MappingContext } from "./context.ts";
import type { FeedDialect } from "./dialect.ts";
import { eventHead, notMapped, warnOfMessage } from "./event-head.ts";
import { ADT_EVENTS, type AdtEvent } from "./events.ts";
import { IDENTIFIERS_MAX } from "./identifiers.ts";
import { type MapResult, notAnEvent } from "./map-result.ts";
import { readOperations } from "./operations.ts";
import { type PatientGroup, patientGroups, segmentNumbers } from "./patient-groups.ts";
import { demographicsSaid, identifiersSaid } from "./pid.ts";
import { keysIn, patientKeys, priorsOf, subjectKey, without } from "./prior.ts";
import { Warnings } from "./statement.ts";
import { encounterSaid } from "./visit.ts";

/** What `ADT_EVENTS` says of the event, applied to one message. */
export function adtEvent(message: Message, trigger: string, feed: FeedDialect, receivedAt: Date): MapResult {
  const meaning = ADT_EVENTS.get(trigger);
  if (meaning === undefined) return notAnEvent("not-mapped");
  const groups = patientGroups(message.segments());
  if (groups.length === 0) return notAnEvent("no-patient-id");
  if (groups.length > IDENTIFIERS_MAX) return notAnEvent("not-readable");
  const reading = readOperations(groups, trigger, message, feed);
  if (!reading.ok) return notAnEvent(reading.reason);

  const context: MappingContext = { message, feed, receivedAt, warnings: new Warnings() };
  const read = meaning.subjects === "every" ? groups : groups.slice(0, 1);
  const head = eventHead(context);
  warnOfMessage(trigger, readSegments(message, read), context);
  warnOfPatients(groups, meaning, context);
  warnOfPriorPatients(groups, reading.operations, context);
  const subjects: SubjectStatement[] = [];
  for (const group of read) {
    const subject = subjectSaid(group, meaning, trigger, context);
    if (subject === undefined) return notAnEvent("no-patient-id");
    subjects.push(subject);
  }
  const mapped = mappedSegments(subjects, reading.operations, context);
  return {
    ok: true,
    event: {
      ...head,
      subjects,
      operations: [...reading.operations],
      warnings: context.warnings.list,
      notMapped: notMapped(message, mapped),
    },
  };
}

/** What one patient's part of the message says, or undefined when it names no record. */
function subjectSaid(
  group: PatientGroup,
  meaning: AdtEvent,
  trigger: string,
  context: MappingContext,
): SubjectStatement | undefined {
  const { message, feed, warnings } = context;
  const key = subjectKey(group, message, feed);
  if (key === undefined) return undefined;
  const own = { ...context, warnings: warnings.ofSegments(segmentNumbers(group, message)) };
  const identifiers = identifiersSaid(group.pid, own);
  const demographics = demographicsSaid(group, own);
  const encounter = encounterSaid(group, meaning.visit, trigger, own);
  const visit = encounter === undefined ? {} : { visitNumber: encounter.visitNumber };
  // What comes with a visit that was recorded in error is in error too.
  const isInError = meaning.visit === "delete";
  const { facts, snapshots } = isInError ? NO_FACTS : factsIn(group.segments, { ...context, ...visit });
  return {
    patient: { key, identifiers, demographics },
    ...(encounter === undefined ? {} : { encounter }),
    facts,
    snapshots,
  };
}

const NO_FACTS: Pick<SubjectStatement, "facts" | "snapshots"> = { facts: [], snapshots: [] };

/** The segments in which an escape that is not understood matters. */
function readSegments(message: Message, groups: readonly PatientGroup[]) {
  const evn = message.segment("EVN");
  const read = groups.flatMap((group) => group.segments.filter(({ id }) => READ_SEGMENTS.has(id)));
  return evn === undefined ? read : [evn, ...read];
}

const READ_SEGMENTS = new Set(["PID", "PD1", "PV1", "PV2", "MRG"]);

/** More patients than the event has, or fewer. */
function warnOfPatients(groups: readonly PatientGroup[], meaning: AdtEvent, { warnings }: MappingContext): void {
  if (meaning.subjects === "first" && groups.length > 1) {
    warnings.add("PID[2]", "structure", "This event is about one patient: only the first is read.");
  }
  if (meaning.visit === "transfer" && meaning.subjects === "every" && groups.length === 1) {
    warnings.add("PID[2]", "structure", "Two patients change beds, and only one of them is named.");
  }
}

/** An account or visit is repaired within its patient (A41, A42, A49 to A51): MRG-1 may only name the same one. */
function warnOfPriorPatients(
  groups: readonly PatientGroup[],
  operations: readonly IdentityOperation[],
  { message, feed, warnings }: MappingContext,
): void {
  if (operations.length === 0 || !operations.every(({ operation }) => WITHIN_PATIENT.has(operation))) return;
  for (const prior of priorsOf(groups, message, feed)) {
    if ("without" in prior) continue;
    const old = keysIn(prior.mrg, 1, prior);
    if (old.length === 0 || without(old, patientKeys(prior)).length < old.length) continue;
    const location = prior.mrgAt === 1 ? "MRG-1" : `MRG[${prior.mrgAt}]-1`;
    warnings.add(location, "identity", "Another patient than PID-3, which this event can not be about: not used.");
  }
}

const WITHIN_PATIENT: ReadonlySet<IdentityOperation["operation"]> = new Set([
  "merge-account",
  "change-account",
  "merge-visit",
  "change-visit",
]);

function mappedSegments(
  subjects: readonly SubjectStatement[],
  operations: readonly IdentityOperation[],
  context: MappingContext,
): ReadonlySet<string> {
  const mapped = new Set([...factSegments(context), "PID", "PD1"]);
  if (subjects.some(({ encounter }) => encounter !== undefined)) for (const id of ["PV1", "PV2"]) mapped.add(id);
  if (operations.length > 0) mapped.add("MRG");
  if (operations.some(({ operation }) => VISIT_OPERATIONS.has(operation))) mapped.add("PV1");
  return mapped;
}

const VISIT_OPERATIONS: ReadonlySet<IdentityOperation["operation"]> = new Set(["merge-visit", "change-visit"]);
