import type { MessageDetail } from "../api/types.ts";
import { formatMilliseconds } from "../text/numbers.ts";

type Told = Pick<
  MessageDetail,
  "outcome" | "reasonText" | "detail" | "applyMs" | "acknowledgementCode" | "parkedBehind" | "warnings"
>;

/** What became of a message and why, in one sentence. */
export function outcomeSentence(message: Told): string {
  const why = asClause(message.reasonText ?? message.detail);
  switch (message.outcome) {
    case null:
      return "This message is safely kept and acknowledged, and is waiting to be applied.";
    case "applied":
      return `This message took effect${message.applyMs === null ? "" : ` ${formatMilliseconds(message.applyMs)} after it was received`}${
        message.warnings.length === 0
          ? "."
          : `, with ${message.warnings.length === 1 ? "a warning" : `${message.warnings.length} warnings`}.`
      }`;
    case "duplicate":
      return "This message had been received before; the first acknowledgement was sent again and nothing was changed.";
    case "conflict":
      return `This message was refused${withCode(message)}${why || ": its control id was used before with other content"}.`;
    case "rejected":
      return `This message was refused${withCode(message)}${why}.`;
    case "quarantined":
      return `This message was acknowledged and then set aside${why}.`;
    case "parked":
      return message.parkedBehind === null
        ? `This message is parked${why}.`
        : "This message is parked until an earlier message of the same patient is settled.";
    case "skipped":
      return `This message was left out by a person${why}.`;
  }
}

function withCode(message: Told): string {
  return message.acknowledgementCode === "" ? "" : ` with ${message.acknowledgementCode}`;
}

/**
 * The first sentence of a reason as the end of ours: `This type is not mapped yet. It is kept.` → `: this type is not
 * mapped yet`. A first word in capitals is a segment's name and stays.
 */
function asClause(text: string | null): string {
  const first = text?.trim().split(/\.(?:\s|$)/)[0] ?? "";
  if (first === "") return "";
  return `: ${/^[A-Z][a-z ]/.test(first) ? first.charAt(0).toLowerCase() + first.slice(1) : first}`;
}
