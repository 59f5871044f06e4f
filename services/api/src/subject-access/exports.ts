import { Problem } from "../problem.ts";

export const EXPORT_LIMITS = {
  /** At once, in one process: each holds a connection, and a moment of the store that can not be tidied up behind. */
  exportsMax: 2,
  /** From a whole request to the last byte taken: a reader that is slower is let go, and has no whole file. */
  exportMs: 10 * 60_000,
  /** What a refused one is told to wait. */
  retryAfterSeconds: 30,
} as const;

/** The exports under way. Their size has no limit; how many go on has. */
export class Exports {
  #underWay = 0;

  /**
   * Takes a place. @returns what gives it back; asked again it does nothing.
   * @throws Problem 503 where none is free.
   */
  take(): () => void {
    const { exportsMax, retryAfterSeconds } = EXPORT_LIMITS;
    if (this.#underWay >= exportsMax) {
      const detail = `${exportsMax} are made at a time. Try again in ${retryAfterSeconds} seconds.`;
      throw new Problem(503, "Other records are being exported just now", { detail, retryAfterSeconds });
    }
    this.#underWay += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#underWay -= 1;
      isTaken = false;
    };
  }
}
