import { ROLES } from "@chesil/access";
import { hasUsers, insertUser } from "@chesil/store";
import { z } from "zod";
import { BOOTSTRAP_USERNAME } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest } from "../problem.ts";
import { type Passwords, passwordProblem } from "./password.ts";
import type { SignIn } from "./sign-in.ts";
import { linkIsUsed, redeemSetupToken } from "./sign-in-link.ts";
import { displayName, linkToken, password, userAnswer, username } from "./words.ts";

const setupBody = z.strictObject({ setupToken: linkToken, username, displayName, password });

/** The first user of a new installation, made by whoever holds its one-time link. */
export function setupRoute(app: App, { database, gate, clock }: Deps, signIn: SignIn, passwords: Passwords): void {
  app.post(
    "/api/v1/session/setup",
    {
      config: { action: "session.use" },
      schema: {
        tags: ["session"],
        summary: "Create the first user of a new installation, with every role, and sign in",
        body: setupBody,
        response: { 200: userAnswer },
      },
    },
    async (request, reply) => {
      const { setupToken, ...first } = request.body;
      if (first.username === BOOTSTRAP_USERNAME) throw badRequest("This username is taken");
      const problem = passwordProblem(first.password, first.username);
      if (problem) throw badRequest("Choose another password", problem);
      // Asked again under the lock; asked here so that strangers can not have passwords hashed for nothing.
      if (await hasUsers(database.pool)) throw linkIsUsed();
      const passwordHash = await passwords.hash(first.password);
      const at = clock();
      const done = await redeemSetupToken(database, setupToken, at, async (transaction) => {
        await insertUser(transaction, { ...first, passwordHash, roles: ROLES, createdAt: at });
      });
      if (!done) throw linkIsUsed();
      await gate.record(first.username, "user.created", { user: first.username, roles: ROLES });
      await signIn.enter(request, reply, first.username, "sign-in-link");
      return { user: { username: first.username, displayName: first.displayName, roles: [...ROLES] } };
    },
  );
}
