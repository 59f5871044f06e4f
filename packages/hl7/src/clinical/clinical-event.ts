import type { FactStatement, SubjectStatement } from "@chesil/model";
import { messageType } from "../answer/header.ts";
import type { MappingContext } from "../map/context.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { eventHead, notMapped, warnOfEscapes, warnOfMessage } from "../map/event-head.ts";
import { keyOf, patientIdentifiers } from "../map/identifiers.ts";
import { type MapResult, notAnEvent } from "../map/map-result.ts";
import { firstIn, type PatientGroup, patientGroups, segmentNumbers } from "../map/patient-groups.ts";
import { demographicsSaid, identifiersSaid } from "../map/pid.ts";
import { Warnings } from "../map/statement.ts";
import { encounterSaid } from "../map/visit.ts";
import { visitNumberOf } from "../map/visit-number.ts";
import type { Message } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";
import { factSegments, factsWithinLimit, patientFacts } from "./adt-facts.ts";
import { appointmentFacts } from "./appointment.ts";
import { documentFacts } from "./document.ts";
import { NOTE_LENGTH_MAX, PATIENTS_MAX } from "./limits.ts";
import { hasMedication, medicationFacts } from "./medication.ts";
import { orderGroups } from "./order-groups.ts";
import { placeName, type Reading, readingOf } from "./reading.ts";
import { referralFacts } from "./referral.ts";
import { resultFacts } from "./result.ts";
import { withVisitSpecialty } from "./visit-specialty.ts";

/** One patient's part of a message, and where it stands. */
interface PatientPart {
  readonly group: PatientGroup;
  readonly messageCode: string;
  readonly trigger: string;
  readonly reading: Reading;
}

/** A type of message, what its patients' parts state, and the segments that this reads. */
interface ClinicalMessage {
  readonly type: string;
  readonly triggers: readonly string[];
  readonly facts: (part: PatientPart) => FactStatement[];
  readonly reads: readonly string[];
  /** Whether it is about what Chesil reads at all; undefined: always. */
  readonly isMapped?: (message: Message) => boolean;
}

/** What Chesil reads beside ADT, by MSH-9. */
const MESSAGES: readonly ClinicalMessage[] = [
  {
    type: "ORU",
    // Early versions name no event: there was only one.
    triggers: ["R01", "R03", "R04", "R30", "R31", "R32", ""],
    facts: resultsOf,
    reads: ["ORC", "OBR", "OBX", "NTE", "SPM"],
  },
  {
    type: "MDM",
    triggers: ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11"],
    facts: ({ group, trigger, reading }) => documentFacts(group.segments, trigger, reading),
    reads: ["TXA", "OBX"],
  },
  {
    type: "REF",
    triggers: ["I12", "I13", "I14", "I15"],
    facts: referralsOf,
    reads: ["RF1", "PRD", "ORC", "OBR", "OBX", "NTE", "SPM"],
  },
  {
    type: "RRI",
    triggers: ["I12", "I13", "I14", "I15"],
    facts: referralsOf,
    reads: ["MSA", "RF1", "PRD", "ORC", "OBR", "OBX", "NTE", "SPM"],
  },
  {
    type: "SIU",
    triggers: "S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S26 S27".split(" "),
    facts: appointmentsOf,
    reads: ["SCH", "TQ1", "RGS", "AIS", "AIG", "AIL", "AIP", "NTE"],
  },
  { type: "RDE", triggers: ["O01", "O11", "O25"], facts: medicationsOf("order"), reads: prescription("RXO", "RXE") },
  { type: "RDS", triggers: ["O01", "O13"], facts: medicationsOf("dispense"), reads: prescription("RXE", "RXD") },
  { type: "OMP", triggers: ["O09"], facts: medicationsOf("order"), reads: prescription("RXO") },
  {
    // A general order: only where it orders a medicine.
    type: "ORM",
    triggers: ["O01"],
    facts: medicationsOf("order"),
    reads: prescription("RXO"),
    isMapped: (message) => hasMedication(message.segments()),
  },
];

function prescription(...ids: readonly string[]): string[] {
  return ["ORC", ...ids, "RXR", "RXC", "TQ1", "NTE"];
}

/** What a message of one of these types says, as a canonical event. Pure: `receivedAt` is the only clock. */
export function clinicalEvent(message: Message, feed: FeedDialect, receivedAt: Date): MapResult {
  const { messageCode, triggerEvent: trigger } = messageType(message, message.segments()[0]?.fieldRaw(9) ?? "");
  const meaning = MESSAGES.find(({ type, triggers }) => type === messageCode && triggers.includes(trigger));
  if (meaning === undefined || meaning.isMapped?.(message) === false) return notAnEvent("not-mapped");
  const groups = patientGroups(message.segments());
  if (groups.length === 0) return notAnEvent("no-patient-id");
  if (groups.length > PATIENTS_MAX) return notAnEvent("not-readable");

  const context: MappingContext = { message, feed, receivedAt, warnings: new Warnings() };
  const head = eventHead(context);
  warnOfMessage(
    trigger,
    groups.flatMap(({ segments }) => segments.filter(isAboutPatient)),
    context,
  );
  const subjects = new Map<string, SubjectStatement>();
  for (const group of groups) {
    const key = keyOf(patientIdentifiers(group.pid, message, feed));
    // One patient that can not be told from others, and the rest of the message may be theirs.
    if (key === undefined) return notAnEvent("no-patient-id");
    const name = JSON.stringify([key.authority, key.localId]);
    const subject = subjectOf(group, key, meaning, trigger, context);
    const before = subjects.get(name);
    subjects.set(name, before === undefined ? subject : { ...before, facts: [...before.facts, ...subject.facts] });
  }
  warnOfClinicalEscapes(meaning, context);
  const all = [...subjects.values()];
  return {
    ok: true,
    event: {
      ...head,
      subjects: all.map((subject) => ({ ...subject, facts: factsWithinLimit(subject.facts, context).facts })),
      operations: [],
      warnings: context.warnings.list,
      notMapped: notMapped(message, mappedSegments(meaning, all, context)),
    },
  };
}

function subjectOf(
  group: PatientGroup,
  key: SubjectStatement["patient"]["key"],
  meaning: ClinicalMessage,
  trigger: string,
  message: MappingContext,
): SubjectStatement {
  const warnings = message.warnings.ofSegments(segmentNumbers(group, message.message));
  const context = { ...message, warnings };
  const identifiers = identifiersSaid(group.pid, context);
  const demographics = demographicsSaid(group, context);
  const encounter = encounterOf(group, trigger, context);
  const visitNumber = encounter?.visitNumber;
  const reading = readingOf({ ...context, ...(visitNumber === undefined ? {} : { visitNumber }) });
  return {
    patient: { key, identifiers, demographics },
    ...(encounter === undefined ? {} : { encounter }),
    facts: withVisitSpecialty(
      meaning.facts({ group, messageCode: meaning.type, trigger, reading }),
      group.segments,
      reading,
    ),
    snapshots: [],
  };
}

/**
 * The visit that the patient's part is about. A PV1 that names none is nothing unusual here: it is there for its doctor.
 * Where the patient lies is not stated: a laboratory repeats the bed it was asked from, long after it is another's.
 */
function encounterOf(group: PatientGroup, trigger: string, context: MappingContext): SubjectStatement["encounter"] {
  const pv1 = firstIn(group, "PV1");
  if (pv1 === undefined || visitNumberOf(pv1, group.pid) === undefined) return undefined;
  const encounter = encounterSaid(group, "update", trigger, context);
  if (encounter === undefined) return undefined;
  const { location: _, cleared, ...rest } = encounter;
  const deleted = cleared?.filter((field) => field !== "location") ?? [];
  return deleted.length > 0 ? { ...rest, cleared: deleted } : rest;
}

function resultsOf({ group, reading }: PatientPart): FactStatement[] {
  const { orders, outside } = orderGroups(group.segments);
  warnOfPatientComments(outside, reading);
  return [...resultFacts(orders, reading), ...patientFacts(outside, reading)];
}

/** A comment on the patient belongs to no fact: it directly follows who they are, and is not stated. */
function warnOfPatientComments(outside: readonly Segment[], reading: Reading): void {
  const other = outside.findIndex(({ id }) => !["PID", "PD1", "PRT", "NTE", "ARV"].includes(id));
  const comment = (other < 0 ? outside : outside.slice(0, other)).find(({ id }) => id === "NTE");
  if (comment === undefined) return;
  reading.warnings.add(placeName(comment, 3, reading), "ignored", "A comment on the patient is not stated.");
}

function referralsOf(part: PatientPart): FactStatement[] {
  return [...referralFacts(part.messageCode, part.trigger, part.reading), ...resultsOf(part)];
}

function appointmentsOf({ group, trigger, reading }: PatientPart): FactStatement[] {
  return [...appointmentFacts(group.segments, trigger, reading), ...patientFacts(group.segments, reading)];
}

/** What stands before the first order is the patient's. */
function medicationsOf(stage: "order" | "dispense") {
  return ({ group, reading }: PatientPart): FactStatement[] => {
    const { segments } = group;
    const first = segments.findIndex(({ id }) => id === "ORC" || id.startsWith("RX"));
    const own = first < 0 ? segments : segments.slice(0, first);
    const orders = first < 0 ? [] : segments.slice(first);
    return [...medicationFacts(orders, stage, reading), ...patientFacts(own, reading)];
  };
}

function isAboutPatient({ id }: Segment): boolean {
  return ["PID", "PD1", "PV1", "PV2"].includes(id);
}

/** Said last, since a document in RTF is full of what looks like escapes; a large one is not searched for them. */
function warnOfClinicalEscapes({ reads }: ClinicalMessage, context: MappingContext): void {
  const read = new Set([...reads, ...factSegments(context)]);
  for (const segment of context.message.segments()) {
    if (read.has(segment.id) && segment.raw.length <= NOTE_LENGTH_MAX) warnOfEscapes(segment, context);
  }
}

function mappedSegments(
  meaning: ClinicalMessage,
  subjects: readonly SubjectStatement[],
  context: MappingContext,
): ReadonlySet<string> {
  const visit = subjects.some(({ encounter }) => encounter !== undefined) ? ["PV1", "PV2"] : [];
  return new Set(["PID", "PD1", ...visit, ...meaning.reads, ...factSegments(context)]);
}
