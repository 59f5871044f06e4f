/**
 * HL7 v2: bytes to messages, messages to canonical events, and the answers. Pure: no I/O, no clock but what is given.
 */
export {
  type AcknowledgementError,
  type AcknowledgementInput,
  acknowledge,
} from "./answer/acknowledgement.ts";
export { acknowledgeBatch, type BatchAcknowledgementInput } from "./answer/acknowledgement-batch.ts";
export {
  type AcknowledgementCode,
  type AcknowledgementDue,
  type AcknowledgementPolicy,
  type AnsweredOutcome,
  acknowledgementCode,
  acknowledgementDue,
  wantsAcknowledgement,
} from "./answer/acknowledgement-due.ts";
export type { Header } from "./answer/header.ts";
export { type ErrorCode, type PeekError, type Peeked, peek } from "./answer/peek.ts";
export { type Acknowledgement, controlIdOf, readAcknowledgement } from "./answer/received.ts";
export { judgeSequence, type SequenceJudgement, sequenceNumber } from "./answer/sequence.ts";
export { contentWithoutTransport } from "./answer/transport.ts";
export { documentContent } from "./clinical/document-content.ts";
export type { Finding, FindingRule, FindingSeverity } from "./conformance/finding.ts";
export { validate } from "./conformance/validate.ts";
export { type CorrectionJudgement, judgeCorrection } from "./correction/judge-correction.ts";
export { messageBytes } from "./correction/message-bytes.ts";
export {
  CODE_SETS,
  type CodeSet,
  type FeedDialect,
  PLACED_FIELDS,
  type PlacedField,
  type SegmentEnd,
} from "./map/dialect.ts";
export type { MapResult } from "./map/map-result.ts";
export { toEvent } from "./map/to-event.ts";
export { splitMessages } from "./message/batch.ts";
export {
  buildMessage,
  type ComponentContent,
  type FieldContent,
  type RepetitionContent,
  type SegmentContent,
} from "./message/build.ts";
export { CHARSET_NAMES, type CharsetName } from "./message/charset.ts";
export { type Continuation, continuationOf, joinContinued } from "./message/continuation.ts";
export { DEFAULT_DELIMITERS, type Delimiters } from "./message/delimiters.ts";
export { encodeText, unescapeText } from "./message/escape.ts";
export { type BatchEnvelope, type FrameContent, openFrameContent } from "./message/frame-content.ts";
export { formatTime } from "./message/london-clock.ts";
export {
  type Message,
  type PlaceInMessage,
  type ReadFailure,
  type ReadingOptions,
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
export { notifyPerson, type PersonNotice } from "./notify/notify-person.ts";
export { identifiersOfDomains, personIdentifiers } from "./notify/person-identifiers.ts";
export type { AnsweredIdentifier, AnsweredPatient, AnsweredVisit, QueryAnswer } from "./query/answer.ts";
export { answerQuery } from "./query/answer-query.ts";
export type {
  DemographicsQuery,
  IdentifierQuery,
  PersonQuery,
  QueriedDomain,
  QueriedText,
  QueryCriteria,
  QueryFault,
  VisitCriteria,
} from "./query/query.ts";
export { type QueryReading, readQuery, type SentQuery } from "./query/read-query.ts";
