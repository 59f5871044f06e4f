import { Deadline } from "./deadline.ts";
import type { MllpFault } from "./event.ts";
import { type DecoderFault, type Evidence, FrameDecoder } from "./frame.ts";
import type { MllpLimits } from "./limits.ts";

/** Where a reader tells what it read. After a fault that is `last` it reads nothing more. */
export type FrameReaderListener = {
  onFrame(frame: Uint8Array): void;
  onFault(reason: MllpFault, evidence: Evidence, last: boolean): void;
};

const NO_EVIDENCE: Evidence = { bytes: new Uint8Array(0), byteCount: 0 };
const LAST_FAULTS: ReadonlySet<DecoderFault> = new Set(["frame-too-large", "not-mllp", "tls-on-plain-port"]);

/** The receiving half of a connection: a decoder, the time an unfinished frame has, and how much nonsense is borne. */
export class FrameReader {
  readonly #limits: MllpLimits;
  readonly #listener: FrameReaderListener;
  readonly #decoder: FrameDecoder;
  readonly #deadline = new Deadline(() => this.#due());
  /** Since when the unfinished frame is read without a pause, and the bytes of it there were by then. */
  #readSinceMs = 0;
  #bytesBefore = 0;
  #faultsInRow = 0;
  #frameCount = 0;
  #stopped = false;

  constructor(limits: MllpLimits, endBlockAlone: "data" | "ends", listener: FrameReaderListener) {
    this.#limits = limits;
    this.#listener = listener;
    this.#decoder = new FrameDecoder({ ...limits, endBlockAlone });
  }

  get partialBytes(): number {
    return this.#decoder.partialBytes;
  }

  get isBetweenFrames(): boolean {
    return this.#decoder.state === "between";
  }

  /** Whole frames read. */
  get frameCount(): number {
    return this.#frameCount;
  }

  get skippedBytes(): number {
    return this.#decoder.skippedBytes;
  }

  read(chunk: Uint8Array): void {
    if (this.#stopped) return;
    const events = this.#decoder.push(chunk);
    for (const event of events) {
      if (event.kind === "frame") {
        this.#faultsInRow = 0;
        this.#frameCount++;
        this.#listener.onFrame(event.bytes);
      } else if (event.kind === "fault") {
        this.#fault(event.reason, event);
        if (this.#stopped) return;
      }
    }
    // A frame that began in an earlier chunk keeps the time it was given then.
    if (this.isBetweenFrames) this.#deadline.clear();
    else if (events.length > 0 || !this.#deadline.isSet) this.#startClock();
  }

  /** The socket is not read for now, so the frame that waits in it is not late. */
  pause(): void {
    this.#deadline.clear();
  }

  resume(): void {
    if (!this.isBetweenFrames) this.#startClock();
  }

  /** Nothing more will come, and not by our doing: what is unfinished is told. */
  end(): void {
    if (!this.isBetweenFrames) this.giveUp("frame-incomplete");
    this.stop();
  }

  /** Tells of the unfinished frame and stops. An unfinished frame is never taken for a whole one. */
  giveUp(reason: MllpFault): void {
    if (this.#stopped) return;
    // Junk that no VT has followed is no part of a frame, whatever made us give up.
    const isJunk = this.#decoder.state === "junk" && reason !== "buffers-full";
    const evidence = this.#decoder.abandon();
    this.stop();
    this.#listener.onFault(isJunk ? "not-mllp" : reason, evidence, true);
  }

  /** Reads no more and holds nothing. */
  stop(): void {
    this.#stopped = true;
    this.#deadline.clear();
    this.#decoder.abandon();
  }

  #fault(reason: DecoderFault, evidence: Evidence): void {
    this.#faultsInRow++;
    const last = LAST_FAULTS.has(reason);
    const isTooMany = !last && this.#faultsInRow >= this.#limits.faultsInRowMax;
    if (last || isTooMany) this.stop();
    this.#listener.onFault(reason, evidence, last);
    if (isTooMany) this.#listener.onFault("too-many-faults", NO_EVIDENCE, true);
  }

  #startClock(): void {
    this.#readSinceMs = performance.now();
    this.#bytesBefore = this.partialBytes;
    this.#deadline.set(Math.ceil(this.#allowed().ms));
  }

  /** The time the unfinished frame has been given by now: in all, or for as much of it as there is. */
  #allowed(): { readonly ms: number; readonly reason: "frame-timeout" | "slow-sender" } {
    const { framePartialMs, frameGraceMs, frameBytesPerSecondMin } = this.#limits;
    const bytes = this.partialBytes - this.#bytesBefore;
    const ms = frameBytesPerSecondMin > 0 ? frameGraceMs + (bytes * 1_000) / frameBytesPerSecondMin : framePartialMs;
    return ms < framePartialMs ? { ms, reason: "slow-sender" } : { ms: framePartialMs, reason: "frame-timeout" };
  }

  /** The timer is not moved with every chunk: when it is due, what has come meanwhile may have earned more time. */
  #due(): void {
    const { ms, reason } = this.#allowed();
    const leftMs = this.#readSinceMs + ms - performance.now();
    if (leftMs >= 1) this.#deadline.set(Math.ceil(leftMs));
    else this.giveUp(reason);
  }
}
