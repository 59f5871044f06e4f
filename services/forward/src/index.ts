/** What was received, sent on to where it is wanted; and who is told which identifiers a person has. */
export type { IdentitySubscription } from "./notice.ts";
export {
  type Destination,
  type ForwardHandle,
  type ForwardTelemetry,
  startForward,
} from "./start.ts";
