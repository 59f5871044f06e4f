import { createHash } from "node:crypto";
import type { Reason } from "@chesil/model";

/** An answer to send, and its MSA-1. `bytes` is null where the sender wants none. */
export type Answer = { readonly bytes: Buffer | null; readonly code: string };

/** What MSH-13 makes of a message: the next one, a new beginning, a question, or out of order. */
export type SequenceJudgement =
  | { readonly kind: "next" | "resync" }
  | { readonly kind: "asked" | "out"; readonly expected: number };

/** One framed message, peeked, with the answers that are possible before the journal is asked. */
export type Arrival = {
  readonly feed: string;
  readonly connection: string;
  readonly receivedAt: Date;
  readonly raw: Uint8Array;
  readonly sha256: Buffer;
  /** Of the bytes without MSH-7, MSH-8 and MSH-13, which a sender may stamp anew when it sends again. */
  readonly contentSha256: Buffer;
  readonly messageCode: string;
  readonly triggerEvent: string;
  readonly version: string;
  readonly sender: string;
  readonly controlId: string;
  readonly messageAt: Date;
  readonly identities: readonly string[];
  /** Why the message can never be accepted; absent: it can. */
  readonly refusal?: { readonly reason: Reason; readonly text: string };
  /** Why there is nothing in it to apply, though nothing is wrong with it: it is kept, and no part of the log. */
  readonly nothingToApply?: string;
  readonly answer: Answer;
  /** Made only for the rare conflict. */
  readonly conflictAnswer: () => Answer;
  readonly reuseWindowMs: number;
  /**
   * Only where the feed follows the sequence number protocol. `sent` is null where MSH-13 is no number. A number that is
   * next is used up by whatever comes under it, refused or not: it arrived.
   */
  readonly sequence?: {
    readonly sent: number | null;
    readonly judge: (last: number | null, sent: number | null) => SequenceJudgement;
    /** With MSA-4: for a number out of order (negative), and for 0, which asks what is due and is taken (positive). */
    readonly answer: (judgement: "asked" | "out", expected: number) => Answer;
  };
  /** Of the first message of a batch: what stood around its messages. */
  readonly envelope?: {
    readonly header: Uint8Array;
    readonly trailer: Uint8Array;
    readonly messages: number;
    readonly faults: readonly string[];
  };
};

export type Appended = {
  readonly kind: "accepted" | "refused" | "duplicate" | "conflict" | "out-of-sequence";
  /** The journal entry; of a duplicate, the original's. */
  readonly journalId: number;
  /** What to send: for a duplicate the original acknowledgement, byte for byte. */
  readonly answer: Buffer | null;
};

/** What the journal is asked by. 64-bit signed, as decimal text. */
export type ArrivalKeys = { readonly control: string; readonly content: string };

/** An arrival with its keys. */
export type Keyed = { readonly arrival: Arrival; readonly keys: ArrivalKeys };

/** Separates what is hashed together; no sender's text holds it unescaped. */
const BETWEEN = "\x01";

/**
 * The first 64 bits of two sha-256: of (feed, sender, control id), and of that with the content. Equal keys are
 * compared in full before anything is decided; different ones can not be the same.
 */
export function keysOf(arrival: Arrival): ArrivalKeys {
  const control = createHash("sha256").update([arrival.feed, arrival.sender, arrival.controlId].join(BETWEEN)).digest();
  const content = createHash("sha256").update(control).update(arrival.contentSha256).digest();
  return { control: control.readBigInt64BE().toString(), content: content.readBigInt64BE().toString() };
}
