import type { IdentityOperation } from "@chesil/model";
import { type Application, askAbout } from "../application.ts";
import { applyToVisits } from "./apply-to-visits.ts";
import type { Doubt } from "./assertion.ts";
import { applyChangeId } from "./change-id.ts";
import { applyDeleteRecord } from "./delete-record.ts";
import { applyLink } from "./link.ts";
import { applyMerge } from "./merge.ts";
import { applyMoveRecord } from "./move-record.ts";
import { applyUnlink } from "./unlink.ts";
import { giveBack, mergesTakenBack } from "./unmerge.ts";

/**
 * Carries out what a message asserts of identities: all of it or, when any part can not be believed, nothing, and each
 * doubt becomes a question for a data manager (law 6).
 * @returns whether it was done.
 */
export function applyOperations(application: Application, operations: readonly IdentityOperation[]): boolean {
  if (operations.length === 0) return true;
  const { set, warnings } = application;
  const warningsBefore = warnings.length;
  const eventsBefore = set.identityEvents.length;
  const takeBack = set.savepoint();
  const doubts = operations.flatMap((operation) => applyToPatients(application, operation) ?? []);
  if (doubts.length === 0) {
    // Of visits nothing is doubted: they move once it is sure that the patients do.
    for (const unmerged of mergesTakenBack(set, eventsBefore)) giveBack(application, unmerged);
    for (const operation of operations) applyToVisits(application, operation);
    return true;
  }
  takeBack();
  warnings.length = warningsBefore;
  for (const { kind, record, other, why } of doubts) {
    warnings.push({
      location: "MRG",
      code: "identity",
      text: `${why} Nothing was changed: it waits for a data manager.`,
    });
    // As they are after all was taken back: one that only this message would have made is not there to be asked about.
    const [left, right] = [set.record(record.sourceRecordId), set.record(other.sourceRecordId)];
    if (left && right) askAbout(application, left.personId === right.personId ? "link-check" : kind, left, right, why);
  }
  return false;
}

/** @returns the doubt that keeps it from being done. */
function applyToPatients(application: Application, operation: IdentityOperation): Doubt | undefined {
  switch (operation.operation) {
    case "merge":
      return applyMerge(application, operation);
    case "link":
      return applyLink(application, operation);
    case "unlink":
      return applyUnlink(application, operation);
    case "move-record":
      return applyMoveRecord(application, operation);
    case "change-id":
      return applyChangeId(application, operation);
    case "delete-record":
      return applyDeleteRecord(application, operation);
    default:
      return undefined;
  }
}
