import { type FeedDialect, type Message, readMessage, toEvent } from "@chesil/hl7";
import { arrivalOf, type Feed } from "@chesil/ingest";
import type { CanonicalEvent } from "@chesil/model";

/** What one message would become, were it let in. */
export type Preview = {
  readonly type: string;
  readonly version: string;
  readonly controlId: string;
  readonly sender: string;
  /** `applied`: it says something that would be applied. `quarantined`: taken, and set aside. `rejected`: not taken. */
  readonly outcome: "applied" | "quarantined" | "rejected";
  /** Why it would not be applied. */
  readonly reason?: string;
  readonly text?: string;
  /** What its sender would be answered; null where it wants no answer. */
  readonly acknowledgement: string | null;
  readonly identities: readonly string[];
  readonly event: CanonicalEvent | null;
  /** Segments that are mapped to nothing. */
  readonly notMapped: readonly string[];
  /** Local segments, with the fields the feed's configuration gives a name. */
  readonly localSegments: readonly { readonly id: string; readonly fields: Readonly<Record<string, string>> }[];
};

/**
 * What the listener, the journal and the mapping would make of a message, without any of them. What only the store
 * knows is left out: whether its control id was used before, its place in a sequence, and whom it would be linked to.
 */
export function preview(bytes: Uint8Array, feed: Feed, receivedAt: Date): Preview {
  const arrival = arrivalOf(bytes, feed, { connection: "preview", receivedAt, answerControlId: "PREVIEW" });
  const { messageCode, triggerEvent, version, controlId, sender, identities, answer, refusal } = arrival;
  const read = readMessage(bytes, feed.dialect);
  const base = {
    type: [messageCode, triggerEvent].filter(Boolean).join("^"),
    version,
    controlId,
    sender,
    acknowledgement: answer.bytes === null ? null : answer.bytes.toString("utf8").replaceAll("\r", "\n").trimEnd(),
    identities,
    localSegments: read.ok ? localSegments(read.message, feed.dialect) : [],
  };
  const without = { event: null, notMapped: [] };
  if (refusal) return { ...base, ...without, outcome: "rejected", ...refusal };
  if (!read.ok)
    return { ...base, ...without, outcome: "quarantined", reason: read.reason, text: "It can not be read." };
  const mapped = toEvent(read.message, feed.dialect, receivedAt);
  if (!mapped.ok) return { ...base, ...without, outcome: "quarantined", reason: mapped.reason, text: mapped.text };
  return { ...base, outcome: "applied", event: mapped.event, notMapped: mapped.event.notMapped };
}

function localSegments(message: Message, { localSegments = {} }: FeedDialect): Preview["localSegments"] {
  const ids = new Set(message.segments().map((segment) => segment.id));
  return [...ids]
    .filter((id) => id.startsWith("Z") || Object.hasOwn(localSegments, id))
    .map((id) => ({ id, fields: localSegments[id] ?? {} }));
}
