import { isBefore } from "./day-order.ts";
import type { EncounterStatus } from "./encounter.ts";
import type { GoldenRecord } from "./record.ts";

/**
 * Where a person is now, by their visits: "which ward is she on". What is said is only what the feeds said, with how old that
 * is. Nobody is on a ward after their death, where two places claim somebody, both are told and neither is chosen, and what
 * is not certain is never said as if it were.
 */

/** Somewhere a patient was during a visit. All those of a visit are what its events come to (`services/resolve`), in order. */
export type Movement = {
  /** `RenalWard, Bay 1, Bed 3, RCB55`, as the sender names it; null: the sender deleted the place. */
  readonly place: string | null;
  /** Since when, at the latest: ISO instant or date. Null: only where they left from was said, not when they came there. */
  readonly since: string | null;
  /** No bed, but where they went to for a while (A09, A10; PV1-11): the bed is kept. */
  readonly isTemporary: boolean;
  /** When the sender recorded it (ISO instant), and in which message. */
  readonly recordedAt: string;
  readonly journalId: number;
};

/** What of a visit says where somebody is. `movements` is null where they may not be told. */
export type LocatedVisit = {
  readonly visitNumber: string;
  readonly authority: string;
  readonly status: EncounterStatus;
  readonly class: string | null;
  readonly location: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  readonly movements: readonly Movement[] | null;
  /** When the latest that was heard of it was recorded. */
  readonly recordedAt: Date;
};

/** `away`: at a place that is no bed. `on-leave`: not on the ward, where the bed is kept. */
export type Presence = "present" | "away" | "on-leave";

export type Whereabouts = {
  readonly presence: Presence;
  /** The latest of the visit's movements; undefined: no place was said. */
  readonly latest: Movement | undefined;
  /** The bed that is kept meanwhile; null where they are in it, or where none was said. */
  readonly bedKept: string | null;
};

/**
 * Where the patient is by one visit: its latest movement, while it is open and they live; else undefined. The rule by which
 * a location is `active` in FHIR too; it asks no clock, so that a resource changes only with what is said.
 */
export function whereaboutsOf(
  { status, location, movements }: Pick<LocatedVisit, "status" | "location" | "movements">,
  isDead: boolean,
): Whereabouts | undefined {
  if (isDead || (status !== "in-progress" && status !== "on-leave")) return undefined;
  const latest = movements?.at(-1);
  const bed = movements?.findLast(({ isTemporary }) => !isTemporary)?.place ?? (latest ? null : location);
  if (status === "on-leave") return { presence: "on-leave", latest, bedKept: bed };
  return latest?.isTemporary
    ? { presence: "away", latest, bedKept: bed }
    : { presence: "present", latest, bedKept: null };
}

/** Visits for which nobody stays the night. */
const ATTENDANCES: ReadonlySet<string> = new Set(["outpatient", "preadmission", "recurring"]);
/** Of visits for which somebody may stay many nights. */
const STAYS: ReadonlySet<string> = new Set(["inpatient", "obstetrics"]);
/** Clinics close no visit: an attendance is over so long after it began. */
export const ATTENDANCE_HOURS_MAX = 24;
/** Beyond so many days without a word, an open visit is one that perhaps nobody discharged: it is told with how old it is. */
export const UNHEARD_DAYS_MAX = 14;
/** Of an emergency department, which nobody stays in for a week, and of a visit of a kind that nobody said. */
export const EMERGENCY_UNHEARD_DAYS_MAX = 2;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type Stay<V> = Whereabouts & {
  readonly visit: V;
  /** ISO instant or date; null: not known. */
  readonly since: string | null;
  /** Whole days since anything was heard of the visit. */
  readonly unheardDays: number;
  /**
   * It is not certain that it still holds: it was not heard of for longer than is likely of somebody who is still there, or
   * not since they were admitted elsewhere, or since they were to leave.
   */
  readonly isUnheard: boolean;
};

export type WhereNow<V> = {
  /**
   * `here`: one place. `disagreement`: more than one is said. `unheard`: one, of which it is not certain that it still holds.
   * `deceased`: they died. `unknown`: no visit says where they are.
   */
  readonly answer: "here" | "disagreement" | "unheard" | "deceased" | "unknown";
  /** What counts, the latest movement first. */
  readonly stays: readonly Stay<V>[];
  /** Visits that their feeds left open, which say nothing. */
  readonly setAside: readonly { readonly visit: V; readonly because: "deceased" | "attendance-over" }[];
};

type Asked<V> = {
  /** `isDeceased` of the person. */
  readonly isDead: boolean;
  readonly now: Date;
  /** Of which visits may be told; the others count, so that nothing is certain that they contradict. */
  readonly mayTell?: (visit: V) => boolean;
};

/** Where somebody is by all visits of all their source records. The order of these is nothing. */
export function whereNow<V extends LocatedVisit>(
  visits: readonly V[],
  { isDead, now, mayTell = () => true }: Asked<V>,
): WhereNow<V> {
  const open = visits
    .flatMap((visit) => {
      const whereabouts = whereaboutsOf(visit, false);
      return whereabouts ? [stayOf(visit, whereabouts, { now, visits })] : [];
    })
    .toSorted(latestFirst);
  const isOver = ({ visit }: Stay<V>) => isDead || isAttendanceOver(visit, now);
  const all = open.filter((stay) => !isOver(stay));
  const stays = all.filter(({ visit }) => mayTell(visit));
  const setAside = open
    .filter((stay) => isOver(stay) && mayTell(stay.visit))
    .map(({ visit }) => ({ visit, because: isDead ? ("deceased" as const) : ("attendance-over" as const) }));
  const answer = isDead ? "deceased" : answerOf(stays, all);
  return { answer, stays: answer === "unheard" ? stays.map(asUncertain) : stays, setAside };
}

const asUncertain = <V>(stay: Stay<V>): Stay<V> => ({ ...stay, isUnheard: true });

/** Whether it is a visit for which nobody stays the night: that it was left open does not say that they are there. */
export const isAttendance = (kind: string | null): boolean => kind !== null && ATTENDANCES.has(kind);

/** Whether somebody died, by the golden record: a date of death says it as much as the flag does. */
export const isDeceased = ({ deceased, deathDate }: Pick<GoldenRecord, "deceased" | "deathDate">): boolean =>
  deceased?.value === true || deathDate?.value !== undefined;

/** The parts of a place's name. Senders leave parts out, so that beyond the ward they are only told apart where all are there. */
export function placeParts(place: string): {
  ward: string;
  room: string | null;
  bed: string | null;
  facility: string | null;
} {
  const parts = place.split(", ");
  const [ward = place, room = null, bed = null, facility = null] = parts.length === 4 ? parts : parts.slice(0, 1);
  return { ward, room, bed, facility };
}

/** @param stays those of `all` that may be told. */
function answerOf(stays: readonly Stay<LocatedVisit>[], all: readonly Stay<LocatedVisit>[]): WhereNow<never>["answer"] {
  if (stays.every((stay) => placeOf(stay) === null)) return "unknown";
  if (claimsIn(stays) > 1) return "disagreement";
  // What contradicts it may not be told, nor that anything does: it is only not certain.
  return claimsIn(all) > 1 || stays.every(({ isUnheard }) => isUnheard) ? "unheard" : "here";
}

/** How many places stays say, a place's name being its authority's own. */
const claimsIn = (stays: readonly Stay<LocatedVisit>[]): number =>
  new Set(stays.map((stay) => JSON.stringify([stay.visit.authority, placeOf(stay), stay.presence === "on-leave"])))
    .size;

const placeOf = ({ visit, latest }: Stay<LocatedVisit>): string | null => (latest ? latest.place : visit.location);

type Beside = { readonly now: Date; readonly visits: readonly LocatedVisit[] };

function stayOf<V extends LocatedVisit>(visit: V, whereabouts: Whereabouts, { now, visits }: Beside): Stay<V> {
  const unheardMs = Math.max(0, now.getTime() - visit.recordedAt.getTime());
  const daysMax = STAYS.has(visit.class ?? "") ? UNHEARD_DAYS_MAX : EMERGENCY_UNHEARD_DAYS_MAX;
  const wasToLeave = visit.dischargedAt !== null && !isBefore(now.toISOString(), visit.dischargedAt);
  return {
    ...whereabouts,
    visit,
    since: whereabouts.latest ? whereabouts.latest.since : visit.admittedAt,
    unheardDays: Math.floor(unheardMs / DAY_MS),
    isUnheard: unheardMs > daysMax * DAY_MS || wasToLeave || visits.some((other) => isOvertaken(visit, other)),
  };
}

/** Whether they stayed somewhere else, and left there, since a visit was last heard of. */
function isOvertaken({ recordedAt }: LocatedVisit, { status, class: kind, admittedAt }: LocatedVisit): boolean {
  return status === "finished" && !isAttendance(kind) && Date.parse(admittedAt ?? "") > recordedAt.getTime();
}

/** It goes by when it began: to be seen in another room, or spoken of again, makes an attendance no longer. */
function isAttendanceOver({ class: kind, admittedAt, movements, recordedAt }: LocatedVisit, now: Date): boolean {
  if (!isAttendance(kind)) return false;
  const starts = [admittedAt, movements?.[0]?.since].map((at) => Date.parse(at ?? ""));
  const start = Math.min(starts.find(Number.isFinite) ?? Number.POSITIVE_INFINITY, recordedAt.getTime());
  return now.getTime() > start + ATTENDANCE_HOURS_MAX * HOUR_MS;
}

/** Of two that came at one time, the one last heard of; nothing that depends on which arrived first. */
function latestFirst(one: Stay<LocatedVisit>, other: Stay<LocatedVisit>): number {
  const heard = (stay: Stay<LocatedVisit>) => stay.visit.recordedAt.getTime();
  const name = ({ visit }: Stay<LocatedVisit>) => JSON.stringify([visit.authority, visit.visitNumber]);
  return cameAt(other) - cameAt(one) || heard(other) - heard(one) || (name(one) < name(other) ? -1 : 1);
}

function cameAt({ since, visit }: Stay<LocatedVisit>): number {
  const came = Date.parse(since ?? "");
  return Number.isFinite(came) ? came : visit.recordedAt.getTime();
}
