import { Deadline } from "./deadline.ts";

/** Counts the turns of the event loop, for all connections of a listener: one callback a turn, whatever their number. */
export class Turns {
  #current = 0;
  #endIsDue = false;

  /** A number that stays the same until the sockets have been looked at again. */
  get current(): number {
    if (!this.#endIsDue) {
      this.#endIsDue = true;
      setImmediate(() => {
        this.#endIsDue = false;
        this.#current++;
      });
    }
    return this.#current;
  }
}

/** Frames a second, evenly: no more than a tenth of a second's worth at once. Knows no clock but what it is told. */
export class FrameRate {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #countedAtMs = 0;

  constructor(framesPerSecond: number) {
    this.#perMs = framesPerSecond / 1_000;
    this.#most = Math.max(1, framesPerSecond / 10);
    this.#left = this.#most;
  }

  /** True: one frame may pass now. */
  take(nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (nowMs - this.#countedAtMs) * this.#perMs);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** After a `take` that failed: whole milliseconds until one can succeed. */
  get waitMs(): number {
    return Math.max(1, Math.ceil((1 - this.#left) / this.#perMs));
  }
}

/**
 * When frames of one connection may be handed over: so many a turn, so many a second. A connection that sends without
 * end would otherwise be served without end, where its handler answers at once: the others would wait for ever.
 */
export class Pace {
  readonly #turns: Turns;
  readonly #framesPerTurnMax: number;
  readonly #rate: FrameRate | undefined;
  readonly #onOpen: () => void;
  readonly #rateWait: Deadline;
  #turn = -1;
  #left = 0;
  #nextTurn: NodeJS.Immediate | undefined;

  /** `onOpen` is called once after every `take` that failed, when another may succeed. */
  constructor(
    turns: Turns,
    limits: { readonly framesPerTurnMax: number; readonly framesPerSecondMax: number },
    onOpen: () => void,
  ) {
    this.#turns = turns;
    this.#framesPerTurnMax = limits.framesPerTurnMax;
    this.#rate = limits.framesPerSecondMax > 0 ? new FrameRate(limits.framesPerSecondMax) : undefined;
    this.#onOpen = onOpen;
    this.#rateWait = new Deadline(onOpen);
  }

  /** Frames wait because there were too many in the last second. */
  get isOverRate(): boolean {
    return this.#rateWait.isSet;
  }

  /** True: one frame may be handed over now. */
  take(): boolean {
    if (this.#rateWait.isSet) return false;
    const turn = this.#turns.current;
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#left = this.#framesPerTurnMax;
    }
    if (this.#left === 0) {
      this.#nextTurn ??= setImmediate(() => {
        this.#nextTurn = undefined;
        this.#onOpen();
      });
      return false;
    }
    if (this.#rate !== undefined && !this.#rate.take(performance.now())) {
      this.#rateWait.set(this.#rate.waitMs);
      return false;
    }
    this.#left--;
    return true;
  }

  /** `onOpen` is not called any more. */
  stop(): void {
    this.#rateWait.clear();
    clearImmediate(this.#nextTurn);
    this.#nextTurn = undefined;
  }
}
