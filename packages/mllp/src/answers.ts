/**
 * What `onFrame` resolves with. `reply` null: nothing is sent; several: sent in order, in one write. `close`: this is
 * the last answer of the connection.
 */
export type FrameAnswer = {
  readonly reply: Uint8Array | readonly Uint8Array[] | null;
  readonly close?: boolean;
};

/** The place of one frame in the order of arrival, and its answer once there is one. */
export type AnswerSlot = { readonly byteCount: number; answer: SlotAnswer | "none-yet" };

/** The replies to one frame, and whether nothing may follow them. */
export type SlotAnswer = { readonly replies: readonly Uint8Array[]; readonly last?: "close" | "failed" };

/** The answers at the front, in order. After `last` nothing more may be sent. */
export type ReadyAnswers = { readonly replies: Uint8Array[]; readonly last?: "close" | "failed" };

/** Answers leave in the order their frames came, whatever order they are ready in. */
export class AnswerQueue {
  #slots: AnswerSlot[] = [];
  #byteCount = 0;

  /** Frames that have no answer yet or wait for an earlier one. */
  get length(): number {
    return this.#slots.length;
  }

  /** Bytes of those frames. */
  get byteCount(): number {
    return this.#byteCount;
  }

  get isFrontReady(): boolean {
    const front = this.#slots[0];
    return front !== undefined && front.answer !== "none-yet";
  }

  add(byteCount: number): AnswerSlot {
    const slot: AnswerSlot = { byteCount, answer: "none-yet" };
    this.#slots.push(slot);
    this.#byteCount += byteCount;
    return slot;
  }

  /** Removes and returns every answer that is ready with none before it missing. */
  takeReady(): ReadyAnswers {
    const replies: Uint8Array[] = [];
    let taken = 0;
    for (const { answer, byteCount } of this.#slots) {
      if (answer === "none-yet") break;
      taken++;
      for (const reply of answer.replies) replies.push(reply);
      if (answer.last !== undefined) {
        this.clear();
        return { replies, last: answer.last };
      }
      this.#byteCount -= byteCount;
    }
    this.#slots.splice(0, taken);
    return { replies };
  }

  /** Forgets every slot. What still becomes ready goes nowhere. */
  clear(): void {
    this.#slots = [];
    this.#byteCount = 0;
  }
}
