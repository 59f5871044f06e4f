/** NHS ITK 2.x: what comes in a SOAP message or a bare Distribution Envelope, and what is said to it. Pure. */

export { type Acknowledging, businessEnvelope, infrastructureEnvelope } from "./acknowledgement-envelope.ts";
export { type Addressing, ANONYMOUS, FAULT_ACTION } from "./addressing.ts";
export { type Answer, acknowledgementsIn, type ReceivedAcknowledgement, readAnswer } from "./answer.ts";
export type { BusinessAcknowledgement, BusinessCode, BusinessDetail, BusinessItem } from "./business.ts";
export {
  CDA_LIMITS,
  type CdaContext,
  type CdaDocument,
  type CdaReading,
  type CdaResult,
  cdaContent,
  cdaEvent,
  cdaReadingOf,
} from "./cda/index.ts";
export type { Envelope, EnvelopeError, EnvelopeHead, Handling, Party, Payload } from "./envelope.ts";
export { type EnvelopeReading, envelopeSteps, isEnvelope, readEnvelope, refusalOf } from "./envelope-reader.ts";
export { documentMarkup, type EnvelopeToSend, type PayloadToSend, writeEnvelope } from "./envelope-writer.ts";
export { faultBody, type ReceivedFault } from "./fault.ts";
export { type AcknowledgementsDue, acknowledgementsDue, HANDLING, isAcknowledgement, nackDue } from "./handling.ts";
export type { InfrastructureAcknowledgement, InfrastructureError } from "./infrastructure.ts";
export { ITK_LIMITS } from "./limits.ts";
export { odsCodeOf } from "./party.ts";
export { type PayloadKind, payloadKind } from "./payload-kind.ts";
export { accessDenied, type FaultCode, invalidMessage, type Refusal, type ToolkitErrorCode } from "./refusal.ts";
export { judgeSecurity, type Security, type SecurityRules, type SecurityToSend } from "./security.ts";
export { isAnsweredInEnvelope, SERVICES, type Service, type ServiceContent } from "./services.ts";
export { simpleResponseBody } from "./simple-response.ts";
export {
  judgeAction,
  readSoap,
  type SoapMessage,
  type SoapReading,
  type SoapToSend,
  writeSoap,
  XML_DECLARATION,
} from "./soap.ts";
