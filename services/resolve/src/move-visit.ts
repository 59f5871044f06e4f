import type { KeptEncounter } from "@chesil/store";
import type { Application } from "./application.ts";
import { foldEncounter, withEvent } from "./encounter.ts";
import { moveFactsOfVisit } from "./fact-move.ts";
import type { NumberPlace } from "./visits.ts";

/** A visit, and the number and record under which it is kept from now on. */
export type VisitMove = { readonly from: NumberPlace; readonly to: NumberPlace };

/** Moves visits with their facts. Asks for all that moves at once: each time something is missing the batch starts again. */
export function moveVisits(application: Application, moves: readonly VisitMove[]): void {
  const { facts } = application.set;
  facts.require({ places: [], lists: [], visits: moves.map(({ from }) => visitAt(from)) });
  const places = moves.flatMap(({ from, to: { sourceRecordId } }) =>
    facts.factsOfVisit(visitAt(from)).map(({ kind, key }) => ({ sourceRecordId, kind, key })),
  );
  facts.require({ places, lists: [], visits: [] });
  for (const { from, to } of moves) moveVisit(application, from, to);
}

/**
 * Takes a visit to another number, another record, or both. Where the other is known already the two are one: it hears
 * all that was said of this one, which stays as it was and is shown to nobody.
 */
export function moveVisit({ set, entry }: Application, from: NumberPlace, to: NumberPlace): void {
  const { journalId } = entry;
  const [visit, standing] = [set.visits.at(from), set.visits.at(to)];
  if (visit && standing) {
    set.visits.put({ ...visit, retiredInto: standing.encounterId, updatedBy: journalId });
    set.visits.put({ ...together(standing, visit), updatedBy: journalId });
  } else if (visit) {
    const moved = { ...visit, sourceRecordId: to.sourceRecordId, visitNumber: to.number, updatedBy: journalId };
    set.visits.put(moved);
  }
  set.visits.redirect("visit", from, to, journalId);
  moveFactsOfVisit(set.facts, visitAt(from), visitAt(to), journalId);
}

/** A visit that heard all that another one did. */
function together(standing: KeptEncounter, other: KeptEncounter): KeptEncounter {
  const start = { events: standing.events, base: standing.base ?? other.base };
  const { events, base } = other.events.reduce<ReturnType<typeof withEvent>>(withEvent, start);
  return { ...standing, ...foldEncounter(events, base), events, base, retiredInto: null };
}

const visitAt = ({ sourceRecordId, number }: NumberPlace) => ({ sourceRecordId, visitNumber: number });

export const isSamePlace = (one: NumberPlace, other: NumberPlace): boolean =>
  one.sourceRecordId === other.sourceRecordId && one.number === other.number;
