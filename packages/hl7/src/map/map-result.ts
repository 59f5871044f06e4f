import { type CanonicalEvent, REASONS, type Reason } from "@chesil/model";

/** A message as a canonical event, or why it is none. */
export type MapResult =
  | { readonly ok: true; readonly event: CanonicalEvent }
  | { readonly ok: false; readonly reason: Reason; readonly text: string };

export function notAnEvent(reason: Reason): MapResult {
  return { ok: false, reason, text: REASONS[reason] };
}
