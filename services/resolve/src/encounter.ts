import {
  type EncounterAction,
  type EncounterField,
  type EncounterHappening,
  type EncounterStatus,
  isBefore,
  type Movement,
} from "@chesil/model";
import type { EncounterEvent, EncounterState } from "@chesil/store";
import { withoutCancelled } from "./encounter-cancels.ts";
import { eachOnce, movementsAfter } from "./movements.ts";

/**
 * An encounter is what all its events come to: a pure function of the set of them, so that the order in which they
 * arrived is nothing. They count in the order in which they were recorded; of two recorded at one time, the one that
 * arrived first.
 *
 * A later event overrides an earlier one field by field; what it does not say stays, and what it deletes (`""`) is gone.
 * `encounter-cancels.ts` says what a cancel takes away. A visit that was deleted comes back only by a plan or an
 * admission recorded after that.
 */
export function foldEncounter(events: readonly EncounterEvent[], base: EncounterState | null = null): EncounterState {
  const ordered = events.toSorted(byTime);
  const { heard, gone } = withoutCancelled(ordered);
  let draft = base ? draftOf(base) : NOTHING;
  for (const { event, takesBack } of heard) {
    const after = event.action === "cancel" ? afterCancel(draft, event, takesBack) : afterEvent(draft, event);
    draft = withMovements(after, movementsAfter(draft.movements, { ...after, ...after.values }, event));
  }
  const recordedAt = new Date(ordered.at(-1)?.recordedAt ?? base?.recordedAt ?? 0);
  return {
    ...(draft.status === "cancelled" ? withCancelledValues(draft.values, gone) : draft.values),
    status: hasLeft(draft, recordedAt.toISOString()) ? "finished" : (draft.status ?? "in-progress"),
    movements: eachOnce(draft.movements),
    recordedAt,
  };
}

/** The location of who has come is where they were last, which is not always what was recorded last. */
function withMovements(draft: Draft, movements: readonly Movement[]): Draft {
  const latest = movements.at(-1);
  return { ...draft, movements, values: latest ? { ...draft.values, location: latest.place } : draft.values };
}

/** Whether the patient has left by what was said until then: by a discharge, or by an update that says when they left. */
function hasLeft({ status, values: { dischargedAt } }: Draft, at: string): boolean {
  if (status === "planned" || status === "cancelled" || status === "deleted") return false;
  if (status === "finished") return true;
  return dischargedAt !== null && !isBefore(at, dischargedAt);
}

/**
 * Whether an admission recorded after the patient left is the one before, sent again: it says the time of that one, or one
 * from before they left, or none and no other place.
 */
function isAdmittedBefore({ values, leftAt, movements }: Draft, event: EncounterEvent): boolean {
  const time = event.admittedAt ?? event.occurredAt;
  if (time === undefined)
    return event.location === undefined || movements.some(({ place }) => place === event.location);
  const until = values.dischargedAt ?? leftAt;
  return time === values.admittedAt || (until !== null && isBefore(time, until));
}

/** Events kept one by one. Beyond it the oldest fold into a base, which a cancel can no longer reach into. */
export const EVENTS_PER_ENCOUNTER_MAX = 500;

type History = { readonly events: readonly EncounterEvent[]; readonly base: EncounterState | null };

/** What is known of a visit after one more event. The same one again changes nothing. */
export function withEvent({ events, base }: History, event: EncounterEvent): History {
  if (events.some((each) => each.journalId === event.journalId && each.action === event.action))
    return { events, base };
  // What is older than the base would override it: it fills what the base leaves open, and no more.
  if (base && event.recordedAt <= base.recordedAt.toISOString())
    return { events, base: { ...base, ...gapsFilled(base, event) } };
  const all = [...events, event].sort(byTime);
  if (all.length <= EVENTS_PER_ENCOUNTER_MAX) return { events: all, base };
  const surplus = all.length - EVENTS_PER_ENCOUNTER_MAX;
  return { events: all.slice(surplus), base: foldEncounter(all.slice(0, surplus), base) };
}

const byTime = (a: EncounterEvent, b: EncounterEvent): number =>
  a.recordedAt === b.recordedAt ? a.journalId - b.journalId : a.recordedAt < b.recordedAt ? -1 : 1;

type Values = Omit<EncounterState, "status" | "movements" | "recordedAt">;

const NO_VALUES: Values = {
  account: null,
  class: null,
  location: null,
  pendingLocation: null,
  specialty: null,
  consultant: null,
  admissionMethod: null,
  admittedAt: null,
  dischargedAt: null,
  expectedAt: null,
  dischargeDestination: null,
};

/**
 * `isPlanned`, `isAdmitted`: whether a plan, an admission stands, for when the other is cancelled. `leftAt`: when the latest
 * discharge was recorded, for where nobody says when it was.
 */
type Draft = {
  readonly status: EncounterStatus | undefined;
  readonly values: Values;
  readonly movements: readonly Movement[];
  readonly isAdmitted: boolean;
  readonly isPlanned: boolean;
  readonly leftAt: string | null;
};

const NOTHING: Draft = {
  ...{ status: undefined, values: NO_VALUES, movements: [], leftAt: null },
  ...{ isAdmitted: false, isPlanned: false },
};

function draftOf({ status, movements, recordedAt, ...values }: EncounterState): Draft {
  const isAdmitted = status === "in-progress" || status === "on-leave" || status === "finished";
  const leftAt = status === "finished" ? recordedAt.toISOString() : null;
  return { status, values, movements, leftAt, isAdmitted, isPlanned: status === "planned" };
}

/** Of a visit that did not happen, what was said of it is still the answer to "which one was it?". */
function withCancelledValues(values: Values, gone: readonly EncounterEvent[]): Values {
  const said = gone
    .filter(({ action }) => action === "plan" || action === "admit")
    .sort(byTime)
    .reduce(withValues, NO_VALUES);
  const fields = Object.keys(values) as EncounterField[];
  return Object.fromEntries(fields.map((field) => [field, values[field] ?? said[field]])) as Values;
}

function afterEvent(draft: Draft, event: EncounterEvent): Draft {
  const { action } = event;
  if (action === "delete") return { ...NOTHING, status: "deleted" };
  const startsAnew = action === "plan" || action === "admit";
  if (draft.status === "deleted" && !startsAnew) return draft;
  const from = draft.status === "deleted" ? NOTHING : draft;
  const isBack = action === "admit" && hasLeft(from, event.recordedAt);
  const isSentAgain = isBack && isAdmittedBefore(from, event);
  return {
    status: isSentAgain ? from.status : statusAfter(action, from.status),
    values: valuesAfter(from.status, isSentAgain ? from.values : withoutWhatIsOver(from.values, action, isBack), event),
    movements: from.movements,
    leftAt: action === "discharge" ? event.recordedAt : from.leftAt,
    isAdmitted: from.isAdmitted || action === "admit",
    isPlanned: from.isPlanned || action === "plan",
  };
}

function statusAfter(action: EncounterAction, status: EncounterStatus | undefined): EncounterStatus | undefined {
  switch (action) {
    case "plan":
      return status === undefined || status === "cancelled" ? "planned" : status;
    case "admit":
      return "in-progress";
    case "discharge":
      return "finished";
    case "leave":
      return status === "finished" || status === "cancelled" ? status : "on-leave";
    case "return":
      return status === "on-leave" ? "in-progress" : (status ?? "in-progress");
    case "transfer":
    case "change-class":
    case "depart":
    case "arrive":
      return status === undefined || status === "planned" ? "in-progress" : status;
    default:
      // It does not say that the patient came: of a planned visit it may be all that is left after its cancel.
      return status;
  }
}

/** What an event ends without saying so: the pending transfer by the transfer, the discharge by an admission after it. */
function withoutWhatIsOver(values: Values, action: EncounterAction, isBack: boolean): Values {
  switch (action) {
    case "admit":
      return isBack
        ? { ...values, expectedAt: null, dischargedAt: null, dischargeDestination: null }
        : { ...values, expectedAt: null };
    case "transfer":
      return { ...values, pendingLocation: null, expectedAt: null };
    case "discharge":
      return { ...values, pendingLocation: null, expectedAt: null };
    default:
      return values;
  }
}

function afterCancel(draft: Draft, cancel: EncounterEvent, takesBack: boolean): Draft {
  const { cancels } = cancel;
  if (draft.status === "deleted" || cancels === undefined) return draft;
  // What it cancels was gone before it counted; only what it takes from the base is still to be taken.
  const left = withoutDischarge(takesBack ? draft : withoutUnseen(draft, cancels), cancels);
  const status = statusAfterCancel(left, cancels);
  return { ...left, status, values: valuesAfter(status, left.values, cancel) };
}

function statusAfterCancel({ status, isAdmitted, isPlanned }: Draft, cancels: EncounterHappening): EncounterStatus {
  if (cancels === "admit" && !isAdmitted) return isPlanned ? "planned" : "cancelled";
  if (cancels === "plan" && !isPlanned && (status === undefined || status === "planned")) return "cancelled";
  // Of a visit not heard of before, the cancel says at least that it is.
  return status ?? "in-progress";
}

/** An update may have said before its discharge, or without one, when and where to the patient went. */
function withoutDischarge(draft: Draft, cancels: EncounterHappening): Draft {
  if (cancels !== "discharge" || draft.status === "finished") return draft;
  return { ...draft, values: { ...draft.values, dischargedAt: null, dischargeDestination: null } };
}

/** The cancelled event was never seen, or folded into the base: its traces go as far as they are known to be its. */
function withoutUnseen(draft: Draft, cancels: EncounterHappening): Draft {
  const { status, values } = draft;
  switch (cancels) {
    case "admit":
      return { ...draft, isAdmitted: false };
    case "plan":
      return { ...draft, isPlanned: false };
    case "discharge":
      return { ...draft, status: status === "finished" ? "in-progress" : status };
    case "leave":
      return { ...draft, status: status === "on-leave" ? "in-progress" : status };
    case "return":
      return { ...draft, status: status === "in-progress" ? "on-leave" : status };
    case "plan-transfer":
      return { ...draft, values: { ...values, pendingLocation: null } };
    case "plan-discharge":
      return { ...draft, values: { ...values, expectedAt: null } };
    default:
      return draft;
  }
}

/** While a discharge stands, only a cancel takes it back: `""` in an update does not say when the patient left. */
function valuesAfter(status: EncounterStatus | undefined, values: Values, event: EncounterEvent): Values {
  const after = withValues(values, event);
  return status === "finished" && after.dischargedAt === null ? { ...after, dischargedAt: values.dischargedAt } : after;
}

/** The values with those that the event says, and without those that it deletes. */
function withValues(values: Values, event: EncounterEvent): Values {
  const said = {
    account: event.account ?? values.account,
    class: event.class ?? values.class,
    location: event.location ?? values.location,
    pendingLocation: event.pendingLocation ?? values.pendingLocation,
    specialty: event.specialty ?? values.specialty,
    consultant: event.consultant ?? values.consultant,
    admissionMethod: event.admissionMethod ?? values.admissionMethod,
    admittedAt: event.admittedAt ?? values.admittedAt,
    dischargedAt: event.dischargedAt ?? values.dischargedAt,
    expectedAt: event.expectedAt ?? values.expectedAt,
    dischargeDestination: event.dischargeDestination ?? values.dischargeDestination,
  };
  return event.cleared ? { ...said, ...Object.fromEntries(event.cleared.map((field) => [field, null])) } : said;
}

/** What an event older than the base says where the base says nothing. */
function gapsFilled(
  { status: _, recordedAt: __, movements: ___, ...known }: EncounterState,
  event: EncounterEvent,
): Partial<Values> {
  if (event.action === "cancel" || event.action === "delete") return {};
  const said = withValues(NO_VALUES, event);
  return Object.fromEntries(Object.entries(said).filter(([field]) => known[field as keyof Values] === null));
}
