/** Every limit of an MLLP listener. Times are milliseconds; a byte count of a frame leaves out VT and FS CR. */
export type MllpLimits = {
  /** Connections open at once, those in a TLS handshake included. One more is closed as it is accepted. */
  readonly connectionsMax: number;
  /** Of them, from one remote address. As many as `connectionsMax` unless given. */
  readonly connectionsPerAddressMax: number;
  /** From a connection's first byte to the end of its TLS handshake. Later it closes. */
  readonly tlsHandshakeMs: number;
  /** Bytes of one frame. A longer one is a fault: answered if need be, never held, and the connection closes. */
  readonly frameBytesMax: number;
  /** Bytes before a VT that are tolerated (and reported). More of them is no MLLP and the connection closes. */
  readonly junkBytesMax: number;
  /** Faults with no whole frame between them before the connection closes. */
  readonly faultsInRowMax: number;
  /** Frames of one connection handed to `onFrame` and not yet answered. At the limit its socket is not read. */
  readonly framesInFlightMax: number;
  /** Bytes of such frames. At the limit the socket is not read; one frame larger than this still passes, alone. */
  readonly bytesInFlightMax: number;
  /** Frames of one connection handed over in one turn of the event loop. Then it is the turn of the others. */
  readonly framesPerTurnMax: number;
  /** Frames of one connection handed over in a second. Over it the socket is not read: none is refused. 0: no limit. */
  readonly framesPerSecondMax: number;
  /** Bytes of unfinished and unanswered frames of all connections together. At the limit sockets are not read. */
  readonly bufferedBytesMax: number;
  /** From VT to FS CR, not counting the time a socket is not read. Later the connection closes; nothing is guessed. */
  readonly framePartialMs: number;
  /** An unfinished frame may come as slowly as it likes for so long. */
  readonly frameGraceMs: number;
  /** After that it must have come, on average since, at this rate; else the connection closes. 0: no limit. */
  readonly frameBytesPerSecondMin: number;
  /** With nothing received, sent or in flight, a connection closes after this. */
  readonly idleMs: number;
  /** Silence before TCP keep-alive probes begin, which find peers that vanished. */
  readonly keepAliveMs: number;
  /** A peer that does not read its answers for this long is cut off. */
  readonly answerStallMs: number;
  /** After our side of a connection has closed, the time the peer has to close its own; `framePartialMs` within a frame. */
  readonly closeLingerMs: number;
  /** A listener that dials: the time one attempt to connect has, without its TLS handshake. */
  readonly connectMs: number;
  /** A listener that dials: the first wait before it connects again. Doubled with every failure, less up to half. */
  readonly reconnectMsMin: number;
  /** A listener that dials: the longest such wait. */
  readonly reconnectMsMax: number;
};

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_MLLP_LIMITS: MllpLimits = {
  connectionsMax: 256,
  connectionsPerAddressMax: 256,
  tlsHandshakeMs: 10_000,
  frameBytesMax: MIB,
  junkBytesMax: 64,
  faultsInRowMax: 32,
  framesInFlightMax: 64,
  bytesInFlightMax: 8 * MIB,
  framesPerTurnMax: 64,
  framesPerSecondMax: 0,
  bufferedBytesMax: 64 * MIB,
  framePartialMs: 30_000,
  frameGraceMs: 5_000,
  frameBytesPerSecondMin: KIB,
  idleMs: 15 * 60_000,
  keepAliveMs: 60_000,
  answerStallMs: 30_000,
  closeLingerMs: 1_000,
  connectMs: 10_000,
  reconnectMsMin: 1_000,
  reconnectMsMax: 60_000,
};

/** Limits where 0 means none of it, or no limit. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(["junkBytesMax", "framesPerSecondMax", "frameBytesPerSecondMin"]);
/** setTimeout fires at once for anything longer. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The limits with the defaults filled in. Throws a RangeError that names every bad one. */
export function completeLimits(given: Partial<MllpLimits> = {}): MllpLimits {
  const connectionsPerAddressMax = given.connectionsMax ?? DEFAULT_MLLP_LIMITS.connectionsMax;
  const limits = { ...DEFAULT_MLLP_LIMITS, connectionsPerAddressMax, ...given };
  const problems = limitProblems(limits, MAY_BE_ZERO);
  // One frame must always be able to finish, or it would wait for room that only itself can free.
  if (limits.bufferedBytesMax <= limits.frameBytesMax) problems.push("bufferedBytesMax must exceed frameBytesMax");
  if (problems.length > 0) throw new RangeError(`MLLP limits: ${problems.join("; ")}.`);
  return limits;
}

/** What is wrong with a set of named limits: each a whole number its timer or count can take. */
export function limitProblems(
  limits: { readonly reconnectMsMin: number; readonly reconnectMsMax: number },
  mayBeZero: ReadonlySet<string> = new Set(),
): string[] {
  const problems: string[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    const least = mayBeZero.has(name) ? 0 : 1;
    const most = /Ms(Min|Max)?$/.test(name) ? TIMEOUT_MS_MAX : Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(limit) || limit < least || limit > most) {
      problems.push(`${name} must be a whole number from ${least} to ${most}`);
    }
  }
  if (limits.reconnectMsMax < limits.reconnectMsMin) problems.push("reconnectMsMax must not be below reconnectMsMin");
  return problems;
}
