import type { EncounterStatus } from "./encounter.ts";
import type { GoldenRecord } from "./record.ts";

/**
 * Where a person is now, by their visits: "which ward is she on". What is said is only what the feeds said, with how old that
 * is. Nobody is on a ward after their death, and where two places claim somebody, both are told and neither is chosen.
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
/** Clinics close no visit: an attendance is over so long after it began. */
export const ATTENDANCE_HOURS_MAX = 24;
/** Beyond so many days without a word, an open visit is one that perhaps nobody discharged: it is told with how old it is. */
export const UNHEARD_DAYS_MAX = 14;
/** Of an emergency department, which nobody stays in for a week. */
export const EMERGENCY_UNHEARD_DAYS_MAX = 2;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type Stay<V> = Whereabouts & {
  readonly visit: V;
  /** ISO instant or date; null: not known. */
  readonly since: string | null;
  /** Whole days since anything was heard of the visit. */
  readonly unheardDays: number;
  /** It was not heard of for longer than is likely of somebody who is still there. */
  readonly isUnheard: boolean;
};

export type WhereNow<V> = {
  /**
   * `here`: one place. `disagreement`: more than one is said. `unheard`: one, of which nothing was heard for too long.
   * `deceased`: they died. `unknown`: no visit says where they are.
   */
  readonly answer: "here" | "disagreement" | "unheard" | "deceased" | "unknown";
  /** What counts, the latest movement first. */
  readonly stays: readonly Stay<V>[];
  /** Visits that their feeds left open, which say nothing. */
  readonly setAside: readonly { readonly visit: V; readonly because: "deceased" | "attendance-over" }[];
};

/**
 * Where somebody is by all visits of all their source records. The order of these is nothing.
 *
 * @param isDead `isDeceased` of the person.
 */
export function whereNow<V extends LocatedVisit>(
  visits: readonly V[],
  { isDead, now }: { readonly isDead: boolean; readonly now: Date },
): WhereNow<V> {
  const open = visits
    .flatMap((visit) => {
      const whereabouts = whereaboutsOf(visit, false);
      return whereabouts ? [stayOf(visit, whereabouts, now)] : [];
    })
    .toSorted(latestFirst);
  const isOver = ({ visit }: Stay<V>) => isDead || isAttendanceOver(visit, now);
  const stays = open.filter((stay) => !isOver(stay));
  const setAside = open
    .filter(isOver)
    .map(({ visit }) => ({ visit, because: isDead ? ("deceased" as const) : ("attendance-over" as const) }));
  return { answer: isDead ? "deceased" : answerOf(stays), stays, setAside };
}

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

function answerOf(stays: readonly Stay<LocatedVisit>[]): WhereNow<never>["answer"] {
  if (stays.length === 0) return "unknown";
  if (new Set(stays.map(claimOf)).size > 1) return "disagreement";
  return stays.every(({ isUnheard }) => isUnheard) ? "unheard" : "here";
}

/** Which place a stay says, a place's name being its authority's own. */
const claimOf = ({ visit, latest, presence }: Stay<LocatedVisit>): string =>
  JSON.stringify([visit.authority, latest ? latest.place : visit.location, presence === "on-leave"]);

function stayOf<V extends LocatedVisit>(visit: V, whereabouts: Whereabouts, now: Date): Stay<V> {
  const unheardMs = Math.max(0, now.getTime() - visit.recordedAt.getTime());
  const daysMax = visit.class === "emergency" ? EMERGENCY_UNHEARD_DAYS_MAX : UNHEARD_DAYS_MAX;
  return {
    ...whereabouts,
    visit,
    since: whereabouts.latest ? whereabouts.latest.since : visit.admittedAt,
    unheardDays: Math.floor(unheardMs / DAY_MS),
    isUnheard: unheardMs > daysMax * DAY_MS,
  };
}

function isAttendanceOver({ class: kind, admittedAt, movements, recordedAt }: LocatedVisit, now: Date): boolean {
  if (kind === null || !ATTENDANCES.has(kind)) return false;
  const starts = [admittedAt, movements?.at(-1)?.since].map((at) => Date.parse(at ?? "")).filter(Number.isFinite);
  const start = starts.length > 0 ? Math.max(...starts) : recordedAt.getTime();
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
