import type { Message } from "../message/message.ts";
import type { FieldView } from "../message/place.ts";
import type { QueryFault } from "./query.ts";

/** What the readers of a query share: the message, and words for what is wrong with it. */

/** Repetitions of QPD-3, QPD-4 or QPD-8. A search by hand has five. */
export const QUERY_REPETITIONS_MAX = 50;

/** No name, number or tag is longer. */
export const QUERY_TEXT_LENGTH_MAX = 200;

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: QueryFault };

export const read = <T>(value: T): Read<T> => ({ ok: true, value });

export function cannot(
  code: QueryFault["code"],
  location: string,
  text: string,
  severity: QueryFault["severity"] = "error",
): { readonly ok: false; readonly fault: QueryFault } {
  return { ok: false, fault: { severity, code, location, text } };
}

/** The repetitions of a field of QPD; one more than the limit at most, so that the limit can be seen to be passed. */
export function repetitionsOf(message: Message, field: number): FieldView[] {
  const place = message.segment("QPD")?.field(field);
  return place?.state === "value" ? place.firstRepetitions(QUERY_REPETITIONS_MAX + 1) : [];
}
