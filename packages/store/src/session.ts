import type { Client } from "./client.ts";

/** A session and the account it belongs to, as both are now. */
export type StoredSession = {
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
};

/** Asked at every request, so that a change to the account holds at once. */
export async function readSession(client: Client, tokenSha256: Buffer): Promise<StoredSession | undefined> {
  const { rows } = await client.query<StoredSession>({
    name: "read-session",
    text: `select u.username, u.display_name as "displayName", u.roles, u.disabled, s.created_at as "createdAt",
             s.last_seen_at as "lastSeenAt"
           from session s join app_user u using (username) where s.token_sha256 = $1`,
    values: [tokenSha256],
  });
  return rows[0];
}

export async function insertSession(
  client: Client,
  session: { tokenSha256: Buffer; username: string; at: Date },
): Promise<void> {
  await client.query("insert into session (token_sha256, username, created_at, last_seen_at) values ($1, $2, $3, $3)", [
    session.tokenSha256,
    session.username,
    session.at,
  ]);
}

/** Notes activity. It never goes back: two requests may arrive here in either order. */
export async function touchSession(client: Client, tokenSha256: Buffer, at: Date): Promise<void> {
  await client.query("update session set last_seen_at = greatest(last_seen_at, $2) where token_sha256 = $1", [
    tokenSha256,
    at,
  ]);
}

export async function deleteSession(client: Client, tokenSha256: Buffer): Promise<void> {
  await client.query("delete from session where token_sha256 = $1", [tokenSha256]);
}

export async function deleteSessionsOfUser(client: Client, username: string): Promise<void> {
  await client.query("delete from session where username = $1", [username]);
}

/** Sweeps sessions that were idle or alive for too long. */
export async function deleteStaleSessions(
  client: Client,
  before: { lastSeenAt: Date; createdAt: Date },
): Promise<void> {
  await client.query("delete from session where last_seen_at < $1 or created_at < $2", [
    before.lastSeenAt,
    before.createdAt,
  ]);
}

export async function insertSignInLink(
  client: Client,
  link: { tokenSha256: Buffer; at: Date; expiresAt: Date },
): Promise<void> {
  await client.query("insert into sign_in_link (token_sha256, created_at, expires_at) values ($1, $2, $3)", [
    link.tokenSha256,
    link.at,
    link.expiresAt,
  ]);
}

/** Uses a link up. @returns false when there is none, it was used before or it has expired. */
export async function takeSignInLink(client: Client, tokenSha256: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    "update sign_in_link set used_at = $2 where token_sha256 = $1 and used_at is null and expires_at > $2",
    [tokenSha256, at],
  );
  return rowCount === 1;
}

/** Withdraws every link that was not used. */
export async function withdrawSignInLinks(client: Client): Promise<void> {
  await client.query("delete from sign_in_link where used_at is null");
}
