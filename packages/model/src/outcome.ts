/**
 * What became of a message. Every message received has exactly one (law 2):
 * received = applied + duplicate + conflict + quarantined + parked + rejected + skipped + in flight.
 */
export const OUTCOMES = ["applied", "duplicate", "conflict", "quarantined", "parked", "rejected", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a message was quarantined, parked, rejected or called a conflict: a fixed code, never a sentence with data. */
export const REASONS = {
  "not-mapped": "This message type is not mapped yet. It is kept whole and can be replayed once it is.",
  "not-readable": "The message could not be read as HL7 v2.",
  charset: "The bytes are not valid in the character set the feed uses.",
  "no-header": "There is no readable MSH segment.",
  "no-control-id": "MSH-10 is empty, so the message can not be told from a resend.",
  "unsupported-type": "MSH-9 is empty or not a message type of HL7 v2.",
  "unsupported-processing-id": "MSH-11 is not P, T or D.",
  "unsupported-version": "MSH-12 is not a version from 2.1 to 2.9.",
  "no-patient-id":
    "PID-3 names no patient by a local id, so the message belongs to no source record. An NHS number alone is not enough.",
  "no-prior-id": "MRG does not name what is to be merged, moved or changed.",
  "no-target-id": "PID-18 or PV1-19 does not name what to merge into, move to or change to.",
  "merge-with-itself":
    "The message names the same patient, account or visit twice: as the right one and as the wrong one.",
  "control-id-reused": "The control id was used before with other content.",
  "out-of-sequence": "MSH-13 is not the next number of this sender's sequence.",
  "sender-not-allowed":
    "MSH-3 and MSH-4 name a sender that this feed, or the certificate it came with, does not allow.",
  "awaiting-continuation": "The message goes on in another one (DSC), which has not come yet.",
  acknowledgement: "An acknowledgement arrived where messages are received. It is never answered.",
  "behind-parked": "An earlier message of the same patient is parked.",
  "other-patients": "The message given to repair this one is not about the same patients.",
  "possible-overlay":
    "The message makes a patient look like somebody else. Replay it where it is the same patient all the same, or skip it.",
  "archived-messages":
    "What it changes depends on messages that are in an archive. It is applied when they are brought back, and its patients' later messages wait.",
  "apply-failed": "Applying the message failed in a way that will not pass by itself.",
} as const;
export type Reason = keyof typeof REASONS;
