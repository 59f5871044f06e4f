/**
 * Slows guessing down for one username from one address, and for nobody else: the owner of the account, at another
 * address, never notices (no lock-out).
 */
const FREE_ATTEMPTS = 5;
const WAIT_MS_MAX = 60_000;
/** An attempt this long ago is forgotten. */
const MEMORY_MS = 15 * 60_000;
/** Pairs remembered; the oldest goes first. An attacker who rotates usernames pays a hash for each. */
const PAIRS_MAX = 10_000;

type Attempts = { count: number; lastAtMs: number };

export class SignInLimit {
  readonly #byPair = new Map<string, Attempts>();

  /**
   * Counts an attempt, before its password is looked at, so that a hundred at once count as a hundred.
   *
   * @returns 0 when it may go on, else how many milliseconds to wait.
   */
  attempt(username: string, address: string, nowMs: number): number {
    const key = `${address} ${username}`;
    const known = this.#byPair.get(key);
    const attempts = known && nowMs - known.lastAtMs < MEMORY_MS ? known : { count: 0, lastAtMs: nowMs };
    const waitMs =
      attempts.count < FREE_ATTEMPTS ? 0 : Math.min(1_000 * 2 ** (attempts.count - FREE_ATTEMPTS), WAIT_MS_MAX);
    const leftMs = attempts.lastAtMs + waitMs - nowMs;
    if (leftMs > 0) return leftMs;
    this.#byPair.delete(key);
    this.#byPair.set(key, { count: attempts.count + 1, lastAtMs: nowMs });
    if (this.#byPair.size > PAIRS_MAX) {
      const oldest = this.#byPair.keys().next();
      if (!oldest.done) this.#byPair.delete(oldest.value);
    }
    return 0;
  }

  succeeded(username: string, address: string): void {
    this.#byPair.delete(`${address} ${username}`);
  }
}
