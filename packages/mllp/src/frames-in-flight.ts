import { AnswerQueue, type AnswerSlot, type FrameAnswer, type ReadyAnswers } from "./answers.ts";
import { isFrameable } from "./frame.ts";

/** What becomes of frames in flight. Neither is called for a frame that has been forgotten. */
export type FlightListener = {
  /** The oldest frame has its answer (or failed): `land` has something to give. */
  onReady(): void;
  /** A frame's handler failed. Its answer, and all after it, will never be sent. */
  onFailed(error: unknown): void;
};

/** Frames of one connection from whole to answered: some handed to the handler, the rest waiting for a place. */
export class FramesInFlight {
  readonly #framesMax: number;
  readonly #handle: (frame: Uint8Array) => Promise<FrameAnswer>;
  readonly #listener: FlightListener;
  readonly #answers = new AnswerQueue();
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #closed = false;

  constructor(framesMax: number, handle: (frame: Uint8Array) => Promise<FrameAnswer>, listener: FlightListener) {
    this.#framesMax = framesMax;
    this.#handle = handle;
    this.#listener = listener;
  }

  /** Frames not yet answered, whether handed over or waiting. */
  get length(): number {
    return this.#answers.length + this.#backlog.length;
  }

  /** Bytes of those frames. */
  get byteCount(): number {
    return this.#answers.byteCount + this.#backlogBytes;
  }

  add(frame: Uint8Array): void {
    if (this.#closed) return;
    if (this.#answers.length < this.#framesMax) {
      this.#handOver(frame);
    } else {
      this.#backlog.push(frame);
      this.#backlogBytes += frame.length;
    }
  }

  /** The answers that may leave now, in order. Their places go to frames that wait. */
  land(): ReadyAnswers {
    const ready = this.#answers.takeReady();
    if (ready.last !== undefined) this.close();
    const places = this.#framesMax - this.#answers.length;
    if (this.#backlog.length > 0 && places > 0) {
      for (const frame of this.#backlog.splice(0, places)) {
        this.#backlogBytes -= frame.length;
        this.#handOver(frame);
      }
    }
    return ready;
  }

  /** Takes no more frames, and forgets those that no handler has seen. */
  close(): void {
    this.#closed = true;
    this.#backlog = [];
    this.#backlogBytes = 0;
  }

  /** Forgets everything: answers still to come go nowhere. */
  forget(): void {
    this.close();
    this.#answers.clear();
  }

  #handOver(frame: Uint8Array): void {
    const slot = this.#answers.add(frame.length);
    this.#ask(frame).then(
      (answer) => this.#answered(slot, answer),
      (error: unknown) => this.#failed(slot, error),
    );
  }

  /** Async, so that a handler that throws before its first await is no worse than one that rejects. */
  async #ask(frame: Uint8Array): Promise<FrameAnswer> {
    return this.#handle(frame);
  }

  #answered(slot: AnswerSlot, answer: FrameAnswer): void {
    if (answer.reply !== null && !isFrameable(answer.reply)) {
      this.#failed(slot, new RangeError("A reply that holds VT or FS CR can not be framed."));
      return;
    }
    slot.answer = answer;
    if (this.#answers.isFrontReady) this.#listener.onReady();
  }

  #failed(slot: AnswerSlot, error: unknown): void {
    slot.answer = "failed";
    // Frames already handed over may still be answered, if they came earlier; nothing new is taken on.
    this.close();
    this.#listener.onFailed(error);
    if (this.#answers.isFrontReady) this.#listener.onReady();
  }
}
