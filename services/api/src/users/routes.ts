import { rolesOf } from "@chesil/access";
import {
  countUsersWithRole,
  deleteSessionsOfUser,
  insertUser,
  lockAccounts,
  readUser,
  readUsers,
  type StoredUser,
  updateUser,
} from "@chesil/store";
import { z } from "zod";
import { BOOTSTRAP_USERNAME, viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest, conflict, notFound } from "../problem.ts";
import { type Passwords, passwordProblem } from "../session/password.ts";
import { displayName, password, roles, user, username } from "../session/words.ts";

const userRow = user.extend({
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
});
const createBody = z.strictObject({ username, displayName, password, roles });
const changeBody = z.strictObject({
  roles: roles.optional(),
  disabled: z.boolean().optional(),
  password: password.optional(),
});

/** Accounts. Whoever's roles, password or standing change is signed out everywhere, at once. */
export function userRoutes(app: App, { database, gate, clock }: Deps, passwords: Passwords): void {
  const config = { action: "user.manage" } as const;

  app.get(
    "/api/v1/users",
    {
      config,
      schema: { tags: ["users"], summary: "Every account", response: { 200: z.object({ users: z.array(userRow) }) } },
    },
    async () => ({ users: (await readUsers(database.pool)).map(rowOf) }),
  );

  app.post(
    "/api/v1/users",
    {
      config,
      schema: { tags: ["users"], summary: "Add an account", body: createBody, response: { 201: z.object({ user }) } },
    },
    async (request, reply) => {
      const wanted = request.body;
      const passwordHash = await newHash(wanted.password, wanted.username);
      await gate.record(viewerOf(request).username, "user.created", { user: wanted.username, roles: wanted.roles });
      const isNew =
        wanted.username !== BOOTSTRAP_USERNAME &&
        (await insertUser(database.pool, {
          ...wanted,
          roles: rolesOf(wanted.roles),
          passwordHash,
          createdAt: clock(),
        }));
      if (!isNew) throw conflict("This username is taken");
      const { username: name, displayName: shown } = wanted;
      return reply.code(201).send({ user: { username: name, displayName: shown, roles: rolesOf(wanted.roles) } });
    },
  );

  app.patch(
    "/api/v1/users/:username",
    {
      config,
      schema: {
        tags: ["users"],
        summary: "Change an account's roles or password, disable it or enable it",
        params: z.object({ username }),
        body: changeBody,
        response: { 200: z.object({ user }) },
      },
    },
    async (request) => {
      const name = request.params.username;
      const change = request.body;
      const passwordHash = change.password === undefined ? undefined : await newHash(change.password, name);
      await gate.record(viewerOf(request).username, "user.changed", {
        user: name,
        changed: Object.keys(change),
        ...(change.roles ? { roles: change.roles } : {}),
        ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
      });
      const changed = await database.transaction(async (transaction) => {
        await lockAccounts(transaction);
        if (!(await readUser(transaction, name))) throw notFound();
        const after = await updateUser(transaction, name, {
          roles: change.roles && rolesOf(change.roles),
          disabled: change.disabled,
          passwordHash,
        });
        if ((await countUsersWithRole(transaction, "administrator")) === 0) {
          throw conflict("There has to be an administrator who can sign in");
        }
        await deleteSessionsOfUser(transaction, name);
        return after;
      });
      if (!changed) throw notFound();
      const { username: known, displayName: shown } = changed;
      return { user: { username: known, displayName: shown, roles: rolesOf(changed.roles) } };
    },
  );

  async function newHash(secret: string, name: string): Promise<string> {
    const problem = passwordProblem(secret, name);
    if (problem) throw badRequest("Choose another password", problem);
    return passwords.hash(secret);
  }
}

function rowOf(stored: StoredUser): z.infer<typeof userRow> {
  return {
    username: stored.username,
    displayName: stored.displayName,
    roles: rolesOf(stored.roles),
    disabled: stored.disabled,
    createdAt: stored.createdAt.toISOString(),
    lastSignInAt: stored.lastSignInAt?.toISOString() ?? null,
  };
}
