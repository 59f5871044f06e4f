import type { StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { addToVisit, placeOfAccount, placeOfVisit } from "../hear-visit.ts";
import { isSamePlace, moveVisit } from "../move-visit.ts";
import type { NumberPlace } from "../visits.ts";
import type { WorkingSet } from "../working-set.ts";
import { type Operation, recordOf } from "./assertion.ts";

/** Two visits of one patient are one (A42), or the number was mistyped (A50): the wrong number leads to the right one. */
export function applyVisitMerge(
  application: Application,
  merge: Omit<Operation<"merge-visit">, "operation"> & { readonly operation: "merge-visit" | "change-visit" },
): void {
  const { patient, survivor, retired } = merge;
  const { set, warnings } = application;
  const record = recordOf(application, patient);
  const from = placeOfVisit(set, record, retired);
  const to = placeOfRight(set, record, from, survivor);
  if (isSamePlace(from, to)) {
    warnings.push({ location: "MRG-5", code: "ignored", text: "These visits are one already: nothing changed." });
    return;
  }
  if (merge.operation === "change-visit" && set.visits.at(from) && set.visits.at(to)) {
    const text = "The corrected visit number is another known visit's: the two are one from now on.";
    warnings.push({ location: "PV1-19", code: "identity", text });
  }
  moveVisit(application, from, to);
  // The right number under the patient who is named: whoever named the wrong one will go on with it.
  const named = placeOfVisit(set, record, survivor);
  if (!isSamePlace(named, to)) set.visits.redirect("visit", named, to, application.entry.journalId);
}

/** Of a visit that went to another patient, the sender corrects the number there, whomever it names. */
function placeOfRight(
  set: WorkingSet,
  record: StoredRecord,
  from: ReturnType<typeof placeOfVisit>,
  number: string,
): NumberPlace {
  const to = placeOfVisit(set, record, number);
  if (!from.isRedirected || to.isRedirected || set.visits.at(to)) return to;
  return placeOfVisit(set, set.record(from.sourceRecordId) ?? record, number);
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
