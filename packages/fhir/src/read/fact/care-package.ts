import type { FactOf } from "@chesil/model";
import { conceptIn, noteAt, notesAt, periodAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { NOTE_LENGTH_MAX } from "../limits.ts";
import { partyAt, partyIn } from "../references.ts";
import { stated } from "../stated.ts";
import { isInError, oneFact, type ReadFact, statusIn } from "./read-fact.ts";

/** CarePlan: care that was arranged. */

type CarePackage = FactOf<"care-package">;

const STATUSES: Readonly<Record<string, CarePackage["status"]>> = {
  ...{ draft: "proposed", active: "active", "on-hold": "on-hold", revoked: "cancelled", completed: "ended" },
  ...{ unknown: "unknown" },
};

export function carePackageFacts(resource: Element): ReadFact[] {
  const { start, end } = periodAt(resource, "period");
  const title = resource.text("title");
  const details = resource.list("activity").flatMap((each) => each.at("detail") ?? []);
  const type = conceptIn(resource, "category") ?? (title === undefined ? undefined : { codings: [], text: title });
  if (type === undefined && !isInError(resource))
    throw resource.refusal(
      "category",
      "structure",
      "It has neither a category nor a title, so nothing says what it is.",
    );
  const content = stated<CarePackage>({
    kind: "care-package",
    type: type ?? { codings: [] },
    status: statusIn(resource, "status", STATUSES, "unknown"),
    startsAt: start,
    endsAt: end,
    provider: details.map((each) => partyIn(each, "performer")).find((each) => each !== undefined),
    coordinator: partyAt(resource, "author"),
    amount: details[0]?.text("description", NOTE_LENGTH_MAX),
    notes: [...noteAt(resource, "description"), ...notesAt(resource)],
  });
  return oneFact(resource, content);
}
