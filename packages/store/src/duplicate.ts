/** What its sender was told is taken, before, under the same feed, sender and control id. */
export type Precedent = {
  readonly journalId: number;
  /** False: a conflict that the feed's policy answers positively; it was kept aside. */
  readonly accepted: boolean;
  readonly sha256: Buffer;
  /** Of the content without what is stamped anew with every sending. */
  readonly contentKey: string;
  readonly messageAt: Date;
};

export type Judgement =
  | { readonly kind: "new" }
  /** The same bytes whenever, or the same content stamped anew: the original acknowledgement is due again. */
  | { readonly kind: "duplicate"; readonly journalId: number; readonly restamped: boolean }
  /** Other content inside the reuse window: both are kept, the sender is told. */
  | { readonly kind: "conflict"; readonly journalId: number };

/**
 * Judges an arrival against the messages that used its control id and were answered positively.
 *
 * A control id alone never makes a duplicate: a site was seen that sent one constant in MSH-10 for all patients.
 * Outside `reuseWindowMs` (by MSH-7) the sender's counter has started again: a new epoch, and the message is new.
 */
export function judge(
  arrival: { sha256: Buffer; contentKey: string; messageAt: Date },
  precedents: readonly Precedent[],
  reuseWindowMs: number,
): Judgement {
  const same = precedents.find((precedent) => precedent.sha256.equals(arrival.sha256));
  if (same) return { kind: "duplicate", journalId: same.journalId, restamped: false };
  const near = precedents.filter(
    ({ accepted, messageAt }) =>
      accepted && Math.abs(messageAt.getTime() - arrival.messageAt.getTime()) < reuseWindowMs,
  );
  // Outside the window it is no resend: a record may have changed and changed back under a counter that came round.
  const restamped = near.find((precedent) => precedent.contentKey === arrival.contentKey);
  if (restamped) return { kind: "duplicate", journalId: restamped.journalId, restamped: true };
  return near[0] ? { kind: "conflict", journalId: near[0].journalId } : { kind: "new" };
}
