import type { FactOf, FactStatement } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { conceptKey } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import { PARTS_MAX } from "./limits.ts";
import { notesIn } from "./notes.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";

/** SCH with its resources: a time that is kept for a patient. */

type Appointment = FactOf<"appointment">;

/** SIU^S12 to S27. `by SCH-25`: the event says that something changed, and the filler's status what that came to. */
const STATUSES: Readonly<Record<string, Appointment["status"] | "by SCH-25">> = {
  S12: "by SCH-25",
  S13: "rescheduled",
  S14: "by SCH-25",
  S15: "cancelled",
  S16: "discontinued",
  S17: "deleted",
  S18: "by SCH-25",
  S19: "by SCH-25",
  S20: "by SCH-25",
  S21: "by SCH-25",
  S22: "by SCH-25",
  S23: "blocked",
  S24: "blocked",
  S26: "no-show",
  S27: "by SCH-25",
};

/** What never was, or is no longer kept: S17 deletes, S24 opens what S23 blocked. */
const WITHDRAWN = new Set(["S17", "S24"]);

/** SCH-25, table 0278. Whatever else stands there, S12 and those like it speak of a booking. */
const FILLER_STATUSES = new Map<string, Appointment["status"]>([
  ["PENDING", "pending"],
  ["WAITLIST", "pending"],
  ["STARTED", "attended"],
  ["COMPLETE", "attended"],
  ["CANCELLED", "cancelled"],
  ["DC", "discontinued"],
  ["DELETED", "deleted"],
  ["BLOCKED", "blocked"],
  ["NOSHOW", "no-show"],
]);

/** The appointment of a message, for one of its patients: it stands before them, and its resources after them. */
export function appointmentFacts(patient: readonly Segment[], trigger: string, reading: Reading): FactStatement[] {
  const segments = reading.message.segments();
  const sch = segments.find((segment) => segment.id === "SCH");
  if (sch === undefined) {
    reading.warnings.add("SCH", "structure", "There is no SCH, so no appointment is stated.");
    return [];
  }
  const reader = new SegmentReader(sch, reading);
  const pv1 = patient.find((segment) => segment.id === "PV1");
  const specialty = pv1 === undefined ? undefined : new SegmentReader(pv1, reading).code(10);
  const content = said<Appointment>({ ...appointmentOf(reader, segments, trigger, reading), specialty });
  const filler = reader.number(2);
  const placer = reader.number(1);
  const { startsAt, clinician, location, services } = content;
  const about = [startsAt, clinician?.code ?? clinician?.display, location, conceptKey(services?.[0])];
  const key =
    filler !== undefined
      ? numberKey("filler", filler.key)
      : placer !== undefined
        ? numberKey("placer", placer.key)
        : contentKey("appointment", ...about);
  return [
    said<FactStatement>({
      key,
      action: WITHDRAWN.has(trigger) ? "retract" : "state",
      relatesTo: undefined,
      visitNumber: reading.visitNumber,
      content,
    }),
  ];
}

function appointmentOf(
  sch: SegmentReader,
  segments: readonly Segment[],
  trigger: string,
  reading: Reading,
): Appointment {
  const all = (id: string) =>
    segments.filter((segment) => segment.id === id).map((segment) => new SegmentReader(segment, reading));
  const concepts = (id: string) =>
    all(id)
      .filter((reader, index) => index < PARTS_MAX || warnOfMany(reader))
      .map((reader) => reader.concept(3))
      .filter((each) => each !== undefined);
  const first = <T>(id: string, read: (reader: SegmentReader) => T | undefined): T | undefined => {
    for (const reader of all(id)) {
      const found = read(reader);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return said<Appointment>({
    kind: "appointment",
    placerId: sch.number(1)?.id,
    fillerId: sch.number(2)?.id,
    status: statusOf(sch, trigger),
    reason: sch.concept(7) ?? sch.concept(6),
    type: sch.concept(8),
    // TQ1 replaces SCH-11 since 2.5; a resource's own time is the next best.
    startsAt: first("TQ1", (tq1) => tq1.when(7)) ?? sch.when(11, 4) ?? first("AIS", (ais) => ais.when(4)),
    endsAt: first("TQ1", (tq1) => tq1.when(8)) ?? sch.when(11, 5),
    location: first("AIL", (ail) => ail.location(3)),
    clinician: first("AIP", (aip) => aip.practitioner(3)),
    specialty: undefined,
    services: concepts("AIS"),
    resources: concepts("AIG"),
    notes: notesIn(ownNotes(sch.segment, segments), reading),
  });
}

function warnOfMany(reader: SegmentReader): false {
  reader.warn(3, "ignored", `Only the first ${PARTS_MAX} resources of a kind are stated.`);
  return false;
}

function statusOf(sch: SegmentReader, trigger: string): Appointment["status"] {
  const status = STATUSES[trigger] ?? "by SCH-25";
  if (status !== "by SCH-25") return status;
  return FILLER_STATUSES.get(sch.code(25)?.replaceAll(/[\s-]/g, "").toUpperCase() ?? "") ?? "booked";
}

/** Comments on the appointment stand under SCH; those under a resource are for whoever prepares it. */
function ownNotes(sch: Segment, segments: readonly Segment[]): Segment[] {
  const following = segments.slice(segments.indexOf(sch) + 1);
  const end = following.findIndex(({ id }) => id === "PID" || id === "RGS");
  return following.slice(0, end < 0 ? following.length : end);
}
