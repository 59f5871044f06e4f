import type { Period } from "./datatypes.ts";

/** FHIR `date` and `dateTime`: as precise as known; a time needs seconds and a zone (R4, datatypes). */

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** The date when it is one that exists (`1950`, `1950-07`, `1950-07-31`), else undefined: 1950-02-30 is no date. */
export function fhirDate(text: string | null | undefined): string | undefined {
  const match = DATE.exec(text ?? "");
  if (!match) return undefined;
  const [date, year, month, day] = match;
  if (year === "0000") return undefined;
  if (month === undefined) return date;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (day === undefined) return date;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) >= 1 && Number(day) <= last ? date : undefined;
}

/** A date or an instant with its zone, else undefined: a time of day without a zone is not guessed at. */
export function fhirDateTime(text: string | null | undefined): string | undefined {
  const match = INSTANT.exec(text ?? "");
  return match ? fhirDate(match[1]) && match[0] : fhirDate(text);
}

/** Whether a period may say both: its start must not be after its end (R4, per-1). Partial dates count from their start. */
export function inOrder(start: string, end: string): boolean {
  const shared = Math.min(start.length, end.length);
  // Where one is less precise than the other, they can only be compared as far as both speak.
  if (!start.includes("T") || !end.includes("T")) return start.slice(0, shared) <= end.slice(0, shared);
  return Date.parse(start) <= Date.parse(end);
}

/**
 * The two ends of a period as R4 lets them stand together, for ends that are `inOrder`: per-1 must find the start before
 * the end, and can not where one is the beginning of the other (`2026-05-05T10:00:00Z` to `2026-05-05`). Then both say
 * as much as the less precise one does.
 */
export function comparable(start: string, end: string): [start: string, end: string] {
  const shared = Math.min(start.length, end.length);
  const isBeginning = start.length !== end.length && start.slice(0, shared) === end.slice(0, shared);
  return isBeginning && !(start.includes("T") && end.includes("T"))
    ? [start.slice(0, shared), end.slice(0, shared)]
    : [start, end];
}

/** Both ends where they can be said together. An end before its start is a sender's slip: the start is kept. */
export function fhirPeriod(from: string | null, to: string | null): Period {
  const start = fhirDateTime(from);
  const end = fhirDateTime(to);
  if (start === undefined || end === undefined) return { start, end };
  if (!inOrder(start, end)) return { start };
  const [first, last] = comparable(start, end);
  return { start: first, end: last };
}
