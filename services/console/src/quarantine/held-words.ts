import type { HeldMessage } from "../api/types.ts";
import { countOf } from "../text/numbers.ts";

/** Why a message holds others up, or itself. */
export function whyHeld({ kind, reasonText, detail }: HeldMessage): string {
  if (kind === "awaiting-continuation") return "It goes on in another message, which has not come.";
  return [reasonText ?? "It could not be applied.", detail].filter(Boolean).join(" ");
}

/** What waits for it. */
export function whatWaits({ kind, identities, messagesBehind, moreBehind }: HeldMessage): string {
  if (kind === "awaiting-continuation") return "Itself only";
  const messages = countOf(messagesBehind, "message");
  return `${moreBehind ? `More than ${messages}` : messages} of ${countOf(identities, "identity", "identities")}`;
}
