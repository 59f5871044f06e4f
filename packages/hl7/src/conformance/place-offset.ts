import type { Delimiters } from "../message/delimiters.ts";
import type { Segment } from "../message/segment.ts";
import type { FindingPlace } from "./finding.ts";

/** Where in a segment a place begins, in characters; the end of what holds it, where it is not there. */
export function placeOffset(segment: Segment | undefined, delimiters: Delimiters, place: FindingPlace): number {
  const { field, repetition = 1, component = 1, subcomponent = 1 } = place;
  if (segment === undefined || field === undefined) return 0;
  const isHeader = segment.id === "MSH";
  // MSH-1 is the separator itself, and MSH-2 is all separators.
  if (isHeader && field <= 2) return field + 2;
  let span = partOf(segment.raw, [0, segment.raw.length], delimiters.field, isHeader ? field : field + 1);
  span = partOf(segment.raw, span, delimiters.repetition, repetition);
  span = partOf(segment.raw, span, delimiters.component, component);
  return partOf(segment.raw, span, delimiters.subcomponent, subcomponent)[0];
}

type Span = readonly [start: number, end: number];

/** The nth part (from 1) of a span. */
function partOf(text: string, [start, end]: Span, separator: string, n: number): Span {
  if (separator === "") return n === 1 ? [start, end] : [end, end];
  let from = start;
  for (let passed = 1; passed < n; passed++) {
    const at = text.indexOf(separator, from);
    if (at < 0 || at >= end) return [end, end];
    from = at + 1;
  }
  const at = text.indexOf(separator, from);
  return [from, at < 0 || at > end ? end : at];
}
