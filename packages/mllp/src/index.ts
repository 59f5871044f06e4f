/** MLLP release 1: bytes to frames and back, a listener, a client. Knows nothing of what the frames hold. */
export type { FrameAnswer } from "./answers.ts";
export {
  connectMllp,
  type MllpClient,
  MllpClientError,
  type MllpClientErrorCode,
  type MllpClientOptions,
} from "./client.ts";
export type { DisconnectCause, MllpEvent, MllpFault, MllpPeer, PauseCause } from "./event.ts";
export { type DecoderEvent, type DecoderFault, encodeFrame, FrameDecoder } from "./frame.ts";
export { DEFAULT_MLLP_LIMITS, type MllpLimits } from "./limits.ts";
export { type MllpServer, type MllpServerOptions, startMllpServer } from "./server.ts";
