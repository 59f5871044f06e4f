import { type EncounterStatus, isBefore, type Movement } from "@chesil/model";
import type { EncounterEvent } from "@chesil/store";

/** Movements kept of a visit, the latest: beyond any stay (a bed a day for the better part of a year). */
export const MOVEMENTS_MAX = 250;

/** A visit after an event, as far as it says where the patient is. */
type Place = { readonly status: EncounterStatus | undefined; readonly location: string | null };

/**
 * Where the patient was after one more event of a visit, in the order in which they were there: events come in the order in
 * which they were recorded, and one that was recorded late does not undo what happened after it. The place of a visit that
 * has yet to begin, or that did not happen, is none where they were.
 */
export function movementsAfter(
  movements: readonly Movement[],
  { status, location }: Place,
  event: EncounterEvent,
): readonly Movement[] {
  if (status !== "in-progress" && status !== "on-leave" && status !== "finished") return [];
  // Where they were expected is where they came in, unless their coming says otherwise.
  if (movements.length === 0) return location === null ? [] : inserted(movements, movementOf(event, location, false));
  const said = placeSaid(event);
  if (said === undefined || event.action === "plan") return movements;
  return hasMoved(event) ? moved(movements, said, event) : updated(movements, said, event);
}

/** What an event says of a place; null: the sender deleted it. */
const placeSaid = ({ location, cleared }: EncounterEvent): string | null | undefined =>
  location ?? (cleared?.includes("location") ? null : undefined);

/** Whether the patient went somewhere by it. Any other event only repeats where their bed is. */
function hasMoved({ action, cancels }: EncounterEvent): boolean {
  return MOVES.has(action) || (action === "cancel" && (cancels === "depart" || cancels === "arrive"));
}

const MOVES: ReadonlySet<string> = new Set([
  ...["admit", "transfer", "change-class", "depart", "arrive", "return", "discharge"],
]);
/** To a place that may be less precise than the last: another one all the same. */
const GOES_ON: ReadonlySet<string> = new Set(["transfer", "change-class", "depart", "arrive"]);

function moved(movements: readonly Movement[], said: string | null, event: EncounterEvent): readonly Movement[] {
  const { action } = event;
  const bed = bedIn(movements);
  const isTracked = (action === "depart" || action === "arrive") && event.location !== undefined;
  const place = isTracked && isLessPrecise(said, bed) ? bed : said;
  const movement = movementOf(event, place, isTracked && place !== bed);
  // Who was in theatre for an hour and has a bed there now is not away any more.
  const isKnown = ({ place: known, isTemporary }: Movement) =>
    isTemporary === movement.isTemporary && (known === place || (!GOES_ON.has(action) && isLessPrecise(place, known)));
  // An admission without its time, to where they were before: it is sent again.
  if (action === "admit" && timeOf(event) === undefined && movements.some(isKnown)) return movements;
  const index = indexAt(movements, movement);
  const known = [movements.at(-1), movements[index - 1]].find((each) => each !== undefined && isKnown(each));
  if (known === undefined) return inserted(movements, movement);
  // That they came there again is told from then on, for where they were between may be heard of later.
  const isAgain = index === movements.length && GOES_ON.has(action) && known.since !== movement.since;
  return isAgain ? inserted(movements, movement) : movements;
}

/** An event that nobody moved by: of who is elsewhere it says which bed is kept. */
function updated(movements: readonly Movement[], said: string | null, event: EncounterEvent): readonly Movement[] {
  const latest = movements.at(-1);
  const bed = bedIn(movements);
  if (said === latest?.place || (said === bed && latest?.isTemporary) || isLessPrecise(said, bed)) return movements;
  const movement = movementOf(event, said, false);
  if (!latest?.isTemporary) return inserted(movements, movement);
  return [...movements.slice(0, -1), { ...movement, since: null }, latest].slice(-MOVEMENTS_MAX);
}

const bedIn = (movements: readonly Movement[]): string | null =>
  movements.findLast(({ isTemporary }) => !isTemporary)?.place ?? null;

function movementOf(event: EncounterEvent, place: string | null, isTemporary: boolean): Movement {
  const { action, recordedAt, journalId } = event;
  const time = hasMoved(event) && action !== "cancel" ? timeOf(event) : undefined;
  // Nothing happened after it was recorded: a time in the future is a slip, and would hold the place until then.
  const happenedAt = time !== undefined && !isBefore(recordedAt, time) ? time : recordedAt;
  // Of who has gone, a place that was not heard of before says where from, not since when.
  return { place, since: action === "discharge" ? null : happenedAt, isTemporary, recordedAt, journalId };
}

const timeOf = ({ action, admittedAt, occurredAt }: EncounterEvent): string | undefined =>
  (action === "admit" ? admittedAt : undefined) ?? occurredAt;

/** At its time; what was said of the same time before is corrected. */
function inserted(movements: readonly Movement[], movement: Movement): readonly Movement[] {
  const index = indexAt(movements, movement);
  const before = movements[index - 1];
  const isCorrected =
    movement.since !== null && before?.since === movement.since && before.isTemporary === movement.isTemporary;
  return movements.toSpliced(isCorrected ? index - 1 : index, isCorrected ? 1 : 0, movement).slice(-MOVEMENTS_MAX);
}

const indexAt = (movements: readonly Movement[], movement: Movement): number =>
  movements.findLastIndex((each) => !isBefore(startOf(movement), startOf(each))) + 1;

const startOf = ({ since, recordedAt }: Movement): string => since ?? recordedAt;

/** Each stay in a place once, from when they came there. */
export const eachOnce = (movements: readonly Movement[]): readonly Movement[] =>
  movements.filter(({ place, isTemporary }, index) => {
    const before = movements[index - 1];
    return before === undefined || before.place !== place || before.isTemporary !== isTemporary;
  });

/** Whether one place is the other with parts left out: a ward, of a bed in it. */
function isLessPrecise(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  const [said, known] = [one.split(", "), other.split(", ")];
  if (said.length >= known.length || said[0] !== known[0]) return false;
  let at = 0;
  for (const part of known) if (part === said[at]) at += 1;
  return at === said.length;
}
