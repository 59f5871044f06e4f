import { REASONS, type Reason } from "@chesil/model";
import {
  type FeedDialect,
  IDENTIFIERS_MAX,
  keyOf,
  patientIdentifiers,
  readIdentifiers,
  type SentIdentifier,
} from "../map/identifiers.ts";
import { type MergeFault, readMerges } from "../map/merge.ts";
import { patientGroups } from "../map/patient-groups.ts";
import { type Message, openMessage } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";
import { type Header, readHeader } from "./header.ts";
import { isAcknowledgementCode, isMessageCode, isQueryCode, isTriggerOf, needsPriorPatient } from "./message-types.ts";

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
  const { message, failure } = openMessage(bytes, feed.charset);
  if (message === undefined) {
    return refused(undefined, headerRefusal(bytes, failure), failure === "charset" ? "error" : "reject");
  }
  const header = readHeader(message);
  const found = survey(message);
  if (found.isAnswer || isAcknowledgementCode(header.messageCode)) {
    const refusal: Refusal = { reason: "acknowledgement", code: "200", location: "MSH^1^9" };
    return { ...refused(header, refusal, "reject"), acknowledge: false };
  }
  const rejection = headerRejection(header);
  if (rejection !== undefined) return refused(header, rejection, "reject");
  if (failure === "charset") return refused(header, { reason: "charset", code: "102", location: "MSH^1^18" }, "error");
  if (found.fault !== undefined) return refused(header, found.fault, "error");
  return peekPatients(message, found, header, feed);
}

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
  let line = 0;
  for (const segment of message.segments()) {
    line++;
    switch (segment.id) {
      case "PID":
        found.pids.push(segment);
        break;
      case "MRG":
        found.mrgs.push(segment);
        break;
      case "MSA":
        found.isAnswer = true;
        break;
      case "MSH":
        if (line > 1) found.fault ??= structureFault("MSH^2", "One frame holds more than one message.");
        break;
      case "":
        found.fault ??= structureFault("", `Segment ${line} does not begin with a segment identifier.`);
        break;
    }
  }
  return found;
}

function structureFault(location: string, text: string): Refusal {
  return { reason: "not-readable", code: "100", location, text };
}

function headerRefusal(bytes: Uint8Array, failure: string | undefined): Refusal {
  if (failure === "charset") {
    const text = "The message is in a 16-bit character set, which MLLP can not carry.";
    return { reason: "charset", code: "102", location: "", text };
  }
  if (failure === "not-readable") {
    const text = "MSH-1 and MSH-2 do not give two to five distinct delimiters.";
    return { reason: "not-readable", code: "102", location: "MSH^1^2", text };
  }
  const isBatch = (bytes[0] === 0x46 || bytes[0] === 0x42) && bytes[1] === 0x48 && bytes[2] === 0x53;
  const text = isBatch ? "A batch is not taken here: send its messages one by one." : REASONS["no-header"];
  return { reason: "no-header", code: "100", location: "MSH^1", text };
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
    const text = "Queries are not offered yet.";
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

function peekPatients(message: Message, found: Survey, header: Header, feed: FeedDialect): Peeked {
  const isAdt = header.messageCode === "ADT";
  const named: SentIdentifier[] = [];
  for (const pid of found.pids) {
    const identifiers = patientIdentifiers(pid, message, feed);
    if (isAdt && keyOf(identifiers) === undefined) return refused(header, NO_PATIENT, "error");
    named.push(...identifiers);
    if (named.length > IDENTIFIERS_MAX) return refused(header, TOO_MANY, "error");
  }
  if (isAdt && found.pids.length === 0) return refused(header, NO_PATIENT, "error");
  for (const mrg of found.mrgs) {
    named.push(...readIdentifiers(mrg, 1, message, feed));
    if (named.length > IDENTIFIERS_MAX) return refused(header, TOO_MANY, "error");
  }
  if (needsPriorPatient(header.messageCode, header.triggerEvent)) {
    const merges = readMerges(patientGroups(message.segments()), message, feed);
    const refusal = merges.ok ? undefined : mergeRefusal(merges.reason, header.triggerEvent);
    if (refusal !== undefined) return refused(header, refusal, "error");
  }
  return { ok: true, header, identities: identitiesOf(named) };
}

const NO_PATIENT: Refusal = { reason: "no-patient-id", code: "101", location: "PID^1^3" };

const TOO_MANY: Refusal = {
  reason: "not-readable",
  code: "102",
  location: "PID^1^3",
  text: `The message names more than ${IDENTIFIERS_MAX} identifiers.`,
};

/**
 * Only in A40 do PID-3 and MRG-1 have to differ: in a move or a change at account or visit level the patient may be
 * the same on both sides.
 */
function mergeRefusal(reason: MergeFault, trigger: string): Refusal | undefined {
  if (reason === "not-readable") return TOO_MANY;
  if (reason === "no-patient-id") return NO_PATIENT;
  if (reason === "no-prior-id") return { reason, code: "101", location: "MRG^1^1" };
  return trigger === "A40" ? { reason: "merge-with-itself", code: "205", location: "MRG^1^1" } : undefined;
}

function identitiesOf(named: readonly SentIdentifier[]): string[] {
  const identities: string[] = [];
  for (const { authority, value, isNhsNumber } of named) {
    const identity = `${authority}|${value}`;
    if (!isNhsNumber && !identities.includes(identity)) identities.push(identity);
  }
  return identities;
}
