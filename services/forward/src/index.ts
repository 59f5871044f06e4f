/** What was received, sent on to where it is wanted. */
export {
  type Destination,
  type ForwardHandle,
  type ForwardTelemetry,
  startForward,
} from "./start.ts";
