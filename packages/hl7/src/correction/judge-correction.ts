import type { CanonicalEvent, Reason } from "@chesil/model";
import { peek } from "../answer/peek.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { toEvent } from "../map/to-event.ts";
import { continuationOf } from "../message/continuation.ts";
import { readMessage } from "../message/message.ts";

/** The message that a correction is to stand in for. */
export interface Corrected {
  readonly identities: readonly string[];
  readonly receivedAt: Date;
}

export type CorrectionJudgement =
  | { readonly ok: true; readonly event: CanonicalEvent }
  | { readonly ok: false; readonly reason: Reason; readonly text: string };

/**
 * Whether bytes may stand in for a message that was received: readable from end to end, whole, and about the same
 * patients by the ids that the order of messages holds by. Another patient's id would let it overtake, or be overtaken.
 */
export function judgeCorrection(bytes: Uint8Array, feed: FeedDialect, received: Corrected): CorrectionJudgement {
  const peeked = peek(bytes, feed);
  if (!peeked.ok) return { ok: false, reason: peeked.reason, text: peeked.error.text };
  if (new Set(peeked.identities).symmetricDifference(new Set(received.identities)).size > 0) {
    return { ok: false, reason: "other-patients", text: OTHER_PATIENTS };
  }
  const read = readMessage(bytes, feed);
  if (!read.ok) return read;
  const { continues, continued } = continuationOf(read.message);
  if (continues !== undefined || (continued !== undefined && read.message.idAt(1) === "ADD")) {
    return { ok: false, reason: "not-readable", text: "It is a part of a message. Give the message whole." };
  }
  const mapped = toEvent(read.message, feed, received.receivedAt);
  return mapped.ok ? { ok: true, event: mapped.event } : { ok: false, reason: mapped.reason, text: mapped.text };
}

const OTHER_PATIENTS =
  "PID-3 or MRG-1 names other ids than the message received. Only what is about the same patients may stand in for it.";
