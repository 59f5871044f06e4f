import type { BusinessCode, BusinessDetail, BusinessItem, Envelope } from "@chesil/itk";
import { REASONS, type Reason } from "@chesil/model";
import type { ItkOutcome } from "@chesil/store";

/** What is said of an envelope: what became of its payloads, the worst of it first. */
export type Judged = {
  readonly code: BusinessCode;
  readonly details: readonly BusinessDetail[];
  readonly items: readonly BusinessItem[];
  /** The entry of the log that had the last word, and when: they make this acknowledgement the one it is. */
  readonly decidedBy: number;
  readonly decidedAt: Date;
};

type Decided = ItkOutcome & { readonly outcome: NonNullable<ItkOutcome["outcome"]> };

/** AA only where it is applied. What waits, for whatever, is not done (AE); what a person skipped never will be (AR). */
const CODES: Readonly<Record<Decided["outcome"], BusinessCode>> = {
  applied: "AA",
  quarantined: "AE",
  parked: "AE",
  skipped: "AR",
  conflict: "AR",
  rejected: "AR",
};
const BY_BADNESS: readonly BusinessCode[] = ["AR", "AE", "AA"];

/** Undefined while anything is undecided. */
export function judgedOf(envelope: Envelope, outcomes: readonly ItkOutcome[]): Judged | undefined {
  const decided = outcomes.filter((each): each is Decided => each.outcome !== null);
  if (decided.length < outcomes.length || decided.length === 0) return undefined;
  const items = decided.map((each): BusinessItem => {
    const payloadId = envelope.payloads[each.index]?.id ?? "";
    const code = CODES[each.outcome];
    return code === "AA" ? { payloadId, code } : { payloadId, code, text: detailOf(each).text };
  });
  const details = new Map(
    decided.filter(({ outcome }) => outcome !== "applied").map((each) => [detailOf(each).text, detailOf(each)]),
  );
  const last = decided.reduce((later, each) => ((each.decidedBy ?? 0) > (later.decidedBy ?? 0) ? each : later));
  return {
    code: BY_BADNESS.find((code) => items.some((item) => item.code === code)) ?? "AE",
    details: [...details.values()],
    items,
    decidedBy: last.decidedBy ?? 0,
    decidedAt: last.decidedAt ?? new Date(0),
  };
}

/** HL7 table 0357: the codes of ITK's own list for this could not be read. */
const MESSAGE_ERRORS = "2.16.840.1.113883.12.357";
const INTERNAL_ERROR = "207";
const ERROR_CODES: Readonly<Partial<Record<Reason, string>>> = {
  "not-mapped": "200",
  "unsupported-type": "200",
  "unsupported-processing-id": "202",
  "unsupported-version": "203",
  "not-readable": "100",
  "no-header": "100",
  charset: "102",
  "no-control-id": "101",
  "no-patient-id": "101",
  "no-prior-id": "101",
  "no-target-id": "101",
  "control-id-reused": "205",
};

/** The reason in words that are the same for everybody: what is wrong in this one message stays here. */
function detailOf({ outcome, reason }: Decided): BusinessDetail {
  const code = (reason && ERROR_CODES[reason]) || INTERNAL_ERROR;
  const text =
    outcome === "skipped"
      ? "A person decided not to apply it."
      : ((reason && REASONS[reason]) ?? "It is held here and not applied.");
  return { type: "ER", code, codeSystem: MESSAGE_ERRORS, text };
}
