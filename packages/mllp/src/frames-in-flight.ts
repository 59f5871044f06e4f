import { AnswerQueue, type AnswerSlot, type FrameAnswer, type ReadyAnswers, type SlotAnswer } from "./answers.ts";
import { COMMITTED, NOT_COMMITTED } from "./commit-bytes.ts";
import { isFrameable } from "./frame.ts";

/** What becomes of frames in flight. Neither is called for a frame that has been forgotten. */
export type FlightListener = {
  /** The oldest frame has its answer (or failed): `land` has something to give. */
  onReady(): void;
  /** A frame's handler failed. It gets no answer, and neither does any after it. */
  onFailed(error: unknown): void;
};

export type FlightOptions = {
  /** Frames handed over and not yet answered. */
  readonly framesMax: number;
  /** Say with MLLP release 2's commit bytes whether the handler took a frame. */
  readonly commitBytes: boolean;
  /** Asked before each frame: may it be handed over now? When not, `proceed` is called once it may. */
  readonly mayHandOver: () => boolean;
  readonly handle: (frame: Uint8Array) => Promise<FrameAnswer>;
};

/** Frames of one connection from whole to answered: some handed to the handler, the rest waiting for a place. */
export class FramesInFlight {
  readonly #options: FlightOptions;
  readonly #listener: FlightListener;
  readonly #answers = new AnswerQueue();
  #backlog: Uint8Array[] = [];
  /** Frames of the backlog that have been handed over. */
  #backlogTaken = 0;
  #backlogBytes = 0;
  #closed = false;

  constructor(options: FlightOptions, listener: FlightListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Frames not yet answered, whether handed over or waiting. */
  get length(): number {
    return this.#answers.length + this.#backlog.length - this.#backlogTaken;
  }

  /** Bytes of those frames. */
  get byteCount(): number {
    return this.#answers.byteCount + this.#backlogBytes;
  }

  add(frame: Uint8Array): void {
    if (this.#closed) return;
    if (this.#backlog.length === 0 && this.#hasPlace()) {
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
    this.proceed();
    return ready;
  }

  /** Hands over what waits, as far as there are places. */
  proceed(): void {
    while (this.#backlogTaken < this.#backlog.length && this.#hasPlace()) {
      const frame = this.#backlog[this.#backlogTaken++];
      if (frame === undefined) return;
      this.#backlogBytes -= frame.length;
      this.#handOver(frame);
    }
    // Cutting off the front of a long array for every few frames taken would cost its length every time.
    if (this.#backlogTaken > 0 && this.#backlogTaken * 2 >= this.#backlog.length) {
      this.#backlog = this.#backlog.slice(this.#backlogTaken);
      this.#backlogTaken = 0;
    }
  }

  /** Takes no more frames, and forgets those that no handler has seen. */
  close(): void {
    this.#closed = true;
    this.#backlog = [];
    this.#backlogTaken = 0;
    this.#backlogBytes = 0;
  }

  /** Forgets everything: answers still to come go nowhere. */
  forget(): void {
    this.close();
    this.#answers.clear();
  }

  #hasPlace(): boolean {
    return this.#answers.length < this.#options.framesMax && this.#options.mayHandOver();
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
    return this.#options.handle(frame);
  }

  #answered(slot: AnswerSlot, answer: FrameAnswer): void {
    const replies = repliesOf(answer);
    if (!replies.every(isFrameable)) {
      this.#failed(slot, new RangeError("A reply that holds VT or FS CR can not be framed."));
      return;
    }
    const sent = this.#options.commitBytes ? [COMMITTED, ...replies] : replies;
    this.#fill(slot, answer.close === true ? { replies: sent, last: "close" } : { replies: sent });
  }

  #failed(slot: AnswerSlot, error: unknown): void {
    // Frames already handed over may still be answered, if they came earlier; nothing new is taken on.
    this.close();
    this.#listener.onFailed(error);
    this.#fill(slot, { replies: this.#options.commitBytes ? [NOT_COMMITTED] : [], last: "failed" });
  }

  #fill(slot: AnswerSlot, answer: SlotAnswer): void {
    slot.answer = answer;
    if (this.#answers.isFrontReady) this.#listener.onReady();
  }
}

function repliesOf({ reply }: FrameAnswer): readonly Uint8Array[] {
  if (reply === null) return [];
  return reply instanceof Uint8Array ? [reply] : reply;
}
