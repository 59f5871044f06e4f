import { z } from "zod";

/** The limits of an MLLP listener, each with its default: `MllpLimits` of `@chesil/mllp`. */

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** setTimeout fires at once for anything longer. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export const port = z.int().min(0).max(65_535);
export const count = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
/** 0 turns the limit off. */
const countOrOff = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const delayMs = z.int().min(1).max(DELAY_MS_MAX);

export const mllp = z.strictObject({
  connectionsMax: count.default(256).describe("Connections open at once."),
  connectionsPerAddressMax: count.default(256).describe("Connections open at once from one address."),
  frameBytesMax: count.default(MIB).describe("Bytes of one frame."),
  junkBytesMax: z
    .int()
    .min(0)
    .max(MIB)
    .default(64)
    .describe("Bytes before a frame that are passed over; with 0 the first of them closes the connection."),
  faultsInRowMax: count.default(32).describe("Faults without a whole frame between them before a connection closes."),
  framesInFlightMax: count.default(64).describe("Frames of one connection not yet answered."),
  framesPerSecondMax: countOrOff.default(0).describe("Frames a second of one connection; 0: as many as come."),
  framesPerTurnMax: count.default(64).describe("Frames of one connection before the others have their turn."),
  bytesInFlightMax: count.default(8 * MIB).describe("Bytes of frames not yet answered, of one connection."),
  bufferedBytesMax: count.default(64 * MIB).describe("Bytes of unfinished and unanswered frames of all connections."),
  framePartialMs: delayMs.default(30_000).describe("Time from a frame's first byte to its last."),
  frameGraceMs: delayMs.default(5_000).describe("Time before a frame has to come at frameBytesPerSecondMin."),
  frameBytesPerSecondMin: countOrOff.default(1024).describe("A frame that comes slower is given up; 0: never."),
  tlsHandshakeMs: delayMs.default(10_000).describe("Time for a TLS handshake."),
  idleMs: delayMs.default(15 * MINUTE_MS).describe("A connection with nothing to say for this long is closed."),
  keepAliveMs: delayMs.default(60_000).describe("Silence before TCP keep-alive probes begin."),
  answerStallMs: delayMs.default(30_000).describe("A peer that does not read its answers for this long is cut off."),
  closeLingerMs: delayMs.default(1_000).describe("Time a peer has to close its side after ours."),
  connectMs: delayMs.default(10_000).describe("Where we dial: time for a connection to stand."),
  reconnectMsMin: delayMs.default(1_000).describe("Where we dial: the first wait after a failure; it doubles."),
  reconnectMsMax: delayMs.default(60_000).describe("Where we dial: the longest wait."),
});
