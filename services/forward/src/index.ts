/** What was received, sent on to where it is wanted; who is told which identifiers a person has; and what is said over ITK. */
export type { AcknowledgementSettings } from "./itk/acknowledgement-line.ts";
export { CallBacks, itkUrlOf } from "./itk/call-back.ts";
export type { ItkTarget } from "./itk/client.ts";
export { ItkSender } from "./itk/sender.ts";
export type { Verdict } from "./itk/verdict.ts";
export { serviceNamed, type WrapOptions, type Wrapped, wrapFile } from "./itk/wrap.ts";
export type { IdentitySubscription } from "./notice.ts";
export {
  type Destination,
  type ForwardHandle,
  type ForwardTelemetry,
  startForward,
} from "./start.ts";
