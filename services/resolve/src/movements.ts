import type { EncounterStatus, Movement } from "@chesil/model";
import type { EncounterEvent } from "@chesil/store";

/** Movements kept of a visit, the latest: beyond any stay (a bed a day for the better part of a year). */
export const MOVEMENTS_MAX = 250;

/** A visit after an event, as far as it says where the patient is. */
type Place = { readonly status: EncounterStatus | undefined; readonly location: string | null };

/**
 * Where the patient was after one more event of a visit, in the order in which events were recorded. The place of a visit
 * that has yet to begin, or that did not happen, is none where they were.
 */
export function movementsAfter(
  movements: readonly Movement[],
  { status, location }: Place,
  event: EncounterEvent,
): readonly Movement[] {
  if (status !== "in-progress" && status !== "on-leave" && status !== "finished") return [];
  const latest = movements.at(-1);
  if (latest ? latest.place === location : location === null) return movements;
  const { recordedAt, journalId } = event;
  const movement = { place: location, since: sinceOf(event), isTemporary: isTemporary(movements, location, event) };
  const earlier = movements.filter(({ since }) => !isReplaced(since, movement.since));
  return [...earlier, { ...movement, recordedAt, journalId }].slice(-MOVEMENTS_MAX);
}

/** Of who has gone, a place that was not heard of before says where from, not since when. */
function sinceOf({ action, admittedAt, occurredAt, recordedAt }: EncounterEvent): string | null {
  if (action === "discharge") return null;
  return (action === "admit" ? admittedAt : undefined) ?? occurredAt ?? recordedAt;
}

/** Somewhere that is not a bed, as long as it is not the bed that was kept meanwhile. */
function isTemporary(movements: readonly Movement[], location: string | null, { action, ...said }: EncounterEvent) {
  if ((action !== "depart" && action !== "arrive") || said.location === undefined) return false;
  return movements.findLast((each) => !each.isTemporary)?.place !== location;
}

/** Nobody was for any time where they came no earlier than to the next place: it was corrected. */
const isReplaced = (since: string | null, next: string | null): boolean =>
  since !== null && next !== null && since.length === next.length && since >= next;
