import { createHash, randomBytes } from "node:crypto";
import { rolesOf, type Viewer } from "@chesil/access";
import {
  type Database,
  deleteSession,
  deleteStaleSessions,
  insertSession,
  noteSignIn,
  readSession,
  touchSession,
} from "@chesil/store";

export type SessionLimits = { readonly idleMs: number; readonly absoluteMs: number };
export type SessionUser = Viewer & { readonly displayName: string };

const TOKEN_BYTES = 32;
/** Activity is written down at most this often, or every twentieth of the idle time when that is shorter. */
const TOUCH_MS_MAX = 30_000;

/**
 * Sessions: a random token with the browser, its sha-256 in the store. The account is read at every request, so a
 * disabled user or a withdrawn role is felt at the next one.
 */
export class Sessions {
  readonly #database: Database;
  readonly #limits: SessionLimits;
  readonly #clock: () => Date;

  constructor(database: Database, limits: SessionLimits, clock: () => Date) {
    this.#database = database;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Opens a session, closes the one `replaced` stood for, and sweeps those that are over. @returns the new token. */
  async open(username: string, replaced: string | undefined): Promise<string> {
    const at = this.#clock();
    const token = newToken();
    await this.#database.transaction(async (transaction) => {
      if (replaced !== undefined) await deleteSession(transaction, tokenSha256(replaced));
      await insertSession(transaction, { tokenSha256: tokenSha256(token), username, at });
      await noteSignIn(transaction, username, at);
      await deleteStaleSessions(transaction, {
        lastSeenAt: new Date(at.getTime() - this.#limits.idleMs),
        createdAt: new Date(at.getTime() - this.#limits.absoluteMs),
      });
    });
    return token;
  }

  /**
   * Whose token it is, or undefined when the session is over or its user disabled.
   *
   * @param activity false when nobody did anything: a stream that is still open keeps no session alive.
   */
  async userOf(token: string, activity: boolean): Promise<SessionUser | undefined> {
    const sha256 = tokenSha256(token);
    const session = await readSession(this.#database.pool, sha256);
    if (!session || session.disabled) return undefined;
    const now = this.#clock();
    const idleMs = now.getTime() - session.lastSeenAt.getTime();
    const ageMs = now.getTime() - session.createdAt.getTime();
    if (idleMs >= this.#limits.idleMs || ageMs >= this.#limits.absoluteMs) {
      await deleteSession(this.#database.pool, sha256);
      return undefined;
    }
    if (activity && idleMs >= Math.min(TOUCH_MS_MAX, this.#limits.idleMs / 20)) {
      await touchSession(this.#database.pool, sha256, now);
    }
    return { username: session.username, displayName: session.displayName, roles: rolesOf(session.roles) };
  }

  async close(token: string): Promise<void> {
    await deleteSession(this.#database.pool, tokenSha256(token));
  }
}

/** 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** What is kept of a token. `purpose` keeps a token of one kind from serving as another. */
export function tokenSha256(token: string, purpose = ""): Buffer {
  return createHash("sha256").update(purpose).update(token).digest();
}
