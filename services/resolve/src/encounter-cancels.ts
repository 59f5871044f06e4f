import { type EncounterField, type EncounterHappening, isBefore } from "@chesil/model";
import type { EncounterEvent } from "@chesil/store";

/**
 * Which of a visit's events stand. A cancel takes back one happening, exactly:
 *
 * 1. A happening that is sent again is the same happening. Of states (here, gone, on leave, expected) every event is the
 *    same one until the opposite happens, be it a correction of when; of moves and changes, one with the same EVN-6, or,
 *    where one of them has none, one that says the same.
 * 2. A cancel with EVN-6 takes the happening of that time: nothing, when that one was cancelled before (the cancel is
 *    sent again), or when only others are here and it is of a move (its own is still to come). Without EVN-6, or with
 *    the time of the cancel itself in it, it takes the latest before it; said again, it takes nothing more.
 * 3. What other events repeated of it until then (the bed in an A08) goes with it.
 * 4. Else a cancel is an update: it says where the patient is now, but of what it takes back nothing.
 */
export function withoutCancelled(ordered: readonly EncounterEvent[]): Standing {
  const state: State = { heard: [], standing: [], gone: [], cancels: new Map() };
  for (const event of ordered) {
    if (event.action === "cancel") hearCancel(state, event);
    else {
      if (event.action === "delete") state.standing = [];
      else if (event.action !== "update") hearHappening(state, event, event.action);
      state.heard.push({ event, takesBack: false });
    }
  }
  return { heard: state.heard, gone: state.gone.flatMap(({ events }) => events) };
}

export type Standing = {
  /** What still counts, in order. A cancel that takes nothing back is of what is not known. */
  readonly heard: readonly { readonly event: EncounterEvent; readonly takesBack: boolean }[];
  readonly gone: readonly EncounterEvent[];
};

/** One thing that happened, and all events that say it. */
type Happening = { readonly kind: EncounterHappening; readonly events: readonly EncounterEvent[] };

type State = {
  heard: { event: EncounterEvent; takesBack: boolean }[];
  standing: Happening[];
  gone: Happening[];
  /** The latest cancel of each kind since it happened last. */
  readonly cancels: Map<EncounterHappening, EncounterEvent>;
};

/** States, and what ends them. What is missing is a move or a change: each is one of its own. */
const ENDED_BY: Partial<Record<EncounterHappening, EncounterHappening>> = {
  plan: "admit",
  admit: "discharge",
  discharge: "admit",
  leave: "return",
  return: "leave",
  "plan-transfer": "transfer",
  "plan-discharge": "discharge",
};

/** What a happening says of the visit that other events repeat. */
const TOLD: Partial<Record<EncounterEvent["action"], readonly EncounterField[]>> = {
  plan: ["expectedAt"],
  "plan-transfer": ["pendingLocation", "expectedAt"],
  "plan-discharge": ["expectedAt"],
  admit: ["location", "admittedAt"],
  transfer: ["location"],
  depart: ["location"],
  arrive: ["location"],
  discharge: ["dischargedAt", "dischargeDestination"],
  "change-class": ["class"],
  "change-attending": ["consultant"],
  "change-consulting": ["consultant"],
};

/** What a cancel can only say of what it takes back. */
const UNSAID: Partial<Record<EncounterHappening, readonly EncounterField[]>> = {
  admit: ["admittedAt"],
  discharge: ["dischargedAt", "dischargeDestination"],
};

/** The field in which events of one kind differ. */
const toldOf = (kind: EncounterHappening): EncounterField | undefined => TOLD[kind]?.[0];

function hearHappening(state: State, event: EncounterEvent, kind: EncounterHappening): void {
  state.cancels.delete(kind);
  const index = state.standing.findLastIndex((each) => each.kind === kind);
  const before = state.standing[index];
  const isAgain = before !== undefined && isSameHappening(before, state.standing.slice(index + 1), event);
  if (isAgain) state.standing.splice(index, 1);
  state.standing.push({ kind, events: [...(isAgain ? before.events : []), event] });
}

function isSameHappening(before: Happening, since: readonly Happening[], event: EncounterEvent): boolean {
  const end = ENDED_BY[before.kind];
  if (end !== undefined) return since.every((each) => each.kind !== end || isFromBefore(each, before));
  const latest = before.events.at(-1);
  const [one, other] = [latest?.occurredAt, event.occurredAt];
  if (one !== undefined && other !== undefined) return one === other;
  const told = toldOf(before.kind);
  if (told === undefined || latest === undefined || event[told] === undefined) return false;
  return isEqual(latest[told], event[told]) && since.every(({ kind }) => !TOLD[kind]?.includes(told));
}

/** An admission from before a discharge does not end it, though it was sent again after it. */
function isFromBefore({ events }: Happening, { kind, events: before }: Happening): boolean {
  if (kind !== "discharge") return false;
  const leftAt = before.findLast(({ dischargedAt }) => dischargedAt !== undefined)?.dischargedAt;
  return events.every(
    ({ admittedAt = "" }) => admittedAt !== "" && leftAt !== undefined && isBefore(admittedAt, leftAt),
  );
}

function hearCancel(state: State, cancel: EncounterEvent): void {
  const kind = cancel.cancels;
  if (kind === undefined) return;
  const before = state.cancels.get(kind);
  if (before && isSaidAgain(before, cancel, kind)) return;
  const isNamed = ({ occurredAt }: EncounterEvent) => occurredAt !== undefined && occurredAt === cancel.occurredAt;
  const ofKind = state.standing.filter((each) => each.kind === kind);
  const named = ofKind.findLast(({ events }) => events.some(isNamed));
  if (!named && state.gone.some((each) => each.kind === kind && each.events.some(isNamed))) return;
  state.cancels.set(kind, cancel);
  const taken = named ?? latestFor(cancel, ofKind.at(-1));
  if (!taken) {
    state.heard.push({ event: without(cancel, UNSAID[kind] ?? []), takesBack: false });
    return;
  }
  takeBack(state, taken);
  const said = withoutRepeated(cancel, taken.events, kind);
  state.heard.push({ event: without(said, UNSAID[kind] ?? []), takesBack: true });
}

/** The latest of its kind, unless the cancel means one that is not here yet. */
function latestFor(cancel: EncounterEvent, latest: Happening | undefined): Happening | undefined {
  if (!latest || cancel.occurredAt === undefined || ENDED_BY[latest.kind] !== undefined) return latest;
  const isOwnTime = minuteOf(cancel.occurredAt) >= minuteOf(cancel.recordedAt);
  return isOwnTime || latest.events.every(({ occurredAt }) => occurredAt === undefined) ? latest : undefined;
}

const minuteOf = (instant: string) => instant.slice(0, "2026-01-01T00:00".length);

function isSaidAgain(before: EncounterEvent, cancel: EncounterEvent, kind: EncounterHappening): boolean {
  const told = toldOf(kind);
  return before.occurredAt === cancel.occurredAt && (told === undefined || isEqual(before[told], cancel[told]));
}

function takeBack(state: State, taken: Happening): void {
  const { kind, events } = taken;
  state.standing = state.standing.filter((each) => each !== taken);
  state.gone.push(taken);
  const from = state.heard.findIndex(({ event }) => event === events[0]);
  state.heard = state.heard.flatMap((each, index) => {
    if (events.includes(each.event)) return [];
    return index < from ? [each] : [{ ...each, event: withoutRepeated(each.event, events, kind) }];
  });
}

/** The event without what it repeats of a happening that was not. */
function withoutRepeated(
  event: EncounterEvent,
  cancelled: readonly EncounterEvent[],
  kind: EncounterHappening,
): EncounterEvent {
  const repeated = TOLD[kind]?.filter(
    (field) =>
      event[field] !== undefined &&
      !TOLD[event.action]?.includes(field) &&
      cancelled.some((each) => isEqual(each[field], event[field])),
  );
  return without(event, repeated ?? []);
}

function without(event: EncounterEvent, fields: readonly EncounterField[]): EncounterEvent {
  if (fields.length === 0) return event;
  return Object.fromEntries(
    Object.entries(event).filter(([key]) => !fields.includes(key as EncounterField)),
  ) as EncounterEvent;
}

const isEqual = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
