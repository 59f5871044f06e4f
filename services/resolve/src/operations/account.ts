import type { KeptEncounter, StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { placeOfAccount } from "../hear-visit.ts";
import { isSamePlace, moveVisits } from "../move-visit.ts";
import type { NumberPlace } from "../visits.ts";
import type { WorkingSet } from "../working-set.ts";
import { type Operation, recordOf } from "./assertion.ts";

/** Two accounts of one patient are one (A41), or the number was mistyped (A49). */
export function applyAccountMerge(
  application: Application,
  { patient, survivor, retired }: Omit<Operation<"merge-account">, "operation">,
): void {
  const { set, entry, warnings } = application;
  const record = recordOf(application, patient);
  const from = placeOfAccount(set, record, retired);
  const to = placeOfAccount(set, record, survivor);
  if (isSamePlace(from, to)) {
    warnings.push({ location: "MRG-3", code: "ignored", text: "These accounts are one already: nothing changed." });
    return;
  }
  for (const visit of visitsOfAccount(set, record, from.number))
    set.visits.put({ ...underAccount(visit, from.number, to.number), updatedBy: entry.journalId });
  redirectAccount(application, record, from, to);
}

/** The account and its visits belong to another patient (A44). */
export function applyMoveAccount(application: Application, move: Operation<"move-account">): void {
  const { set, warnings } = application;
  const [wrong, right] = [recordOf(application, move.from), recordOf(application, move.to)];
  const from = placeOfAccount(set, wrong, move.account);
  const isThere = set.aliasesOf(right).some((each) => each.sourceRecordId === from.sourceRecordId);
  if (isThere) {
    warnings.push({ location: "MRG-3", code: "ignored", text: "The account is there already: nothing moved." });
    return;
  }
  const moves = visitsOfAccount(set, wrong, from.number).map(({ sourceRecordId, visitNumber: number }) => ({
    from: { sourceRecordId, number },
    to: { sourceRecordId: right.sourceRecordId, number },
  }));
  moveVisits(application, moves);
  redirectAccount(application, wrong, from, { sourceRecordId: right.sourceRecordId, number: from.number });
}

/** Under every id of the patient: a later message may come for any of them. */
function redirectAccount({ set, entry }: Application, patient: StoredRecord, from: NumberPlace, to: NumberPlace): void {
  for (const { sourceRecordId } of set.aliasesOf(patient))
    set.visits.redirect("account", { sourceRecordId, number: from.number }, to, entry.journalId);
}

function visitsOfAccount(set: WorkingSet, record: StoredRecord, account: string): KeptEncounter[] {
  return set
    .aliasesOf(record)
    .flatMap((each) => set.visits.ofRecord(each.sourceRecordId))
    .filter((visit) => visit.account === account);
}

/** The visit as if all that was said of the one account had been said of the other. */
function underAccount(visit: KeptEncounter, from: string, to: string): KeptEncounter {
  const events = visit.events.map((event) => (event.account === from ? { ...event, account: to } : event));
  const base = visit.base?.account === from ? { ...visit.base, account: to } : visit.base;
  return { ...visit, account: to, events, base };
}
