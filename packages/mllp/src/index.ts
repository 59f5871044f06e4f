/** MLLP: bytes to frames and back, listeners, a client and a sender. Knows nothing of what the frames hold. */
export type { FrameAnswer } from "./answers.ts";
export {
  connectMllp,
  type MllpClient,
  MllpClientError,
  type MllpClientErrorCode,
  type MllpClientOptions,
} from "./client.ts";
export type { MllpFraming } from "./connection.ts";
export { dialMllpListener, type MllpDialer, type MllpDialOptions } from "./dialer.ts";
export type { DisconnectCause, MllpEvent, MllpFault, MllpPeer, PauseCause, PeerCertificate } from "./event.ts";
export { type DecoderEvent, type DecoderFault, encodeFrame, FrameDecoder, type FrameDecoderOptions } from "./frame.ts";
export { DEFAULT_MLLP_LIMITS, type MllpLimits } from "./limits.ts";
export {
  DEFAULT_SENDER_LIMITS,
  type Delivered,
  MllpDeliveryError,
  type MllpDeliveryErrorCode,
  MllpSender,
  type MllpSenderEvent,
  type MllpSenderLimits,
  type MllpSenderOptions,
} from "./sender.ts";
export type { AnswerStage } from "./sender-connection.ts";
export { type MllpListener, type MllpServer, type MllpServerOptions, startMllpServer } from "./server.ts";
export { type DialTls, type ListenerTls, listenerContext, type Pem } from "./tls.ts";
