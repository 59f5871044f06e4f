import type { Hl7Time } from "@chesil/hl7";
import { versionOf } from "./document-said.ts";
import type { DocumentType } from "./document-type.ts";
import type { Place } from "./place.ts";
import { timeAt } from "./time.ts";

/** A clock may run ahead by this much; a document from later than that counts as of its receipt. */
const CLOCK_AHEAD_MAX_MS = 5 * 60_000;
/** Last of all that was written in its second. */
const NULLIFICATION_MS = 999;

/**
 * When the document was written, which puts it in order. Times are sent to the second at best and often to the minute, so
 * a version and the next one may have the same: where no fraction is sent, the version stands in the milliseconds, and
 * the higher one is the later one whichever comes first.
 */
export function recordedAtOf(document: Place, { isNullification }: DocumentType): string | undefined {
  const place = document.at("effectiveTime") ?? document.at("author", "time");
  const time = timeAt(place);
  const iso = time && instantOf(time);
  if (place === undefined || iso === undefined) return undefined;
  const { receivedAt } = place.reading;
  if (Date.parse(iso) > receivedAt.getTime() + CLOCK_AHEAD_MAX_MS) {
    place.warn("future-time", "The time is later than the receipt, which is used instead.");
    return receivedAt.toISOString();
  }
  if (time?.precision === "fraction") return iso;
  const order = isNullification ? NULLIFICATION_MS : Math.min(versionOf(document) ?? 0, NULLIFICATION_MS - 1);
  return new Date(Date.parse(iso) + order).toISOString();
}

/** A day counts from its beginning; a month or a year says too little to put anything in order. */
function instantOf({ iso, date, precision }: Hl7Time): string | undefined {
  if (iso !== undefined) return iso;
  return precision === "year" || precision === "month" ? undefined : `${date}T00:00:00.000Z`;
}
