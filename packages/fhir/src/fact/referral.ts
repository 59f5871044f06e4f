import type { FactOf } from "@chesil/model";
import type { ServiceRequest } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { EXTENSION, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/** ServiceRequest: somebody was referred to a specialty or a team. */

type Referral = FactOf<"referral">;

const STATUS = {
  pending: "active",
  accepted: "active",
  rejected: "revoked",
  expired: "revoked",
  cancelled: "revoked",
  completed: "completed",
  unknown: "unknown",
} as const satisfies Record<Referral["status"], ServiceRequest["status"]>;
const NOT_CURRENT = { retracted: "entered-in-error", superseded: "revoked", withdrawn: "unknown" } as const;

/** HL7 table 0280, and the words. */
const PRIORITIES: ReadonlyMap<string, NonNullable<ServiceRequest["priority"]>> = new Map([
  ["R", "routine"],
  ["U", "urgent"],
  ["A", "asap"],
  ["S", "stat"],
  ["ROUTINE", "routine"],
  ["URGENT", "urgent"],
  ["ASAP", "asap"],
  ["STAT", "stat"],
]);

const REFERRAL = { text: "Referral" };

export function serviceRequestOf(source: SourceOf<"referral">): ServiceRequest {
  const { content, state, relation } = source;
  const telling = new Telling(source);
  const performer = telling.either("Referred to", content.referredTo);
  const receivedAt = telling.when("Received", content.receivedAt);
  const reason = telling.concept("Reason", content.reason);
  const replaced = relation?.action === "replace" ? `ServiceRequest/${relation.factId}` : undefined;
  const request: Omit<ServiceRequest, "text"> = {
    resourceType: "ServiceRequest",
    ...telling.head(PROFILE.serviceRequest),
    extension: receivedAt ? [{ url: EXTENSION.receivedAt, valueDateTime: receivedAt }] : undefined,
    replaces: replaced ? [{ reference: replaced, type: "ServiceRequest" }] : undefined,
    status: statusOf<ServiceRequest["status"]>(state, NOT_CURRENT, STATUS[content.status]),
    intent: "order",
    category: [REFERRAL],
    priority: priorityOf(content, telling),
    code: telling.concept("Type", content.type),
    subject: telling.patient,
    encounter: telling.encounter,
    authoredOn: telling.when("Requested", content.requestedAt),
    requester: telling.either("Referred by", content.referredBy),
    performerType: telling.word("Specialty", content.specialty),
    performer: performer && [performer],
    occurrencePeriod: telling.period(["", "Expires"], undefined, content.expiresAt),
    reasonCode: reason && [reason],
  };
  telling.text("Status", readable(content.sentStatus) ?? content.status);
  telling.notesOf(content.notes);
  const words = wordsOf(content.type) ?? readable(content.specialty) ?? "type not stated";
  return withoutEmpty<ServiceRequest>({
    ...request,
    note: telling.annotations,
    text: telling.narrative(`Referral: ${words}`, true),
  });
}

function priorityOf({ priority }: Referral, telling: Telling): ServiceRequest["priority"] {
  const known = PRIORITIES.get(readable(priority)?.toUpperCase() ?? "");
  if (known === undefined) telling.note("Priority as sent", priority);
  else telling.text("Priority", known);
  return known;
}
