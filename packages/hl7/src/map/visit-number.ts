import { ADMITTED_VISIT } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import { textAt, wordAt } from "./statement.ts";

/**
 * What a visit is known by: PV1-19, else the time of admission, else the alternate visit id, else the account: what
 * the sender can repeat. What is not a visit number says what it is.
 */
export function visitNumberOf(pv1: Segment, pid: Segment): string | undefined {
  const number = wordAt(pv1.field(19), 1);
  if (number !== undefined) return number;
  const admitted = readTime(textAt(pv1.field(44), 1) ?? "");
  if (admitted !== undefined) return ADMITTED_VISIT + (admitted.iso ?? admitted.date);
  const alternate = wordAt(pv1.field(50), 1);
  if (alternate !== undefined) return alternateVisitNumber(alternate);
  const account = wordAt(pid.field(18), 1);
  return account === undefined ? undefined : `account:${account}`;
}

/** PV1-50, or MRG-6 for the wrong one. */
export function alternateVisitNumber(number: string): string {
  return `alternate:${number}`;
}
