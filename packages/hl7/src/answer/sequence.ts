/**
 * The sequence number protocol of HL7 chapter 2 (MSH-13, answered in MSA-4): one counter a link, kept by the receiver
 * with what it accepted. It is what tells a lost message from a late one, and a repeated one from a new one.
 */

/** Sent in MSH-13: which number do you expect? Carries no message to store. */
const ASKS = 0;
/** Sent in MSH-13: take the next message's number as the new base. Answered in MSA-4: I take any. */
const RESYNCHRONISES = -1;

export type SequenceJudgement =
  /** The expected number, or the first of a link: store it with the message, and echo it in MSA-4. */
  | { readonly kind: "next" }
  /** MSH-13 was 0: nothing is stored, MSA-4 says `expected`. */
  | { readonly kind: "asked"; readonly expected: number }
  /** MSH-13 was -1: forget the last number, the next message brings its own; MSA-4 says -1. */
  | { readonly kind: "resync" }
  /** A gap, a repeat or no number at all: not accepted, MSA-4 says `expected`. */
  | { readonly kind: "out"; readonly expected: number };

/**
 * Judges a number against the last one accepted on the link. `last` is null before the first message and after a
 * resynchronisation; `expected` is -1 then, which by the standard means "any". `sent` is null where MSH-13 is no number.
 */
export function judgeSequence(last: number | null, sent: number | null): SequenceJudgement {
  const expected = last === null ? RESYNCHRONISES : last + 1;
  if (sent === ASKS) return { kind: "asked", expected };
  if (sent === RESYNCHRONISES) return { kind: "resync" };
  if (sent === null || sent < 0) return { kind: "out", expected };
  return last === null || sent === expected ? { kind: "next" } : { kind: "out", expected };
}

/** The number in MSH-13; null where there is none. A fraction or more digits than the standard's 15 are none. */
export function sequenceNumber(text: string): number | null {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) || 0 : null;
}
