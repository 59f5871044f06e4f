import { keysOfOperation, REASONS, type Reason, type SourceKey } from "@chesil/model";
import type { FeedDialect } from "../map/dialect.ts";
import { ADT_EVENTS } from "../map/events.ts";
import { IDENTIFIERS_MAX, keysOf, patientIdentifiers, readIdentifiers } from "../map/identifiers.ts";
import { type OperationFault, readOperations } from "../map/operations.ts";
import { patientGroups } from "../map/patient-groups.ts";
import { continuationOf } from "../message/continuation.ts";
import { type Message, openMessage, type ReadFailure } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";
import { type Header, readHeader } from "./header.ts";
import { isAcknowledgementCode, isMessageCode, isQueryCode, isTriggerOf } from "./message-types.ts";

/** HL7 table 0357, as far as Chesil answers with it. */
export type ErrorCode = "100" | "101" | "102" | "103" | "200" | "201" | "202" | "203" | "204" | "205" | "207";

/** For the ERR segment: a code of table 0357, a place as `PID^1^3`, and a sentence without any patient data. */
export interface PeekError {
  readonly code: ErrorCode;
  readonly location: string;
  readonly text: string;
}

/** What stands before the acknowledgement: either who the message is about, or why it can not be taken. */
export type Peeked =
  | {
      readonly ok: true;
      readonly header: Header;
      /** `authority|localId` of every patient named, by local id; NHS numbers never order messages. */
      readonly identities: string[];
    }
  | {
      readonly ok: false;
      /** Missing when there is none to read. */
      readonly header?: Header;
      readonly reason: Reason;
      readonly error: PeekError;
      /** `reject`: not a message for us (AR, CR). `error`: content that can never be accepted (AE, CE). */
      readonly severity: "reject" | "error";
      /** False for acknowledgements: those are never answered. */
      readonly acknowledge: boolean;
    };

type Refusal = { reason: Reason; code: ErrorCode; location: string; text?: string };

const PROCESSING_IDS = new Set(["P", "T", "D"]);
const VERSION = /^2\.[1-9](?:\.[0-9]+)*$/;

/**
 * All that is checked before the acknowledgement: header, character set, segment structure, PID-3, MRG-1. One pass,
 * no clock, never throws.
 */
export function peek(bytes: Uint8Array, feed: FeedDialect): Peeked {
  const opened = openMessage(bytes, feed);
  if (opened.message === undefined) {
    const text = isBatch(bytes) ? "The batch holds no message." : opened.text;
    return refused(undefined, unopened(opened.failure, text), opened.failure === "charset" ? "error" : "reject");
  }
  const { message } = opened;
  const header = readHeader(message);
  const found = survey(message);
  if (found.isAnswer || isAcknowledgementCode(header.messageCode)) {
    const refusal: Refusal = { reason: "acknowledgement", code: "200", location: "MSH^1^9" };
    return { ...refused(header, refusal, "reject"), acknowledge: false };
  }
  const rejection = headerRejection(header);
  if (rejection !== undefined) return refused(header, rejection, "reject");
  if (opened.failure !== undefined) return refused(header, unopened(opened.failure, opened.text), "error");
  if (found.fault !== undefined) return refused(header, found.fault, "error");
  return peekPatients(message, found, header, feed);
}

/** No report has more lines; what has is no message, and reading it would hold up everybody. */
const SEGMENTS_MAX = 50_000;

/** What one walk over the segments finds. */
interface Survey {
  readonly pids: Segment[];
  readonly mrgs: Segment[];
  /** Anything with MSA is an answer to something, whatever it calls itself. */
  isAnswer: boolean;
  /** A line without a segment id can not be told from a value cut in two, and a second MSH is a second message. */
  fault: Refusal | undefined;
}

function survey(message: Message): Survey {
  const found: Survey = { pids: [], mrgs: [], isAnswer: false, fault: undefined };
  if (message.segmentCount > SEGMENTS_MAX) {
    found.fault = structureFault("", `The message has more than ${SEGMENTS_MAX} segments.`);
    return found;
  }
  for (let index = 0; index < message.segmentCount; index++) {
    switch (message.idAt(index)) {
      case "PID":
        addTo(found.pids, message.segmentAt(index));
        break;
      case "MRG":
        addTo(found.mrgs, message.segmentAt(index));
        break;
      case "MSA":
        found.isAnswer = true;
        break;
      case "MSH":
        if (index > 0) found.fault ??= structureFault("MSH^2", "The message holds a second MSH segment.");
        break;
      case "":
        found.fault ??= structureFault("", `Segment ${index + 1} does not begin with a segment identifier.`);
        break;
    }
  }
  return found;
}

function addTo(list: Segment[], segment: Segment | undefined): void {
  if (segment !== undefined) list.push(segment);
}

function structureFault(location: string, text: string): Refusal {
  return { reason: "not-readable", code: "100", location, text };
}

/** Its messages are taken apart and judged one by one; what comes here whole has none. */
function isBatch(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x46 || bytes[0] === 0x42) && bytes[1] === 0x48 && bytes[2] === 0x53;
}

/** What could not be opened at all, or not in its character set: `text` says why. */
function unopened(failure: ReadFailure, text: string): Refusal {
  switch (failure) {
    case "charset":
      return { reason: failure, code: "102", location: "MSH^1^18", text };
    case "not-readable":
      return { reason: failure, code: "102", location: "MSH^1^2", text };
    case "no-header":
      return { reason: failure, code: "100", location: "MSH^1", text };
  }
}

function refused(header: Header | undefined, refusal: Refusal, severity: "reject" | "error") {
  const { reason, code, location } = refusal;
  const error: PeekError = { code, location, text: refusal.text ?? REASONS[reason] };
  return {
    ok: false as const,
    ...(header === undefined ? {} : { header }),
    reason,
    error,
    severity,
    acknowledge: true,
  };
}

function headerRejection(header: Header): Refusal | undefined {
  const { messageCode, triggerEvent, processingId, version } = header;
  if (header.controlId.trim() === "" || header.controlId === '""') {
    return { reason: "no-control-id", code: "101", location: "MSH^1^10" };
  }
  if (isQueryCode(messageCode)) {
    const text = "This query is not offered on this feed.";
    return { reason: "unsupported-type", code: "200", location: "MSH^1^9", text };
  }
  if (!isMessageCode(messageCode)) return { reason: "unsupported-type", code: "200", location: "MSH^1^9" };
  if (!isTriggerOf(messageCode, triggerEvent)) {
    const text = "MSH-9 names no event of its message type.";
    return { reason: "unsupported-type", code: "201", location: "MSH^1^9", text };
  }
  if (processingId !== "" && !PROCESSING_IDS.has(processingId)) {
    return { reason: "unsupported-processing-id", code: "202", location: "MSH^1^11" };
  }
  if (version !== "" && !VERSION.test(version)) {
    return { reason: "unsupported-version", code: "203", location: "MSH^1^12" };
  }
  return undefined;
}

/**
 * Who the message is about. ADT must name its patients: it is about nothing else. A message of another type may go
 * without PID, as its structure allows, or name its patient in a way that only the mapping knows.
 */
function peekPatients(message: Message, found: Survey, header: Header, feed: FeedDialect): Peeked {
  // What one part of a continued message lacks may stand in another: it is judged when it is whole.
  const isAdt = header.messageCode === "ADT" && !isPart(message);
  const named = new Named();
  if (isAdt && found.pids.length === 0) return refused(header, noPatient(1), "error");
  for (const [index, pid] of found.pids.entries()) {
    const keys = keysOf(patientIdentifiers(pid, message, feed));
    if (isAdt && keys.length === 0) return refused(header, noPatient(index + 1), "error");
    if (!named.add(keys)) return refused(header, TOO_MANY, "error");
  }
  for (const mrg of found.mrgs) {
    if (!named.add(keysOf(readIdentifiers(mrg, 1, message, feed)))) return refused(header, TOO_MANY, "error");
  }
  if (isAdt && ADT_EVENTS.get(header.triggerEvent)?.operations.length) {
    const reading = readOperations(patientGroups(message.segments()), header.triggerEvent, message, feed);
    if (!reading.ok) return refused(header, operationRefusal(reading.reason, reading.location), "error");
    // They may name records in other fields yet (A43, A46, A48).
    for (const operation of reading.operations) named.add(keysOfOperation(operation));
  }
  return { ok: true, header, identities: named.identities };
}

/** Whether the message goes on in another one (DSC at its end) or is the rest of one (MSH-14). */
function isPart(message: Message): boolean {
  const { continues, continued } = continuationOf(message);
  return continues !== undefined || continued !== undefined;
}

/** The identities named, once each, up to the limit of what anybody has. */
class Named {
  readonly identities: string[] = [];
  #count = 0;

  /** False when there are more than anybody has: what names so many is no list of identifiers. */
  add(keys: readonly SourceKey[]): boolean {
    this.#count += keys.length;
    if (this.#count > IDENTIFIERS_MAX) return false;
    for (const { authority, localId } of keys) {
      const identity = `${authority}|${localId}`;
      if (!this.identities.includes(identity)) this.identities.push(identity);
    }
    return true;
  }
}

/** `at` counts the PIDs of the message from 1. */
function noPatient(at: number): Refusal {
  return { reason: "no-patient-id", code: "101", location: `PID^${at}^3` };
}

const TOO_MANY: Refusal = {
  reason: "not-readable",
  code: "102",
  location: "PID^1^3",
  text: `The message names more than ${IDENTIFIERS_MAX} identifiers.`,
};

/** What a merge, move or change of identifiers lacks: a value (101), or a difference between its two sides (205). */
function operationRefusal(reason: OperationFault, location: string): Refusal {
  if (reason === "not-readable") return { ...TOO_MANY, location };
  return { reason, code: reason === "merge-with-itself" ? "205" : "101", location };
}
