/** A connection, as the budget sees it. */
export type BudgetHolder = {
  /** Bytes of unfinished frames: only the peer can free them, by finishing. */
  readonly partialBytes: number;
  /** There may be room again. */
  reconsider(): void;
  /** Give up the unfinished frame and close. */
  shed(): void;
};

/** Room a resumed connection is expected to fill with its next read: Node reads at most this much at once. */
const READ_BYTES = 64 * 1024;

/**
 * The bytes that all connections of one server hold, against one limit.
 *
 * Two kinds are told apart because they end differently. Bytes in flight go when the answer leaves, so a full budget
 * waits for them. Unfinished frames go only when their senders finish them, and a connection that is not read can
 * not: when nothing but unfinished frames fills the budget, the largest is shed, or all would wait for ever.
 */
export class ByteBudget {
  readonly #bytesMax: number;
  readonly #holders = new Set<BudgetHolder>();
  readonly #waiting = new Set<BudgetHolder>();
  #partialBytes = 0;
  #inFlightBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isFull(): boolean {
    return this.#partialBytes + this.#inFlightBytes >= this.#bytesMax;
  }

  join(holder: BudgetHolder): void {
    this.#holders.add(holder);
  }

  /** The holder has already given back its bytes with `change`. */
  leave(holder: BudgetHolder): void {
    this.#holders.delete(holder);
    this.#waiting.delete(holder);
  }

  /** `holder` is not being read until `reconsider` is called. */
  wait(holder: BudgetHolder): void {
    this.#waiting.add(holder);
  }

  change(partialBytes: number, inFlightBytes: number): void {
    this.#partialBytes += partialBytes;
    this.#inFlightBytes += inFlightBytes;
    if (this.isFull) {
      if (this.#inFlightBytes === 0) this.#shedLargest();
    } else if (this.#waiting.size > 0) {
      this.#wake();
    }
  }

  #shedLargest(): void {
    let largest: BudgetHolder | undefined;
    for (const holder of this.#holders) {
      if (largest === undefined || holder.partialBytes > largest.partialBytes) largest = holder;
    }
    largest?.shed();
  }

  /** Those that waited longest first, and no more of them than there is room for. */
  #wake(): void {
    let room = this.#bytesMax - this.#partialBytes - this.#inFlightBytes;
    for (const holder of this.#waiting) {
      if (room <= 0) return;
      room -= READ_BYTES;
      this.#waiting.delete(holder);
      holder.reconsider();
    }
  }
}
