/**
 * HL7 v2: bytes to messages, messages to canonical events, and the answers. Pure: no I/O, no clock but what is given.
 */
export {
  type AcknowledgementCode,
  type AcknowledgementError,
  type AcknowledgementInput,
  type AcknowledgementOutcome,
  acknowledge,
  acknowledgementCode,
  wantsAcknowledgement,
} from "./acknowledgement.ts";
export { type MapResult, toEvent } from "./adt.ts";
export { splitMessages } from "./batch.ts";
export {
  buildMessage,
  type ComponentContent,
  type FieldContent,
  type RepetitionContent,
  type SegmentContent,
} from "./build.ts";
export { CHARSET_NAMES, type CharsetName } from "./charset.ts";
export { DEFAULT_DELIMITERS, type Delimiters } from "./delimiters.ts";
export { encodeText, unescapeText } from "./escape.ts";
export type { Header } from "./header.ts";
export type { FeedDialect } from "./identifiers.ts";
export { formatTime } from "./london-clock.ts";
export { type Message, type PlaceInMessage, type ReadFailure, type ReadResult, readMessage } from "./message.ts";
export { type ErrorCode, type PeekError, type Peeked, peek } from "./peek.ts";
export type { FieldView, PlaceState, PlaceWithin } from "./place.ts";
export type { Segment } from "./segment.ts";
export { type Hl7Time, readTime, type TimePrecision } from "./time.ts";
export {
  type MessageTree,
  messageTree,
  TREE_LIMITS,
  type TreeComponent,
  type TreeField,
  type TreeLimits,
  type TreeRepetition,
  type TreeSegment,
} from "./tree.ts";
