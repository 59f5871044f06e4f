import type { CanonicalEvent, MergeStatement, Reason, SourceKey } from "@chesil/model";
import { REASONS } from "@chesil/model";
import { messageType } from "../answer/header.ts";
import { hasBadEscape } from "../message/escape.ts";
import type { Message } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import { ENCOUNTER_ACTIONS, PERSON_EVENTS } from "./codes.ts";
import { cleanText, type FeedDialect, keyOf, patientIdentifiers } from "./identifiers.ts";
import { readMerges } from "./merge.ts";
import { firstIn, type PatientGroup, patientGroups } from "./patient-groups.ts";
import { demographicsSaid, identifiersSaid } from "./pid.ts";
import { Warnings } from "./statement.ts";
import { encounterSaid } from "./visit.ts";

export type MapResult =
  | { readonly ok: true; readonly event: CanonicalEvent }
  | { readonly ok: false; readonly reason: Reason; readonly text: string };

/** A clock may run ahead by this much; a message from later than that counts as of its receipt. */
const CLOCK_AHEAD_MAX_MS = 5 * 60_000;

/** Segments that are read for ADT. MSH and EVN always are; the others where an event uses them. */
const HEADER_SEGMENTS = ["MSH", "EVN"];

/**
 * What an ADT message says, as a canonical event. Mapped: A01 to A13, A28, A31, A40; everything else is `not-mapped`.
 * Warnings name places and never quote what stood there. Pure: `receivedAt` is the only clock.
 */
export function toEvent(message: Message, feed: FeedDialect, receivedAt: Date): MapResult {
  const header = message.segments()[0];
  if (header === undefined) return failed("no-header");
  const { messageCode, triggerEvent } = messageType(message, header.fieldRaw(9) ?? "");
  const isMapped = ENCOUNTER_ACTIONS.has(triggerEvent) || PERSON_EVENTS.has(triggerEvent);
  if (messageCode !== "ADT" || !isMapped) return failed("not-mapped");
  const groups = patientGroups(message.segments());
  const [group] = groups;
  const key = group === undefined ? undefined : recordKey(group, message, feed);
  if (group === undefined || key === undefined) return failed("no-patient-id");
  const merges = triggerEvent === "A40" ? readMerges(groups, message, feed) : NO_MERGES;
  if (!merges.ok) return failed(merges.reason);
  const event = eventOf({ message, header, triggerEvent, groups, group, key, merges: merges.merges, feed, receivedAt });
  return { ok: true, event };
}

const NO_MERGES: { ok: true; merges: MergeStatement[] } = { ok: true, merges: [] };

interface Mapping {
  readonly message: Message;
  readonly header: Segment;
  readonly triggerEvent: string;
  readonly groups: readonly PatientGroup[];
  readonly group: PatientGroup;
  readonly key: SourceKey;
  readonly merges: MergeStatement[];
  readonly feed: FeedDialect;
  readonly receivedAt: Date;
}

function eventOf(mapping: Mapping): CanonicalEvent {
  const { message, header, triggerEvent, group, key, merges, feed, receivedAt } = mapping;
  const warnings = new Warnings();
  warnOfMessage(mapping, warnings);
  const pd1 = firstIn(group, "PD1");
  const recordedAt = recordedAtOf(message, header, receivedAt, warnings);
  const occurredAt = instantIn(message.segment("EVN"), 6, receivedAt, warnings);
  const patient = {
    key,
    identifiers: identifiersSaid(group.pid, message, feed, warnings),
    demographics: demographicsSaid(group.pid, pd1, receivedAt, warnings),
  };
  const encounter = encounterSaid(message, group, triggerEvent, warnings);
  return {
    schemaVersion: 1,
    source: {
      application: cleanText(header.get(3)),
      facility: cleanText(header.get(4)),
      controlId: header.fieldRaw(10) ?? "",
      messageType: "ADT",
      triggerEvent,
      version: cleanText(header.get(12)),
    },
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    patient,
    ...(encounter === undefined ? {} : { encounter }),
    merges,
    warnings: warnings.list,
    notMapped: notMapped(message, encounter !== undefined, merges.length > 0),
  };
}

function recordKey(group: PatientGroup, message: Message, feed: FeedDialect): SourceKey | undefined {
  return keyOf(patientIdentifiers(group.pid, message, feed));
}

/** EVN-2, else MSH-7, as an instant. */
function recordedAtOf(message: Message, header: Segment, receivedAt: Date, warnings: Warnings): string | undefined {
  return instantIn(message.segment("EVN"), 2, receivedAt, warnings) ?? instantIn(header, 7, receivedAt, warnings);
}

/** A time from more than the allowance after receipt counts as the receipt: one message from 2099 must freeze nothing. */
function instantIn(
  segment: Segment | undefined,
  field: number,
  receivedAt: Date,
  warnings: Warnings,
): string | undefined {
  const text = segment === undefined ? "" : cleanText(segment.get(field));
  if (segment === undefined || text === "") return undefined;
  const location = `${segment.id}-${field}`;
  const time = readTime(text);
  if (time?.iso === undefined) {
    if (time === undefined) warnings.add(location, "bad-date", "The date or time can not be read.");
    return undefined;
  }
  if (Date.parse(time.iso) <= receivedAt.getTime() + CLOCK_AHEAD_MAX_MS) return time.iso;
  warnings.add(location, "future-time", "The time is later than the receipt, which is used instead.");
  return receivedAt.toISOString();
}

function warnOfMessage({ message, triggerEvent, groups, group }: Mapping, warnings: Warnings): void {
  if (message.isCharsetFallback) {
    warnings.add("MSH-18", "bad-charset", "No character set is declared and the bytes are not UTF-8: read as Latin-1.");
  }
  const eventCode = cleanText(message.get("EVN", 1)).toUpperCase();
  if (eventCode !== "" && eventCode !== triggerEvent) {
    warnings.add("EVN-1", "ignored", "EVN-1 names another event than MSH-9, which is used.");
  }
  if (groups.length > 1) {
    warnings.add("PID[2]", "ignored", "Only the first patient's demographics are stated; every merge is.");
  }
  for (const segment of [message.segment("EVN"), ...group.segments]) {
    if (segment !== undefined && isRead(segment.id)) warnOfEscapes(segment, message, warnings);
  }
}

function warnOfEscapes(segment: Segment, message: Message, warnings: Warnings): void {
  if (!hasBadEscape(segment.raw, message.delimiters)) return;
  for (let field = 1; field <= segment.fieldCount; field++) {
    if (!hasBadEscape(segment.fieldRaw(field) ?? "", message.delimiters)) continue;
    warnings.add(`${segment.id}-${field}`, "bad-escape", "An escape sequence is not understood and was kept as sent.");
  }
}

function isRead(id: string): boolean {
  return ["EVN", "PID", "PD1", "PV1", "PV2", "MRG"].includes(id);
}

function notMapped(message: Message, hasEncounter: boolean, hasMerges: boolean): string[] {
  const mapped = new Set([...HEADER_SEGMENTS, "PID", "PD1"]);
  if (hasEncounter) for (const id of ["PV1", "PV2"]) mapped.add(id);
  if (hasMerges) mapped.add("MRG");
  const ids = new Set<string>();
  for (const { id } of message.segments()) if (id !== "" && !mapped.has(id)) ids.add(id);
  return [...ids];
}

function failed(reason: Reason): MapResult {
  return { ok: false, reason, text: REASONS[reason] };
}
