import type { IdentityOperation } from "@chesil/model";
import type { Application } from "../application.ts";
import { joinVisits } from "../hear-visit.ts";
import { applyAccountMerge, applyMoveAccount } from "./account.ts";
import { buryVisitsAndFacts } from "./delete-record.ts";
import { applyMoveVisit, applyVisitMerge } from "./visit.ts";

/** What an operation does to visits and facts, once it is sure that it is done to the patients. */
export function applyToVisits(application: Application, operation: IdentityOperation): void {
  switch (operation.operation) {
    case "merge":
      joinVisits(application, operation.survivor);
      break;
    case "delete-record":
      buryVisitsAndFacts(application, operation.deleted);
      break;
    case "merge-account":
      applyAccountMerge(application, operation);
      break;
    case "change-account":
      applyAccountMerge(application, { ...operation, survivor: operation.right, retired: operation.wrong });
      break;
    case "move-account":
      applyMoveAccount(application, operation);
      break;
    case "merge-visit":
      applyVisitMerge(application, operation);
      break;
    case "change-visit":
      applyVisitMerge(application, { ...operation, survivor: operation.right, retired: operation.wrong });
      break;
    case "move-visit":
      applyMoveVisit(application, operation);
      break;
  }
}
