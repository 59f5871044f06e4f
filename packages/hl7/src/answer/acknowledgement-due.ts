import type { Header } from "./header.ts";

/** Which answer is due: by what the sender asks for in MSH-15 and MSH-16, and by what was agreed with it. */
export type AcknowledgementCode = "AA" | "AE" | "AR" | "CA" | "CE" | "CR";

/** What may become of a message before it is answered. */
export type AnsweredOutcome =
  | "accept"
  /** It is not for us, as its header says: MSH-9, 10, 11 or 12. */
  | "reject"
  /** Its content can never be accepted. */
  | "error"
  /** Its control id was used before with other content. Both are kept. */
  | "conflict"
  /** MSH-13 is not the number expected. */
  | "out-of-sequence"
  /** It could not be stored just now. */
  | "transient";

/**
 * What was agreed with one sender, where that is not the default. Sites disagree on what AE and AR ask of a sender
 * (some try again after AE and give up on AR, others do the opposite), so both can be turned round.
 */
export interface AcknowledgementPolicy {
  /** Answers in this mode, always, whatever MSH-15 and MSH-16 say: for senders that do not mean what they put there. */
  readonly force?: "original" | "enhanced" | undefined;
  /** Outcome `reject`. Default `reject`. */
  readonly unsupported?: "reject" | "error" | undefined;
  /** Outcome `error`. Default `error`. */
  readonly permanent?: "error" | "reject" | undefined;
  /** Outcome `conflict`. Default `error`. `accept` for senders that give every message the same control id. */
  readonly conflict?: "error" | "reject" | "accept" | undefined;
  /** Outcome `out-of-sequence`. Default `error`. */
  readonly outOfSequence?: "error" | "reject" | undefined;
  /** Outcome `transient`. Default `close`: no answer, and the connection is closed, so that the sender sends again. */
  readonly transient?: "close" | "reject" | "error" | undefined;
}

export interface AcknowledgementDue {
  readonly code: AcknowledgementCode;
  /** False when the sender asked not to be told, or when its connection is to be closed instead. */
  readonly wanted: boolean;
}

/** How an outcome is told: the second letter of the code. */
type Told = "accept" | "error" | "reject";

/** HL7 table 0155, and nothing. */
const CONDITIONS = ["", "AL", "NE", "ER", "SU"] as const;
type Condition = (typeof CONDITIONS)[number];

/**
 * The answer on acceptance, error and reject, by MSH-15 (row) and MSH-16 (column); `--` is none.
 *
 * Chesil gives one answer a message, when it is safely stored or never will be. The commit level (MSH-15) comes first.
 * Where it asks for nothing and the application level (MSH-16) does, the answer is given at that level: such senders
 * (`NE|AL`, `ER|AL`, MSH-16 alone) wait for an AA, and silence would stop their feed. As in original mode, AA then says
 * that the message is accepted and stored. MSH-16 `NE` alone rules out only the application level: a commit is told.
 */
const TABLE: Record<Condition, Record<Condition, string>> = {
  //         empty       AL          NE          ER          SU
  "": row("AA AE AR", "AA AE AR", "CA CE CR", "-- AE AR", "AA -- --"),
  AL: row("CA CE CR", "CA CE CR", "CA CE CR", "CA CE CR", "CA CE CR"),
  NE: row("-- -- --", "AA AE AR", "-- -- --", "-- AE AR", "AA -- --"),
  ER: row("-- CE CR", "AA CE CR", "-- CE CR", "-- CE CR", "AA CE CR"),
  SU: row("CA -- --", "CA AE AR", "CA -- --", "CA AE AR", "CA -- --"),
};

function row(...cells: [string, string, string, string, string]): Record<Condition, string> {
  return { "": cells[0], AL: cells[1], NE: cells[2], ER: cells[3], SU: cells[4] };
}

const COMMIT_CODES = { accept: "CA", error: "CE", reject: "CR" } as const;
const APPLICATION_CODES = { accept: "AA", error: "AE", reject: "AR" } as const;
/** Where in a cell of the table an outcome stands. */
const COLUMNS = { accept: 0, error: 3, reject: 6 } as const;

/** The answer that is due for an outcome. Without a header nothing was asked for: original mode. */
export function acknowledgementDue(
  header: Header | undefined,
  outcome: AnsweredOutcome,
  policy: AcknowledgementPolicy = {},
): AcknowledgementDue {
  const told = toldAs(outcome, policy);
  const due = dueFor(header, told === "close" ? "reject" : told, policy.force);
  return told === "close" ? { ...due, wanted: false } : due;
}

function toldAs(outcome: AnsweredOutcome, policy: AcknowledgementPolicy): Told | "close" {
  switch (outcome) {
    case "accept":
      return "accept";
    case "reject":
      return policy.unsupported ?? "reject";
    case "error":
      return policy.permanent ?? "error";
    case "conflict":
      return policy.conflict ?? "error";
    case "out-of-sequence":
      return policy.outOfSequence ?? "error";
    case "transient":
      return policy.transient ?? "close";
  }
}

function dueFor(header: Header | undefined, outcome: Told, force: AcknowledgementPolicy["force"]): AcknowledgementDue {
  if (header === undefined || force === "original") return { code: APPLICATION_CODES[outcome], wanted: true };
  if (force === "enhanced") return { code: COMMIT_CODES[outcome], wanted: true };
  const cell = TABLE[condition(header.acceptAck)][condition(header.applicationAck)];
  const at = COLUMNS[outcome];
  const wanted = cell.charAt(at) !== "-";
  // What is not told is still recorded, as a commit: nobody asked for more.
  return wanted && cell.charAt(at) === "A"
    ? { code: APPLICATION_CODES[outcome], wanted }
    : { code: COMMIT_CODES[outcome], wanted };
}

/** A value that is not of the table asks for something, so it is answered as AL; `chesil validate` points it out. */
function condition(sent: string): Condition {
  return CONDITIONS.find((each) => each === sent) ?? "AL";
}

/** The code that is due. */
export function acknowledgementCode(
  header: Header | undefined,
  outcome: AnsweredOutcome,
  policy: AcknowledgementPolicy = {},
): AcknowledgementCode {
  return acknowledgementDue(header, outcome, policy).code;
}

/** Whether the sender is to be told. */
export function wantsAcknowledgement(
  header: Header | undefined,
  outcome: AnsweredOutcome,
  policy: AcknowledgementPolicy = {},
): boolean {
  return acknowledgementDue(header, outcome, policy).wanted;
}
