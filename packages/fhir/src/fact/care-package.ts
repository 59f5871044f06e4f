import type { FactOf } from "@chesil/model";
import type { CarePlan } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { PROFILE } from "../uk-core.ts";
import { withoutEmpty } from "../without-empty.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/** CarePlan: care that a council or another provider gives by arrangement. */

type Package = FactOf<"care-package">;
type ActivityStatus = NonNullable<CarePlan["activity"]>[number]["detail"]["status"];

const STATUS = {
  proposed: ["draft", "not-started"],
  active: ["active", "in-progress"],
  "on-hold": ["on-hold", "on-hold"],
  ended: ["completed", "completed"],
  cancelled: ["revoked", "cancelled"],
  unknown: ["unknown", "unknown"],
} as const satisfies Record<Package["status"], readonly [CarePlan["status"], ActivityStatus]>;

const NOT_CURRENT = {
  retracted: ["entered-in-error", "entered-in-error"],
  superseded: ["revoked", "unknown"],
  withdrawn: ["unknown", "unknown"],
} as const;

export function carePlanOf(source: SourceOf<"care-package">): CarePlan {
  const { content, state, relation } = source;
  const telling = new Telling(source);
  const [status, activityStatus] = statusOf<readonly [CarePlan["status"], ActivityStatus]>(
    state,
    NOT_CURRENT,
    STATUS[content.status],
  );
  const title = wordsOf(content.type);
  const provider = telling.party("Provider", content.provider, "Organization");
  const description = telling.text("How much", content.amount);
  const replaced = relation?.action === "replace" ? `CarePlan/${relation.factId}` : undefined;
  const isActivity = provider !== undefined || description !== undefined;
  const plan: Omit<CarePlan, "text"> = {
    resourceType: "CarePlan",
    ...telling.head(PROFILE.carePlan),
    replaces: replaced ? [{ reference: replaced, type: "CarePlan" }] : undefined,
    status,
    intent: "plan",
    category: [telling.requiredConcept("Type", content.type)],
    title,
    subject: telling.patient,
    encounter: telling.encounter,
    period: telling.period(["From", "Until"], content.startsAt, content.endsAt),
    author: telling.either("Coordinator", content.coordinator),
    activity: isActivity
      ? [{ detail: { status: activityStatus, performer: provider && [provider], description } }]
      : undefined,
  };
  telling.text("Status", content.status);
  telling.notesOf(content.notes);
  const heading = `Care package: ${title ?? "not stated"}`;
  return withoutEmpty<CarePlan>({ ...plan, note: telling.annotations, text: telling.narrative(heading, true) });
}
