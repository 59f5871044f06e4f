import type { Socket } from "node:net";
import type { FrameAnswer } from "./answers.ts";
import type { BudgetHolder, ByteBudget } from "./byte-budget.ts";
import { commitSaid } from "./commit-bytes.ts";
import { Deadline } from "./deadline.ts";
import type { DisconnectCause, MllpEvent, MllpFault, MllpPeer, PauseCause } from "./event.ts";
import { type Evidence, encodeFrames } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { FramesInFlight } from "./frames-in-flight.ts";
import type { MllpLimits } from "./limits.ts";
import { Pace, type Turns } from "./pace.ts";

/** How a feed frames, where that is not MLLP release 1 as it is written. */
export type MllpFraming = {
  /** "data": a frame ends at FS CR only. "ends": at every FS, for senders that leave out the CR. */
  readonly endBlockAlone?: "data" | "ends";
  /** MLLP release 2: VT 06 FS CR for every frame that `onFrame` took, VT 15 FS CR for one that it did not. */
  readonly commitBytes?: boolean;
};

/** What the connections of one listener have in common. */
export type ConnectionContext = {
  readonly limits: MllpLimits;
  readonly framing: MllpFraming;
  readonly budget: ByteBudget;
  readonly turns: Turns;
  readonly onFrame: (frame: Uint8Array, connection: MllpPeer) => Promise<FrameAnswer>;
  readonly onFrameTooLarge?: ((beginning: Uint8Array, connection: MllpPeer) => Promise<FrameAnswer>) | undefined;
  readonly onEvent: (event: MllpEvent) => void;
  /** Called before the `disconnected` event. */
  readonly onClosed: (connection: Connection) => void;
};

/**
 * open ──> finishing ──> ending ──> closed, and from each straight to closed when the socket dies.
 *
 * open: reads, unless paused. finishing: reads no more, answers what is in flight. ending: our side is closed; what
 * still comes is discarded, because closing a socket that holds unread bytes resets it, and a reset takes away
 * answers the peer has not read yet. closed: no timer, no listener that acts, no bytes held.
 */
type Phase = "open" | "finishing" | "ending" | "closed";

/** One connection, accepted or dialled: its frames to the handler, its answers back in order. */
export class Connection implements BudgetHolder {
  readonly #socket: Socket;
  readonly #peer: MllpPeer;
  readonly #context: ConnectionContext;
  readonly #reader: FrameReader;
  readonly #flight: FramesInFlight;
  readonly #pace: Pace;
  readonly #hasClosed = Promise.withResolvers<void>();
  readonly #idleDeadline = new Deadline(() => this.#silent());
  readonly #stallDeadline = new Deadline(() => this.#answersUnread());
  readonly #lingerDeadline = new Deadline(() => this.destroy());

  #phase: Phase = "open";
  #cause: DisconnectCause | undefined;
  #paused = false;
  #flushIsDue = false;
  #replyCount = 0;
  /** The beginning of a frame over the limit, where its sender can be told. */
  #tooLarge: Uint8Array | undefined;
  #countedPartialBytes = 0;
  #countedInFlightBytes = 0;

  constructor(socket: Socket, peer: MllpPeer, context: ConnectionContext) {
    this.#socket = socket;
    this.#peer = peer;
    this.#context = context;
    const { limits, framing, turns } = context;
    const { endBlockAlone = "data", commitBytes = false } = framing;
    this.#reader = new FrameReader(limits, endBlockAlone, {
      onFrame: (frame) => this.#frame(frame),
      onFault: (reason, evidence, last) => this.#fault(reason, evidence, last),
    });
    this.#pace = new Pace(turns, limits, () => this.#proceed());
    this.#flight = new FramesInFlight(
      {
        framesMax: limits.framesInFlightMax,
        commitBytes,
        mayHandOver: () => this.#pace.take(),
        handle: (frame) => {
          const isWhole = frame !== this.#tooLarge || context.onFrameTooLarge === undefined;
          return isWhole ? context.onFrame(frame, peer) : context.onFrameTooLarge(frame, peer);
        },
      },
      { onReady: () => this.#flushSoon(), onFailed: (error) => this.#handlerFailed(error) },
    );
  }

  get partialBytes(): number {
    return this.#reader.partialBytes;
  }

  /** Begins to read. */
  start(): void {
    const socket = this.#socket;
    this.#context.budget.join(this);
    this.#context.onEvent({ kind: "connected", connection: this.#peer });
    this.#idleDeadline.set(this.#context.limits.idleMs);
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    socket.on("end", () => this.#peerEnded());
    socket.on("drain", () => this.#drained());
    // "close" always follows; without a listener the error would end the process.
    socket.on("error", () => {
      this.#cause ??= "socket-error";
    });
    socket.on("close", () => this.#closed());
  }

  /**
   * Reads no more, waits for the answers in flight, closes. Frames no handler has seen are dropped, unanswered.
   * Resolves once the connection is closed and has told so.
   */
  stop(): Promise<void> {
    this.#flight.close();
    this.#finish("stopped");
    return this.#hasClosed.promise;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reconsider(): void {
    this.#regulate();
  }

  shed(): void {
    this.#reader.giveUp("buffers-full");
  }

  #received(chunk: Buffer): void {
    if (this.#phase !== "open") return;
    this.#idleDeadline.set(this.#context.limits.idleMs);
    this.#reader.read(chunk);
    this.#regulate();
  }

  #frame(frame: Uint8Array): void {
    const said = this.#context.framing.commitBytes === true ? commitSaid(frame) : undefined;
    if (said === undefined) this.#flight.add(frame);
    else if (said === "not-committed") this.#tell("commit-refused", { bytes: frame, byteCount: frame.length });
  }

  /** More frames that wait may be handed over. */
  #proceed(): void {
    this.#flight.proceed();
    this.#regulate();
  }

  #peerEnded(): void {
    if (this.#phase !== "open") return;
    this.#cause = "peer";
    this.#reader.end();
    // A peer that sends all it has and closes its side still gets every answer.
    this.#finish("peer");
  }

  #fault(reason: MllpFault, evidence: Evidence, last: boolean): void {
    this.#tell(reason, evidence);
    const { onFrameTooLarge, framing } = this.#context;
    if (reason === "frame-too-large" && onFrameTooLarge !== undefined && framing.commitBytes !== true) {
      this.#tooLarge = evidence.bytes;
      this.#flight.add(evidence.bytes);
    }
    if (last) this.#finish("fault");
  }

  #handlerFailed(error: unknown): void {
    if (this.#phase === "closed") return;
    this.#context.onEvent({ kind: "handler-failed", connection: this.#peer, error });
    this.#finish("handler-failed");
  }

  /** One commit answers many frames: after this turn's promises have all settled, one write carries their replies. */
  #flushSoon(): void {
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#flushIsDue = false;
    if (this.#phase === "closed") return;
    const { replies, last } = this.#flight.land();
    if (replies.length > 0) {
      this.#replyCount += replies.length;
      if (this.#phase === "open") this.#idleDeadline.set(this.#context.limits.idleMs);
      const isRead = this.#socket.write(encodeFrames(replies));
      if (!isRead && !this.#stallDeadline.isSet) this.#stallDeadline.set(this.#context.limits.answerStallMs);
    }
    if (last !== undefined) this.#finish(last === "close" ? "answered-last" : "handler-failed");
    this.#endWhenAnswered();
    this.#regulate();
  }

  /** Counts what is held, and reads or stops reading accordingly. Called after every change to either. */
  #regulate(): void {
    this.#count(this.#reader.partialBytes, this.#flight.byteCount);
    if (this.#phase !== "open") return;
    const cause = this.#pauseCause();
    if (cause === "buffers-full") this.#context.budget.wait(this);
    if (cause !== undefined && !this.#paused) {
      this.#paused = true;
      this.#reader.pause();
      this.#socket.pause();
      this.#context.onEvent({ kind: "paused", connection: this.#peer, cause });
    } else if (cause === undefined && this.#paused) {
      this.#paused = false;
      this.#reader.resume();
      this.#socket.resume();
      this.#context.onEvent({ kind: "resumed", connection: this.#peer });
    }
  }

  #pauseCause(): PauseCause | undefined {
    const { framesInFlightMax, bytesInFlightMax } = this.#context.limits;
    // Once paused, reading begins again below half, so that it does not stop and start with every answer.
    const share = this.#paused ? 0.5 : 1;
    if (this.#flight.length >= Math.max(1, framesInFlightMax * share)) return "in-flight";
    if (this.#flight.byteCount >= Math.max(1, bytesInFlightMax * share)) return "in-flight";
    if (this.#pace.isOverRate) return "rate";
    if (this.#socket.writableNeedDrain) return "answers-unread";
    return this.#context.budget.isFull ? "buffers-full" : undefined;
  }

  #count(partialBytes: number, inFlightBytes: number): void {
    const morePartial = partialBytes - this.#countedPartialBytes;
    const moreInFlight = inFlightBytes - this.#countedInFlightBytes;
    if (morePartial === 0 && moreInFlight === 0) return;
    this.#countedPartialBytes = partialBytes;
    this.#countedInFlightBytes = inFlightBytes;
    this.#context.budget.change(morePartial, moreInFlight);
  }

  #drained(): void {
    this.#stallDeadline.clear();
    this.#regulate();
  }

  #answersUnread(): void {
    this.#tell("answers-unread", { bytes: new Uint8Array(0), byteCount: 0 });
    this.#cause = "fault";
    this.destroy();
  }

  #silent(): void {
    const isBusy = this.#paused || this.#flight.length > 0 || !this.#reader.isBetweenFrames;
    if (!isBusy) this.#finish("idle");
    else this.#idleDeadline.set(this.#context.limits.idleMs);
  }

  /** Takes no more bytes. Frames that were whole by now are still handed over and answered. */
  #finish(cause: DisconnectCause): void {
    if (this.#phase !== "open") return;
    this.#phase = "finishing";
    this.#cause ??= cause;
    this.#reader.stop();
    this.#idleDeadline.clear();
    this.#socket.pause();
    this.#endWhenAnswered();
    this.#regulate();
  }

  #endWhenAnswered(): void {
    if (this.#phase !== "finishing" || this.#flight.length > 0) return;
    this.#phase = "ending";
    const { answerStallMs, closeLingerMs, framePartialMs } = this.#context.limits;
    // Who is told in the middle of a large frame may finish sending it before it reads the answer.
    const lingerMs = this.#tooLarge === undefined ? closeLingerMs : framePartialMs;
    this.#stallDeadline.clear();
    this.#lingerDeadline.set(answerStallMs);
    this.#socket.end(() => {
      if (this.#phase === "ending") this.#lingerDeadline.set(lingerMs);
    });
    this.#socket.resume();
  }

  #closed(): void {
    this.#phase = "closed";
    this.#cause ??= "peer";
    this.#reader.end();
    this.#flight.forget();
    this.#pace.stop();
    for (const deadline of [this.#idleDeadline, this.#stallDeadline, this.#lingerDeadline]) deadline.clear();
    this.#context.budget.leave(this);
    this.#count(0, 0);
    this.#context.onClosed(this);
    this.#context.onEvent({
      kind: "disconnected",
      connection: this.#peer,
      cause: this.#cause,
      frameCount: this.#reader.frameCount,
      replyCount: this.#replyCount,
      skippedBytes: this.#reader.skippedBytes,
    });
    this.#hasClosed.resolve();
  }

  #tell(reason: MllpFault, { bytes, byteCount }: Evidence): void {
    this.#context.onEvent({ kind: "fault", connection: this.#peer, reason, bytes, byteCount });
  }
}
