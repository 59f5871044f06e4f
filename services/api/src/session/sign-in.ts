import { rolesOf } from "@chesil/access";
import { readUser } from "@chesil/store";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { SESSION_COOKIE, sessionTokenOf } from "../admission.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../problem.ts";
import type { Passwords } from "./password.ts";
import type { Sessions } from "./sessions.ts";
import { SignInLimit } from "./sign-in-limit.ts";
import type { user } from "./words.ts";

type User = z.infer<typeof user>;

/** What stands between a username with a password and a session. */
export class SignIn {
  readonly #deps: Deps;
  readonly #sessions: Sessions;
  readonly #passwords: Passwords;
  readonly #limit = new SignInLimit();

  constructor(deps: Deps, sessions: Sessions, passwords: Passwords) {
    this.#deps = deps;
    this.#sessions = sessions;
    this.#passwords = passwords;
  }

  /**
   * Whose account it is. An unknown name, a wrong password and a disabled account get one answer, in one time.
   *
   * @throws Problem 401 when it is nobody's, 429 after too many attempts at this name from this address.
   */
  async checkPassword(request: FastifyRequest, typed: string, password: string): Promise<User> {
    const { database, gate, clock, telemetry } = this.#deps;
    const name = typed.trim().toLowerCase().replaceAll("\0", "");
    const waitMs = this.#limit.attempt(name, request.ip, clock().getTime());
    if (waitMs > 0) {
      telemetry.log({ event: "sign-in", outcome: "slowed", remote: request.ip });
      throw new Problem(429, "Too many attempts", {
        detail: "Wait a moment, then try again.",
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      });
    }
    const stored = await readUser(database.pool, name);
    const isRight = await this.#passwords.matches(password, stored?.passwordHash);
    if (!stored || !isRight || stored.disabled) {
      // What was typed where a username belongs may be a password: it is kept only where it is a username.
      await gate.record(stored?.username ?? "unknown", "session.sign-in-refused", { how: "password" });
      telemetry.log({ event: "sign-in", outcome: "refused", remote: request.ip });
      throw new Problem(401, "The username or the password is not right");
    }
    this.#limit.succeeded(name, request.ip);
    return { username: stored.username, displayName: stored.displayName, roles: rolesOf(stored.roles) };
  }

  /** Opens a session and gives its token to the browser. On record first: what can not be audited does not happen. */
  async enter(request: FastifyRequest, reply: FastifyReply, username: string, how: string): Promise<void> {
    const { gate, telemetry } = this.#deps;
    await gate.record(username, "session.sign-in", { how });
    const token = await this.#sessions.open(username, sessionTokenOf(request));
    // No Max-Age: it goes when the browser closes, and the server ends it sooner.
    const secure = request.protocol === "https";
    reply.setCookie(SESSION_COOKIE, token, { path: "/", httpOnly: true, sameSite: "strict", secure });
    telemetry.log({ event: "sign-in", outcome: "accepted", remote: request.ip });
  }
}
