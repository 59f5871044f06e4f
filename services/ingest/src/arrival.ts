import { createHash } from "node:crypto";
import {
  type AcknowledgementError,
  type AnsweredOutcome,
  acknowledge,
  acknowledgeBatch,
  acknowledgementDue,
  type BatchEnvelope,
  type Header,
  judgeSequence,
  type Peeked,
  peek,
  sequenceNumber,
} from "@chesil/hl7";
import type { Answer, Arrival } from "@chesil/store";
import { type Digests, digestsOf } from "./digests.ts";
import type { Feed } from "./feed.ts";
import { isSenderAllowed } from "./sender.ts";

/** Where a message came from and what the answers are stamped with. */
export type Receipt = {
  readonly connection: string;
  /** The sha-256 fingerprint of the certificate that the other side has shown. */
  readonly certificate?: string;
  readonly receivedAt: Date;
  /** Our own MSH-10, unique. */
  readonly answerControlId: string;
};

/** An arrival, and the answer for the case that it can not be stored, or a query can not be answered, just now. */
export type FramedArrival = Arrival & { readonly storageAnswer: () => Answer };

/** Questions about who somebody is, and the end of one: no messages, so they are answered and not journalled. */
const QUERY_CODES: ReadonlySet<string> = new Set(["QBP", "QCN"]);

/** Whether it is a query, whole and from whom it may be: what refuses it as a message is its type and nothing else. */
export const isQuery = ({ messageCode, refusal }: Arrival): boolean =>
  QUERY_CODES.has(messageCode) && refusal?.reason === "unsupported-type";

const HOUR_MS = 3_600_000;

/**
 * A message as the journal takes it: peeked, with every answer that may be due. Nothing is promised yet; which answer
 * leaves is known only after the commit.
 */
export function arrivalOf(
  message: Uint8Array,
  feed: Feed,
  receipt: Receipt,
  digests: Digests = digestsOf(message),
): FramedArrival {
  const peeked = judged(peek(message, feed.dialect), feed, receipt);
  const header = peeked.header;
  const answer = answerer(peeked, feed, receipt);
  const sequence = feed.sequence && header ? sequenceOf(header, answer) : undefined;
  return {
    feed: feed.name,
    connection: receipt.connection,
    receivedAt: receipt.receivedAt,
    raw: message,
    ...digests,
    ...columnsOf(header, receipt.receivedAt),
    identities: peeked.ok ? peeked.identities.map(storable) : [],
    ...(peeked.ok ? {} : { refusal: { reason: peeked.reason, text: peeked.error.text } }),
    answer: peeked.ok
      ? answer("accept", undefined, sequence?.sent ?? undefined)
      : answer(peeked.severity, peeked.error),
    conflictAnswer: () => answer("conflict", CONTROL_ID_REUSED),
    storageAnswer: () => answer("transient", NOT_STORED),
    reuseWindowMs: feed.reuseWindowHours * HOUR_MS,
    ...(sequence ? { sequence } : {}),
  };
}

/** A batch that holds no message, and has nothing wrong with it: kept, and acknowledged as the batch that it is. */
export function emptyBatchArrival(
  frame: Uint8Array,
  envelope: BatchEnvelope,
  feed: Feed,
  receipt: Receipt,
  digests: Digests,
): FramedArrival {
  const { refusal: _, ...arrival } = arrivalOf(frame, feed, receipt, digests);
  const { answerControlId: controlId, receivedAt: at } = receipt;
  const bytes = acknowledgeBatch({ envelope: envelope.header, acknowledgements: [], controlId, at });
  const { code } = acknowledgementDue(undefined, "accept", feed.policy);
  return {
    ...arrival,
    controlId: compared(envelope.batchControlId ?? ""),
    nothingToApply: "The batch holds no message.",
    answer: { bytes: bytes && Buffer.from(bytes), code },
  };
}

/**
 * The answer to a message that is longer than its feed takes, by the header at its beginning: null where that can not
 * be read, and where no answer is wanted.
 */
export function tooLargeAnswer(
  beginning: Uint8Array,
  feed: Feed,
  bytesMax: number,
  { answerControlId: controlId, receivedAt: at }: Pick<Receipt, "answerControlId" | "receivedAt">,
): Uint8Array | null {
  const from = beginning.findIndex((byte) => byte > 0x20);
  // LF ends segments only where there is no CR. A header that was cut off would be answered under half a control id.
  const to = [0x0d, 0x0a].map((end) => beginning.indexOf(end, from)).find((at) => at >= 0) ?? -1;
  if (from < 0 || to < 0) return null;
  const peeked = peek(beginning.subarray(from, to + 1), feed.dialect);
  const { header } = peeked;
  if (header === undefined || !(peeked.ok || peeked.acknowledge)) return null;
  const { code, wanted } = acknowledgementDue(header, "reject", feed.policy);
  const text = `A message on this feed has at most ${bytesMax} bytes. This one has more, and nothing of it was stored.`;
  return wanted ? acknowledge({ header, code, controlId, at, error: { code: "207", location: "", text } }) : null;
}

type Answerer = (outcome: AnsweredOutcome, error?: AcknowledgementError, expectedSequence?: number) => Answer;

/** Makes the answers of one message, in its sender's terms and its feed's codes. */
function answerer(peeked: Peeked, feed: Feed, receipt: Receipt): Answerer {
  const { header } = peeked;
  return (outcome, error, expectedSequence) => {
    const { code, wanted } = acknowledgementDue(header, outcome, feed.policy);
    // A conflict that the feed's policy takes for accepted has nothing to say against it.
    const isTaken = code === "AA" || code === "CA";
    if (!wanted || !(peeked.ok || peeked.acknowledge)) return { bytes: null, code };
    const { answerControlId: controlId, receivedAt: at } = receipt;
    const bytes = acknowledge({ header, code, controlId, at, error: isTaken ? undefined : error, expectedSequence });
    return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), code };
  };
}

/** The sequence number protocol: what MSH-13 says, and the answers that name the number that is due. */
function sequenceOf(header: Header, answer: Answerer): NonNullable<Arrival["sequence"]> {
  return {
    sent: sequenceNumber(header.sequence),
    judge: judgeSequence,
    answer: (judgement, expected) =>
      judgement === "asked"
        ? answer("accept", undefined, expected)
        : answer("out-of-sequence", OUT_OF_SEQUENCE, expected),
  };
}

/** What the header and the identities alone do not tell: who sends, and how long ids are. */
function judged(peeked: Peeked, feed: Feed, receipt: Receipt): Peeked {
  if (!peeked.ok && !peeked.acknowledge) return peeked;
  const { header } = peeked;
  if (header === undefined || isSenderAllowed(header, feed, receipt.certificate)) return bounded(peeked);
  return {
    ok: false,
    header,
    reason: "sender-not-allowed",
    severity: "reject",
    acknowledge: true,
    error: SENDER_NOT_ALLOWED,
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

const SENDER_NOT_ALLOWED = {
  code: "207",
  location: "MSH^1^3",
  text: "MSH-3 and MSH-4 name a sender that may not send here.",
} as const;

const OUT_OF_SEQUENCE = {
  code: "207",
  location: "MSH^1^13",
  text: "MSH-13 is not the next number of the sequence. MSA-4 says which is.",
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
    sender: compared(header ? `${header.sendingApplication}|${header.sendingFacility}` : ""),
    controlId: compared(header?.controlId ?? ""),
    messageAt: header?.messageAtIso ? new Date(header.messageAtIso) : receivedAt,
  };
}

/** Search columns are text of a bounded length; PostgreSQL takes no NUL and no half surrogate. The raw bytes stay whole. */
const COLUMN_LENGTH_MAX = 256;

/** By how much of it a long text is still recognised. */
const COLUMN_LENGTH_SHOWN = 200;

/** What messages are told from each other by: of a text that is too long, its beginning and a hash of the whole. */
export function compared(text: string): string {
  if (text.length <= COLUMN_LENGTH_MAX) return storable(text);
  const hash = createHash("sha256").update(text).digest("base64url");
  return `${storable(text.slice(0, COLUMN_LENGTH_SHOWN))}…${hash}`;
}

export const storable = (text: string) => text.slice(0, COLUMN_LENGTH_MAX).toWellFormed().replaceAll("\0", "\ufffd");
