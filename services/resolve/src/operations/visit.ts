import type { KeptEncounter } from "@chesil/store";
import type { Application } from "../application.ts";
import { foldEncounter, withEvent } from "../encounter.ts";
import { moveFactsOfVisit } from "../fact-move.ts";
import { addToVisit, placeOfAccount, placeOfVisit } from "../hear-visit.ts";
import type { NumberPlace } from "../visits.ts";
import { type Operation, recordOf } from "./assertion.ts";

/** Two visits of one patient are one (A42), or the number was mistyped (A50): the wrong number leads to the right one. */
export function applyVisitMerge(
  application: Application,
  { patient, survivor, retired }: Omit<Operation<"merge-visit">, "operation">,
): void {
  const { set, warnings } = application;
  const record = recordOf(application, patient);
  const from = placeOfVisit(set, record, retired);
  const to = placeOfVisit(set, record, survivor);
  if (isSame(from, to)) {
    warnings.push({ location: "MRG-5", code: "ignored", text: "These visits are one already: nothing changed." });
    return;
  }
  moveVisit(application, from, to);
}

/** The visit belongs to another account of the patient, or it was even another patient's (A45). */
export function applyMoveVisit(application: Application, move: Operation<"move-visit">): void {
  const { set } = application;
  const record = recordOf(application, move.patient);
  const number = move.visit;
  if (move.fromPatient) {
    const wrong = recordOf(application, move.fromPatient);
    const from = placeOfVisit(set, wrong, number);
    const isOwn = set.aliasesOf(record).some((each) => each.sourceRecordId === from.sourceRecordId);
    if (!isOwn && wrong.sourceRecordId !== record.sourceRecordId) {
      const own = { sourceRecordId: record.sourceRecordId, number };
      moveVisit(application, from, own);
    }
  }
  const visit = set.visits.at(placeOfVisit(set, record, number));
  const account = placeOfAccount(set, record, move.toAccount).number;
  if (visit) addToVisit(application, visit, { action: "update", account });
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
  const [left, came] = [from, to].map(({ sourceRecordId, number }) => ({ sourceRecordId, visitNumber: number }));
  if (left && came) moveFactsOfVisit(set.facts, left, came, journalId);
}

/** A visit that heard all that another one did. */
function together(standing: KeptEncounter, other: KeptEncounter): KeptEncounter {
  const start = { events: standing.events, base: standing.base ?? other.base };
  const { events, base } = other.events.reduce<ReturnType<typeof withEvent>>(withEvent, start);
  return { ...standing, ...foldEncounter(events, base), events, base, retiredInto: null };
}

const isSame = (one: NumberPlace, other: NumberPlace) =>
  one.sourceRecordId === other.sourceRecordId && one.number === other.number;
