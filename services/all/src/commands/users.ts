import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { openGate, ROLES, type Role } from "@chesil/access";
import { makeSignInLink, Passwords, passwordProblem } from "@chesil/api";
import { insertUser, readUsers } from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";

/** `chesil users list`: one line each, tab-separated. */
export function listUsers(terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    for (const user of await readUsers(database.pool)) {
      terminal.data(
        [user.username, user.displayName, user.roles.join(","), user.disabled ? "disabled" : "enabled"].join("\t"),
      );
    }
    return 0;
  });
}

/** `chesil users add`: the password comes by standard input, so that it stands in no shell history. */
export function addUser(
  username: string,
  given: { name: string; role: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role);
  const unknown = given.role.filter((role) => !isRole(role));
  if (unknown.length > 0)
    throw new UsageError(`There is no role ${unknown.join(", ")}. The roles are ${ROLES.join(", ")}.`);
  if (!/^[a-z0-9][a-z0-9._-]{1,39}$/.test(username))
    throw new UsageError("A username has 2 to 40 lower-case letters, digits, dots, hyphens.");
  return withStore(async (database) => {
    const password = (await text(process.stdin)).replace(/\r?\n$/, "");
    const problem = passwordProblem(password, username);
    if (problem) throw new UsageError(problem);
    const by = `${userInfo().username} (command line)`;
    await openGate({ database, clock: terminal.now }).record(by, "user.created", { user: username, roles: given.role });
    const isNew = await insertUser(database.pool, {
      username,
      displayName: given.name,
      passwordHash: await new Passwords().hash(password),
      roles: [...given.role],
      createdAt: terminal.now(),
    });
    if (!isNew) throw new UsageError(`The username ${username} is taken.`);
    terminal.data(`${username} can sign in.`);
    return 0;
  });
}

/** `chesil users link`: the first user's one-time link again, when the printed one was lost. */
export function signInLink(terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    const token = await makeSignInLink(database, terminal.now());
    if (!token) throw new UsageError("There are users already. Sign in, or add one: chesil users add.");
    terminal.data(`/sign-in#token=${token}`);
    return 0;
  });
}
