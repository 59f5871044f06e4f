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
} from "./answer/acknowledgement.ts";
export type { Header } from "./answer/header.ts";
export { type ErrorCode, type PeekError, type Peeked, peek } from "./answer/peek.ts";
export { type MapResult, toEvent } from "./map/adt.ts";
export type { FeedDialect } from "./map/identifiers.ts";
export { splitMessages } from "./message/batch.ts";
export {
  buildMessage,
  type ComponentContent,
  type FieldContent,
  type RepetitionContent,
  type SegmentContent,
} from "./message/build.ts";
export { CHARSET_NAMES, type CharsetName } from "./message/charset.ts";
export { DEFAULT_DELIMITERS, type Delimiters } from "./message/delimiters.ts";
export { encodeText, unescapeText } from "./message/escape.ts";
export { formatTime } from "./message/london-clock.ts";
export {
  type Message,
  type PlaceInMessage,
  type ReadFailure,
  type ReadResult,
  readMessage,
} from "./message/message.ts";
export type { FieldView, PlaceState, PlaceWithin } from "./message/place.ts";
export type { Segment } from "./message/segment.ts";
export { type Hl7Time, readTime, type TimePrecision } from "./message/time.ts";
export {
  type MessageTree,
  messageTree,
  TREE_LIMITS,
  type TreeComponent,
  type TreeField,
  type TreeLimits,
  type TreeRepetition,
  type TreeSegment,
} from "./message/tree.ts";
