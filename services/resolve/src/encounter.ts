import type { EncounterAction, EncounterHappening, EncounterStatus } from "@chesil/model";
import type { EncounterEvent, EncounterState } from "@chesil/store";

/**
 * An encounter is what all its events come to: a pure function of the set of them, so that the order in which they
 * arrived is nothing. They count in the order in which they were recorded; of two recorded at one time, the one that
 * arrived first.
 *
 * A later event overrides an earlier one field by field; what it does not say stays. A cancel takes away exactly one
 * event, the latest of its kind before it (or the one that happened when EVN-6 says), with everything that it said, and
 * says nothing itself. A visit that was deleted comes back only by a plan or an admission recorded after that.
 */
export function foldEncounter(events: readonly EncounterEvent[], base: EncounterState | null = null): EncounterState {
  const ordered = events.toSorted(byTime);
  const undone = undoneBy(ordered);
  const gone = new Set(undone.values());
  let draft = base ? draftOf(base) : NOTHING;
  for (const event of ordered) {
    if (gone.has(event)) continue;
    draft = event.action === "cancel" ? afterCancel(draft, event, undone.has(event)) : afterEvent(draft, event);
  }
  const isBlank = draft.status === "cancelled" && Object.values(draft.values).every((value) => value === null);
  return {
    // Of a visit whose only event was cancelled, what that one had said is still the answer to "which one was it?".
    ...(isBlank ? [...gone].sort(byTime).reduce(withValues, draft.values) : draft.values),
    status: draft.status ?? "in-progress",
    recordedAt: new Date(ordered.at(-1)?.recordedAt ?? base?.recordedAt ?? 0),
  };
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

type Values = Omit<EncounterState, "status" | "recordedAt">;

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

/** `admissions`, `plans`: how many stand, for when one of them is cancelled. */
type Draft = {
  readonly status: EncounterStatus | undefined;
  readonly values: Values;
  readonly admissions: number;
  readonly plans: number;
};

const NOTHING: Draft = { status: undefined, values: NO_VALUES, admissions: 0, plans: 0 };

function draftOf({ status, recordedAt: _, ...values }: EncounterState): Draft {
  const wasHere = status === "in-progress" || status === "on-leave" || status === "finished";
  return { status, values, admissions: wasHere ? 1 : 0, plans: status === "planned" ? 1 : 0 };
}

/** Which event each cancel takes away; a cancel whose event never came takes none. */
function undoneBy(ordered: readonly EncounterEvent[]): Map<EncounterEvent, EncounterEvent> {
  const undone = new Map<EncounterEvent, EncounterEvent>();
  const gone = new Set<EncounterEvent>();
  ordered.forEach((cancel, index) => {
    if (cancel.action !== "cancel") return;
    const before = ordered.slice(0, index);
    const deleted = before.findLastIndex((event) => event.action === "delete");
    const standing = before.slice(deleted + 1).filter((event) => event.action === cancel.cancels && !gone.has(event));
    const named = standing.findLast(
      (event) => cancel.occurredAt !== undefined && event.occurredAt === cancel.occurredAt,
    );
    const event = named ?? standing.at(-1);
    if (!event) return;
    undone.set(cancel, event);
    gone.add(event);
  });
  return undone;
}

function afterEvent(draft: Draft, event: EncounterEvent): Draft {
  const { action } = event;
  if (action === "delete") return { ...NOTHING, status: "deleted" };
  const startsAnew = action === "plan" || action === "admit";
  if (draft.status === "deleted" && !startsAnew) return draft;
  const from = draft.status === "deleted" ? NOTHING : draft;
  return {
    status: statusAfter(action, from.status),
    values: withValues(withoutWhatIsOver(from, action), event),
    admissions: from.admissions + (action === "admit" ? 1 : 0),
    plans: from.plans + (action === "plan" ? 1 : 0),
  };
}

function statusAfter(action: EncounterAction, status: EncounterStatus | undefined): EncounterStatus {
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
      return status ?? "in-progress";
  }
}

/** What an event ends without saying so: the pending transfer by the transfer, the discharge by an admission after it. */
function withoutWhatIsOver({ status, values }: Draft, action: EncounterAction): Values {
  switch (action) {
    case "admit":
      return status === "finished"
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

function afterCancel(draft: Draft, cancel: EncounterEvent, isMatched: boolean): Draft {
  const { cancels } = cancel;
  if (draft.status === "deleted" || cancels === undefined) return draft;
  // What it cancels was gone before it counted; only what it takes from the base is still to be taken.
  const left = isMatched ? draft : withoutUnseen(draft, cancels);
  if (cancels === "admit" && left.admissions === 0)
    return { ...left, status: left.plans > 0 ? "planned" : "cancelled" };
  if (cancels === "plan" && left.plans === 0 && (left.status === undefined || left.status === "planned"))
    return { ...left, status: "cancelled" };
  // Of a visit not heard of before, the cancel says at least that it is.
  return { ...left, status: left.status ?? "in-progress" };
}

/** The cancelled event was never seen, or folded into the base: its traces go as far as they are known to be its. */
function withoutUnseen(draft: Draft, cancels: EncounterHappening): Draft {
  const { status, values } = draft;
  switch (cancels) {
    case "admit":
      return { ...draft, admissions: Math.max(0, draft.admissions - 1) };
    case "plan":
      return { ...draft, plans: Math.max(0, draft.plans - 1) };
    case "discharge":
      return {
        ...draft,
        status: status === "finished" ? "in-progress" : status,
        values: { ...values, dischargedAt: null, dischargeDestination: null },
      };
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

/** The values with those that the event says. */
function withValues(values: Values, event: EncounterEvent): Values {
  return {
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
}

/** What an event older than the base says where the base says nothing. */
function gapsFilled({ status: _, recordedAt: __, ...known }: EncounterState, event: EncounterEvent): Partial<Values> {
  if (event.action === "cancel" || event.action === "delete") return {};
  const said = withValues(NO_VALUES, event);
  return Object.fromEntries(Object.entries(said).filter(([field]) => known[field as keyof Values] === null));
}
