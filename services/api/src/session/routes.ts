import { z } from "zod";
import { SESSION_COOKIE, sessionTokenOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { notSignedIn } from "../problem.ts";
import type { Passwords } from "./password.ts";
import type { Sessions } from "./sessions.ts";
import { setupRoute } from "./setup-route.ts";
import { SignIn } from "./sign-in.ts";
import { linkIsUsed, redeemSignInLink } from "./sign-in-link.ts";
import { linkToken, password, userAnswer } from "./words.ts";

const openBody = z.union([
  z.strictObject({ token: linkToken }),
  // As typed: a name that could be nobody's gets the same answer, in the same time, as any other wrong one.
  z.strictObject({ username: z.string().min(1).max(200), password }),
]);
const openAnswer = z.union([userAnswer, z.object({ user: z.null(), setup: z.literal(true), token2: z.string() })]);

/** Signing in and out. The cookie is the only thing a browser keeps. */
export function sessionRoutes(app: App, deps: Deps, sessions: Sessions, passwords: Passwords): void {
  const { database, gate, clock } = deps;
  const signIn = new SignIn(deps, sessions, passwords);
  const config = { action: "session.use" } as const;
  const tags = ["session"];
  setupRoute(app, deps, signIn, passwords);

  app.post(
    "/api/v1/session",
    {
      config,
      schema: {
        tags,
        summary: "Sign in, or redeem the one-time link of a new installation",
        body: openBody,
        response: { 200: openAnswer },
      },
    },
    async (request, reply) => {
      if ("token" in request.body) {
        const token2 = await redeemSignInLink(database, request.body.token, clock());
        if (token2 === undefined) throw linkIsUsed();
        return { user: null, setup: true, token2 } as const;
      }
      const user = await signIn.checkPassword(request, request.body.username, request.body.password);
      await signIn.enter(request, reply, user.username, "password");
      return { user };
    },
  );

  app.get(
    "/api/v1/session",
    { config, schema: { tags, summary: "Who is signed in; 401 for nobody", response: { 200: userAnswer } } },
    async ({ user }) => {
      if (!user) throw notSignedIn();
      return { user: { username: user.username, displayName: user.displayName, roles: [...user.roles] } };
    },
  );

  app.delete(
    "/api/v1/session",
    { config, schema: { tags, summary: "Sign out", response: { 204: z.null() } } },
    async (request, reply) => {
      const token = sessionTokenOf(request);
      if (token !== undefined) {
        await sessions.close(token);
        if (request.user) await gate.record(request.user.username, "session.sign-out");
      }
      reply.clearCookie(SESSION_COOKIE, { path: "/", httpOnly: true, sameSite: "strict" });
      // What the browser stored for this site goes with the session.
      return reply.header("clear-site-data", '"storage"').code(204).send(null);
    },
  );
}
