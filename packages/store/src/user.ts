import type { Client } from "./client.ts";

/** A person with an account. The hash is for comparing passwords and leaves the API by no way. */
export type StoredUser = {
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
};

export type UserChange = {
  readonly roles?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
};

const USER_COLUMNS = `username, display_name as "displayName", password_hash as "passwordHash", roles, disabled,
  created_at as "createdAt", last_sign_in_at as "lastSignInAt"`;

/** Any number: those who create or change accounts meet at it, so that rules over all accounts hold. */
const ACCOUNTS_ADVISORY_LOCK = 4_317_227;

export async function readUser(client: Client, username: string): Promise<StoredUser | undefined> {
  const { rows } = await client.query<StoredUser>(`select ${USER_COLUMNS} from app_user where username = $1`, [
    username,
  ]);
  return rows[0];
}

/** Every account, by username. */
export async function readUsers(client: Client): Promise<StoredUser[]> {
  const { rows } = await client.query<StoredUser>(`select ${USER_COLUMNS} from app_user order by username`);
  return rows;
}

export async function hasUsers(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>("select exists (select from app_user) as exists");
  return rows[0]?.exists === true;
}

/** Waits until nobody else changes accounts; held until the transaction ends. */
export async function lockAccounts(client: Client): Promise<void> {
  await client.query("select pg_advisory_xact_lock($1)", [ACCOUNTS_ADVISORY_LOCK]);
}

/** @returns false when the username is taken. */
export async function insertUser(
  client: Client,
  user: Omit<StoredUser, "disabled" | "lastSignInAt">,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into app_user (username, display_name, password_hash, roles, created_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [user.username, user.displayName, user.passwordHash, user.roles, user.createdAt],
  );
  return rowCount === 1;
}

/** Changes what is given and leaves the rest. @returns the account as it now is, undefined when there is none. */
export async function updateUser(
  client: Client,
  username: string,
  change: UserChange,
): Promise<StoredUser | undefined> {
  const { rows } = await client.query<StoredUser>(
    `update app_user set roles = coalesce($2::text[], roles), disabled = coalesce($3::boolean, disabled),
       password_hash = coalesce($4::text, password_hash)
     where username = $1 returning ${USER_COLUMNS}`,
    [username, change.roles ?? null, change.disabled ?? null, change.passwordHash ?? null],
  );
  return rows[0];
}

export async function noteSignIn(client: Client, username: string, at: Date): Promise<void> {
  await client.query("update app_user set last_sign_in_at = $2 where username = $1", [username, at]);
}

/** Accounts that can sign in and hold the role. */
export async function countUsersWithRole(client: Client, role: string): Promise<number> {
  const { rows } = await client.query<{ users: number }>(
    "select count(*) as users from app_user where not disabled and $1 = any(roles)",
    [role],
  );
  return rows[0]?.users ?? 0;
}
