import { createHash } from "node:crypto";
import {
  acknowledge,
  acknowledgementCode,
  type FeedDialect,
  type Header,
  type Peeked,
  peek,
  wantsAcknowledgement,
} from "@chesil/hl7";
import type { Answer, Arrival } from "@chesil/store";

/** One configured sender: what ingest needs to know of it. */
export type Feed = {
  readonly name: string;
  readonly dialect: FeedDialect;
  readonly reuseWindowHours: number;
  /** When a message can not be stored just now: say nothing and close, or answer AR/CR, "send it again unchanged". */
  readonly onStorageFailure: "close" | "reject";
};

/** Where a frame came from and what the answers are stamped with. */
export type Receipt = {
  readonly connection: string;
  readonly receivedAt: Date;
  /** Our own MSH-10, unique. */
  readonly answerControlId: string;
};

/** An arrival, and the answer for the case that it can not be stored just now. */
export type FramedArrival = Arrival & { readonly storageAnswer: () => Answer };

const HOUR_MS = 3_600_000;

/**
 * A frame as the journal takes it: peeked, with every answer that may be due. Nothing is promised yet; which answer
 * leaves is known only after the commit.
 */
export function arrivalOf(frame: Uint8Array, feed: Feed, receipt: Receipt): FramedArrival {
  const peeked = bounded(peek(frame, feed.dialect));
  const header = peeked.header;
  const answer = (
    outcome: "accept" | "error" | "reject",
    error?: { code: string; location: string; text: string },
  ): Answer => {
    const code = acknowledgementCode(header, outcome);
    const wanted = (peeked.ok || peeked.acknowledge) && (header === undefined || wantsAcknowledgement(header, outcome));
    const bytes = wanted
      ? Buffer.from(
          acknowledge({
            ...(header ? { header } : {}),
            code,
            controlId: receipt.answerControlId,
            at: receipt.receivedAt,
            ...(error ? { error } : {}),
          }),
        )
      : null;
    return { bytes, code };
  };
  return {
    feed: feed.name,
    connection: receipt.connection,
    receivedAt: receipt.receivedAt,
    raw: frame,
    sha256: createHash("sha256").update(frame).digest(),
    ...columnsOf(header, receipt.receivedAt),
    identities: peeked.ok ? peeked.identities.map(storable) : [],
    ...(peeked.ok ? {} : { refusal: { reason: peeked.reason, text: peeked.error.text } }),
    answer: peeked.ok ? answer("accept") : answer(peeked.severity, peeked.error),
    conflictAnswer: () => answer("error", CONTROL_ID_REUSED),
    storageAnswer: () => answer("reject", NOT_STORED),
    reuseWindowMs: feed.reuseWindowHours * HOUR_MS,
  };
}

/** An id longer than any index takes can be no key: its sender is told. */
function bounded(peeked: Peeked): Peeked {
  if (!peeked.ok || peeked.identities.every((identity) => identity.length <= COLUMN_LENGTH_MAX)) return peeked;
  return {
    ok: false,
    header: peeked.header,
    reason: "no-patient-id",
    severity: "error",
    acknowledge: true,
    error: {
      code: "103",
      location: "PID^1^3",
      text: `A patient id and its authority have at most ${COLUMN_LENGTH_MAX} characters.`,
    },
  };
}

const NOT_STORED = {
  code: "207",
  location: "MSH^1^10",
  text: "The message could not be stored just now. Send it again unchanged.",
};

const CONTROL_ID_REUSED = {
  code: "205",
  location: "MSH^1^10",
  text: "This control id was accepted before with other content. Send the message again under a new control id.",
};

function columnsOf(header: Header | undefined, receivedAt: Date) {
  return {
    messageCode: storable(header?.messageCode ?? ""),
    triggerEvent: storable(header?.triggerEvent ?? ""),
    version: storable(header?.version ?? ""),
    sender: storable(header ? `${header.sendingApplication}|${header.sendingFacility}` : ""),
    controlId: storable(header?.controlId ?? ""),
    messageAt: header?.messageAtIso ? new Date(header.messageAtIso) : receivedAt,
  };
}

/** Search columns are text of a bounded length; PostgreSQL takes no NUL and no half surrogate. The raw bytes stay whole. */
const COLUMN_LENGTH_MAX = 256;

const storable = (text: string) => text.slice(0, COLUMN_LENGTH_MAX).toWellFormed().replaceAll("\0", "\ufffd");
