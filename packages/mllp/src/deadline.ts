/**
 * One timer that can be set, moved and cleared at little cost. It never keeps the process alive by itself.
 *
 * When the time is up, sockets are read once more before `passed` is called. After a stall of this process timers come
 * due before the bytes that arrived meanwhile are read: without that look, peers would be blamed for our own delay.
 */
export class Deadline {
  readonly #passed: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #delayMs = 0;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  get isSet(): boolean {
    return this.#timer !== undefined || this.#lastLook !== undefined;
  }

  /** Counts from now, whether or not it was set before. */
  set(delayMs: number): void {
    if (this.#timer !== undefined && this.#delayMs === delayMs) {
      this.#timer.refresh();
      return;
    }
    this.clear();
    this.#delayMs = delayMs;
    this.#timer = setTimeout(() => this.#due(), delayMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    this.#timer = undefined;
    this.#lastLook = undefined;
  }

  #due(): void {
    this.#timer = undefined;
    this.#lastLook = setImmediate(() => {
      this.#lastLook = undefined;
      this.#passed();
    });
  }
}
