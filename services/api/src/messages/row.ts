import { OUTCOMES, REASONS, type Reason } from "@chesil/model";
import type { MessageSummary } from "@chesil/store";
import { z } from "zod";

export const messageRow = z.object({
  id: z.string(),
  feed: z.string(),
  receivedAt: z.iso.datetime(),
  messageType: z.string(),
  triggerEvent: z.string(),
  controlId: z.string(),
  sender: z.string(),
  /** Null: in flight. */
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  bytes: z.number(),
  redeliveries: z.number(),
  personId: z.string().nullable(),
});
export type MessageRow = z.infer<typeof messageRow>;

/** `shown`: the persons this reader may be told of. */
export function rowOf(message: MessageSummary, shown: ReadonlySet<string>): MessageRow {
  return {
    id: String(message.journalId),
    feed: message.feed,
    receivedAt: message.receivedAt.toISOString(),
    messageType: message.messageCode,
    triggerEvent: message.triggerEvent,
    controlId: message.controlId,
    sender: message.sender,
    outcome: message.outcome,
    reason: message.reason,
    reasonText: reasonTextOf(message.reason),
    bytes: message.bytes,
    redeliveries: message.redeliveries,
    personId: message.personId !== null && shown.has(message.personId) ? message.personId : null,
  };
}

export function reasonTextOf(reason: string | null): string | null {
  if (reason === null) return null;
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason] : reason;
}
