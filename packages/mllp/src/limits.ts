/** Every limit of an MLLP listener. Times are milliseconds; a byte count of a frame leaves out VT and FS CR. */
export type MllpLimits = {
  /** Connections open at once. One more is closed as it is accepted. */
  readonly connectionsMax: number;
  /** Bytes of one frame. A longer one is a fault and the connection closes; it is never held. */
  readonly frameBytesMax: number;
  /** Bytes before a VT that are tolerated (and reported). More of them is no MLLP and the connection closes. */
  readonly junkBytesMax: number;
  /** Faults with no whole frame between them before the connection closes. */
  readonly faultsInRowMax: number;
  /** Frames of one connection handed to `onFrame` and not yet answered. At the limit its socket is not read. */
  readonly framesInFlightMax: number;
  /** Bytes of such frames. At the limit the socket is not read; one frame larger than this still passes, alone. */
  readonly bytesInFlightMax: number;
  /** Bytes of unfinished and unanswered frames of all connections together. At the limit sockets are not read. */
  readonly bufferedBytesMax: number;
  /** From VT to FS CR, not counting the time a socket is not read. Later the connection closes; nothing is guessed. */
  readonly framePartialMs: number;
  /** With nothing received, sent or in flight, a connection closes after this. */
  readonly idleMs: number;
  /** Silence before TCP keep-alive probes begin, which find peers that vanished. */
  readonly keepAliveMs: number;
  /** A peer that does not read its answers for this long is cut off. */
  readonly answerStallMs: number;
  /** After our side of a connection has closed, the time the peer has to close its own. */
  readonly closeLingerMs: number;
};

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_MLLP_LIMITS: MllpLimits = {
  connectionsMax: 256,
  frameBytesMax: MIB,
  junkBytesMax: 64,
  faultsInRowMax: 32,
  framesInFlightMax: 64,
  bytesInFlightMax: 8 * MIB,
  bufferedBytesMax: 64 * MIB,
  framePartialMs: 30_000,
  idleMs: 15 * 60_000,
  keepAliveMs: 60_000,
  answerStallMs: 30_000,
  closeLingerMs: 1_000,
};

/** setTimeout fires at once for anything longer. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The limits with the defaults filled in. Throws a RangeError that names every bad one. */
export function completeLimits(given: Partial<MllpLimits> = {}): MllpLimits {
  const limits = { ...DEFAULT_MLLP_LIMITS, ...given };
  const problems: string[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    const least = name === "junkBytesMax" ? 0 : 1;
    const most = name.endsWith("Ms") ? TIMEOUT_MS_MAX : Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(limit) || limit < least || limit > most) {
      problems.push(`${name} must be a whole number from ${least} to ${most}`);
    }
  }
  // One frame must always be able to finish, or it would wait for room that only itself can free.
  if (limits.bufferedBytesMax <= limits.frameBytesMax) problems.push("bufferedBytesMax must exceed frameBytesMax");
  if (problems.length > 0) throw new RangeError(`MLLP limits: ${problems.join("; ")}.`);
  return limits;
}
