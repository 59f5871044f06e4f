import type { FactOf } from "@chesil/model";
import type { Appointment } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { absent } from "../data-absent.ts";
import type { Reference } from "../datatypes.ts";
import { fhirDateTime, inOrder } from "../date-time.ts";
import { placeReference } from "../place.ts";
import { PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { instantOf } from "./observation.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** Appointment: when who is to be seen, by whom and where. */

type Booked = FactOf<"appointment">;

const STATUS = {
  pending: "pending",
  booked: "booked",
  rescheduled: "booked",
  cancelled: "cancelled",
  discontinued: "cancelled",
  // SIU^S17: it should never have been there.
  deleted: "entered-in-error",
  blocked: "pending",
  "no-show": "noshow",
  attended: "fulfilled",
} as const satisfies Record<Booked["status"], Appointment["status"]>;

export function appointmentOf(source: SourceOf<"appointment">): Appointment {
  const { content } = source;
  const telling = new Telling(source);
  const status = statusOf(source);
  const appointment: Omit<Appointment, "text"> = {
    resourceType: "Appointment",
    ...telling.head(PROFILE.appointment),
    identifier: telling.orderNumbers(content.placerId, content.fillerId),
    status,
    ...timesOf(content, status, telling),
    serviceType: content.services?.flatMap((each) => telling.concept("Service", each) ?? []),
    specialty: [telling.word("Specialty", content.specialty)].filter((each) => each !== undefined),
    appointmentType: telling.concept("Type", content.type),
    reasonCode: [telling.concept("Reason", content.reason)].filter((each) => each !== undefined),
    participant: participantsOf(source, telling),
  };
  telling.text("Status", content.status);
  const comment = (content.notes ?? []).flatMap((each) => telling.text("", each) ?? []).join("\n");
  const words = wordsOf(content.type) ?? wordsOf(content.reason) ?? readable(content.specialty);
  const heading = words === undefined ? "Appointment" : `Appointment: ${words}`;
  return withoutEmpty<Appointment>({ ...appointment, comment, text: telling.narrative(heading, false) });
}

/** What was attended or missed stays so, whatever its source says or no longer says of it; what was to come is off. */
function statusOf({ content, state }: SourceOf<"appointment">): Appointment["status"] {
  const status = STATUS[content.status];
  if (state === "retracted") return "entered-in-error";
  return state !== "current" && (status === "booked" || status === "pending") ? "cancelled" : status;
}

/**
 * app-2, app-3: instants, and both or neither; one that is not known says so. A day without a time of day stands as the
 * period that was asked for.
 */
function timesOf(content: Booked, status: Appointment["status"], telling: Telling): Partial<Appointment> {
  const starts = telling.when("Starts", content.startsAt);
  const sentEnd = fhirDateTime(content.endsAt);
  const isBackwards = starts !== undefined && sentEnd !== undefined && !inOrder(starts, sentEnd);
  if (isBackwards) telling.note("Ends as sent, before the start", sentEnd);
  const ends = isBackwards ? undefined : telling.when("Ends", content.endsAt);
  const [start, end] = [instantOf(starts), instantOf(ends)];
  const day = start === undefined ? starts : undefined;
  const requestedPeriod = day === undefined ? undefined : [{ start: day, end: day }];
  if (start === undefined && end === undefined && status === "cancelled") return { requestedPeriod };
  return {
    start,
    _start: start === undefined ? absent("unknown") : undefined,
    end,
    _end: end === undefined ? absent("unknown") : undefined,
    requestedPeriod,
  };
}

/** app-1. Whoever is booked is taken to come, until something is only asked for. */
function participantsOf({ content, authority }: SourceOf<"appointment">, telling: Telling): Appointment["participant"] {
  const status = content.status === "pending" || content.status === "blocked" ? "needs-action" : "accepted";
  const place = telling.text("Place", content.location);
  const actors: (Reference | undefined)[] = [
    telling.patient,
    telling.party("Clinician", content.clinician, "Practitioner"),
    place === undefined ? undefined : placeReference(place, authority),
    ...(content.resources ?? []).map((each) => {
      const display = telling.text("With", wordsOf(each));
      return display === undefined ? undefined : { display };
    }),
  ];
  return actors.filter((actor) => actor !== undefined).map((actor) => ({ actor, status }));
}
