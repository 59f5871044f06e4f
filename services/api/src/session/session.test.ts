import { ROLES } from "@chesil/access";
import PQueue from "p-queue";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { newToken, tokenSha256 } from "./sessions.ts";
import { makeSignInLink } from "./sign-in-link.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIRST = { username: "Ada.First", displayName: "Ada First", password: "three random words" };

let database: Rig["database"];
let rig: Rig;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate app_user, session, sign_in_link, audit");
  rig = await openRig({ database });
});
afterEach(() => rig.app.close());

const redeem = (token: string) => rig.ask(null, "POST", "/api/v1/session", { token });
const setUp = (setupToken: string, user: object = FIRST) =>
  rig.ask(null, "POST", "/api/v1/session/setup", { setupToken, ...user });
const signIn = (username: string, password: string, cookie: string | null = null) =>
  rig.ask(cookie, "POST", "/api/v1/session", { username, password });
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String(answer.headers["set-cookie"]).split(";")[0] ?? "";
const whoIs = async (cookie: string) => (await rig.ask(cookie, "GET", "/api/v1/session")).statusCode;

async function linkToken(): Promise<string> {
  return (await makeSignInLink(rig.database, rig.now())) ?? expect.fail("no link was made");
}

async function setUpFirst(): Promise<string> {
  const { token2 } = (await redeem(await linkToken())).json<{ token2: string }>();
  return cookieOf(await setUp(token2));
}

describe("the one-time link", () => {
  test("leads to the first user, who gets every role and is signed in", async () => {
    const redeemed = await redeem(await linkToken());
    expect(redeemed.json()).toMatchObject({ user: null, setup: true });
    const made = await setUp(redeemed.json<{ token2: string }>().token2);
    expect(made.json()).toEqual({ user: { username: "ada.first", displayName: "Ada First", roles: [...ROLES] } });
    expect(await whoIs(cookieOf(made))).toBe(200);
    expect((await rig.audit()).map((entry) => entry.action)).toEqual(["user.created", "session.sign-in"]);
  });

  test("works once", async () => {
    const token = await linkToken();
    expect((await redeem(token)).statusCode).toBe(200);
    expect((await redeem(token)).statusCode).toBe(401);
  });

  test("works for a day", async () => {
    const token = await linkToken();
    rig.pass(24 * HOUR_MS - 1);
    const other = await rig.database.pool.query("select expires_at from sign_in_link");
    expect(other.rows[0].expires_at.getTime() - rig.now().getTime()).toBe(1);
    rig.pass(1);
    expect((await redeem(token)).statusCode).toBe(401);
  });

  test("is withdrawn by the next one, and none is made when there are users", async () => {
    const old = await linkToken();
    const token = await linkToken();
    expect((await redeem(old)).statusCode).toBe(401);
    const { token2 } = (await redeem(token)).json<{ token2: string }>();
    await setUp(token2);
    expect(await makeSignInLink(rig.database, rig.now())).toBeUndefined();
  });

  test("and the token it gives do not stand for each other, and neither is stored", async () => {
    const token = await linkToken();
    expect((await setUp(token)).statusCode).toBe(401);
    const { token2 } = (await redeem(token)).json<{ token2: string }>();
    expect((await redeem(token2)).statusCode).toBe(401);
    const { rows } = await rig.database.pool.query("select encode(token_sha256, 'escape') as kept from sign_in_link");
    for (const { kept } of rows) expect([token, token2]).not.toContain(kept);
    expect((await setUp(token2)).statusCode).toBe(200);
    expect((await setUp(token2, { ...FIRST, username: "second" })).statusCode).toBe(401);
  });

  test("makes one first user, however many try at once", async () => {
    const { token2 } = (await redeem(await linkToken())).json<{ token2: string }>();
    const tries = ["a1", "b2", "c3", "d4"].map((username) => setUp(token2, { ...FIRST, username }));
    const statuses = (await Promise.all(tries)).map((answer) => answer.statusCode);
    expect(statuses.sort()).toEqual([200, 401, 401, 401]);
    const { rows } = await rig.database.pool.query("select username from app_user");
    expect(rows).toHaveLength(1);
  });

  test("is not used up by a password that will not do", async () => {
    const { token2 } = (await redeem(await linkToken())).json<{ token2: string }>();
    expect((await setUp(token2, { ...FIRST, password: "short" })).statusCode).toBe(400);
    expect((await setUp(token2)).statusCode).toBe(200);
  });

  test("never makes a user of the bootstrap token's name", async () => {
    const { token2 } = (await redeem(await linkToken())).json<{ token2: string }>();
    expect((await setUp(token2, { ...FIRST, username: "bootstrap-token" })).statusCode).toBe(400);
  });
});

describe("signing in", () => {
  test("gives a cookie that scripts and other sites can not use, and nothing else that lasts", async () => {
    await setUpFirst();
    const answer = await signIn(" ADA.first ", FIRST.password);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["set-cookie"]).toMatch(/^chesil_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const { rows } = await rig.database.pool.query("select last_sign_in_at from app_user");
    expect(rows[0].last_sign_in_at).toEqual(rig.now());
  });

  test("over TLS the cookie travels over TLS only, and the browser is told to stay with it", async () => {
    await rig.app.close();
    rig = await openRig({ database, config: { http: { host: "127.0.0.1", port: 0, trustProxy: ["127.0.0.1"] } } });
    await setUpFirst();
    const answer = await rig.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { username: FIRST.username, password: FIRST.password },
      headers: { "x-chesil-request": "1", "x-forwarded-proto": "https", "x-forwarded-for": "10.1.1.1" },
    });
    expect(answer.headers["set-cookie"]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
  });

  test("keeps the token nowhere: the store holds its sha-256", async () => {
    const token = (await setUpFirst()).replace("chesil_session=", "");
    const { rows } = await rig.database.pool.query<{ token_sha256: Buffer }>("select token_sha256 from session");
    expect(rows.map((row) => row.token_sha256.toString("hex"))).toEqual([tokenSha256(token).toString("hex")]);
  });

  test("begins a new session and ends the one before", async () => {
    const first = await setUpFirst();
    const second = cookieOf(await signIn(FIRST.username, FIRST.password, first));
    expect(second).not.toBe(first);
    expect([await whoIs(first), await whoIs(second)]).toEqual([401, 200]);
  });

  test("does not take a session that somebody else chose", async () => {
    await setUpFirst();
    const planted = `chesil_session=${newToken()}`;
    const given = cookieOf(await signIn(FIRST.username, FIRST.password, planted));
    expect([given === planted, await whoIs(planted)]).toEqual([false, 401]);
  });

  test("gives an unknown user, a wrong password and a disabled user the same answer", async () => {
    const admin = await setUpFirst();
    await rig.ask(admin, "POST", "/api/v1/users", {
      username: "off",
      displayName: "Off",
      password: FIRST.password,
      roles: [],
    });
    await rig.ask(admin, "PATCH", "/api/v1/users/off", { disabled: true });
    const answers = [
      await signIn("nobody", FIRST.password),
      await signIn(FIRST.username, "four random words here"),
      await signIn("off", FIRST.password),
    ];
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(401);
  });

  test("does as much work for an unknown user as for a known one", async () => {
    await setUpFirst();
    // The first unknown user also makes the hash that unknown ones are compared to.
    await signIn("warm-up", "not the password at all");
    const hashes = vi.spyOn(PQueue.prototype, "add");
    await signIn("nobody", "not the password at all");
    const forUnknown = hashes.mock.calls.length;
    await signIn(FIRST.username, "not the password at all");
    expect([forUnknown, hashes.mock.calls.length]).toEqual([1, 2]);
    hashes.mockRestore();
  });

  test("writes neither a password nor what was typed for a name into the audit", async () => {
    await setUpFirst();
    await signIn("my secret passphrase", "another secret passphrase");
    expect((await rig.audit()).at(-1)).toMatchObject({ username: "unknown", action: "session.sign-in-refused" });
    expect(JSON.stringify(await rig.audit())).not.toMatch(/secret/);
  });

  test("is slowed for one name from one address, and never locked for its owner elsewhere", async () => {
    await setUpFirst();
    for (let attempt = 0; attempt < 5; attempt++) expect((await signIn(FIRST.username, "wrong")).statusCode).toBe(401);
    const slowed = await signIn(FIRST.username, FIRST.password);
    expect([slowed.statusCode, slowed.headers["retry-after"]]).toEqual([429, "1"]);
    const elsewhere = await rig.app.inject({
      method: "POST",
      url: "/api/v1/session",
      remoteAddress: "10.9.9.9",
      payload: { username: FIRST.username, password: FIRST.password },
      headers: { "x-chesil-request": "1" },
    });
    expect(elsewhere.statusCode).toBe(200);
    expect((await signIn("somebody-else", "wrong")).statusCode).toBe(401);
    rig.pass(1_000);
    expect((await signIn(FIRST.username, FIRST.password)).statusCode).toBe(200);
  });

  test("fails when it can not be put on record", async () => {
    await setUpFirst();
    await database.pool.query("alter table audit rename to audit_away");
    const answer = await signIn(FIRST.username, FIRST.password);
    await database.pool.query("alter table audit_away rename to audit");
    expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([500, undefined]);
  });
});

describe("a session", () => {
  test("ends after 15 minutes without a request, and lives with one", async () => {
    const cookie = await setUpFirst();
    for (let round = 0; round < 4; round++) {
      rig.pass(14 * MINUTE_MS);
      expect(await whoIs(cookie)).toBe(200);
    }
    rig.pass(15 * MINUTE_MS);
    expect(await whoIs(cookie)).toBe(401);
    rig.pass(-10 * MINUTE_MS);
    expect(await whoIs(cookie)).toBe(401);
  });

  test("ends after 12 hours whatever happens", async () => {
    const cookie = await setUpFirst();
    for (let minute = 10; minute < 12 * 60; minute += 10) {
      rig.pass(10 * MINUTE_MS);
      expect(await whoIs(cookie)).toBe(200);
    }
    rig.pass(10 * MINUTE_MS);
    expect(await whoIs(cookie)).toBe(401);
  });

  test("ends when its user signs out, and the cookie with it", async () => {
    const cookie = await setUpFirst();
    const answer = await rig.ask(cookie, "DELETE", "/api/v1/session");
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
    expect(answer.headers["set-cookie"]).toMatch(/^chesil_session=; Max-Age=0; Path=\/;.*HttpOnly; SameSite=Strict$/);
    expect(await whoIs(cookie)).toBe(401);
    expect((await rig.ask(cookie, "DELETE", "/api/v1/session")).statusCode).toBe(204);
  });

  test("is nobody's when its token is no token", async () => {
    for (const token of ["", "x", "%00", "a".repeat(5_000), "../../etc"]) {
      expect(await whoIs(`chesil_session=${token}`)).toBe(401);
    }
  });
});

describe("accounts", () => {
  const add = (admin: string, user: object) => rig.ask(admin, "POST", "/api/v1/users", user);
  const change = (admin: string, name: string, body: object) => rig.ask(admin, "PATCH", `/api/v1/users/${name}`, body);
  const BOB = { username: "bob", displayName: "Bob", password: "five words make one", roles: ["clinician"] };

  test.each([
    ["disabled", { disabled: true }],
    ["given other roles", { roles: ["operations"] }],
    ["given another password", { password: "other words altogether" }],
  ])("a user who is %s is signed out at once", async (_, body) => {
    const admin = await setUpFirst();
    expect((await add(admin, BOB)).statusCode).toBe(201);
    const bob = cookieOf(await signIn("bob", BOB.password));
    expect(await whoIs(bob)).toBe(200);
    expect((await change(admin, "bob", body)).statusCode).toBe(200);
    expect(await whoIs(bob)).toBe(401);
  });

  test("a user who was disabled can not sign in until enabled", async () => {
    const admin = await setUpFirst();
    await add(admin, BOB);
    await change(admin, "bob", { disabled: true });
    expect((await signIn("bob", BOB.password)).statusCode).toBe(401);
    await change(admin, "bob", { disabled: false });
    expect((await signIn("bob", BOB.password)).statusCode).toBe(200);
  });

  test("are listed without their passwords, and every change is on record", async () => {
    const admin = await setUpFirst();
    await add(admin, BOB);
    await change(admin, "bob", { roles: ["clinician", "data-manager"], password: "other words altogether" });
    const listed = await rig.ask(admin, "GET", "/api/v1/users");
    expect(listed.json().users).toMatchObject([
      { username: "ada.first" },
      { username: "bob", disabled: false, lastSignInAt: null },
    ]);
    expect(listed.body).not.toMatch(/argon2|password/i);
    const entries = JSON.stringify(await rig.audit());
    expect(entries).toMatch(/user.changed/);
    expect(entries).not.toMatch(/words/);
  });

  test("there is always an administrator who can sign in", async () => {
    const admin = await setUpFirst();
    await add(admin, BOB);
    expect((await change(admin, "ada.first", { disabled: true })).statusCode).toBe(409);
    expect((await change(admin, "ada.first", { roles: ["clinician"] })).statusCode).toBe(409);
    expect(await whoIs(admin)).toBe(200);
    await change(admin, "bob", { roles: ["administrator"] });
    expect((await change(admin, "ada.first", { roles: ["clinician"] })).statusCode).toBe(200);
  });

  test("a name is taken once, in any case, and never the bootstrap token's", async () => {
    const admin = await setUpFirst();
    await add(admin, BOB);
    expect((await add(admin, { ...BOB, username: "BOB" })).statusCode).toBe(409);
    expect((await add(admin, { ...BOB, username: "bootstrap-token" })).statusCode).toBe(409);
    expect((await change(admin, "nobody", { disabled: true })).statusCode).toBe(404);
    expect((await add(admin, { ...BOB, username: "x/../y" })).statusCode).toBe(400);
    expect((await add(admin, { ...BOB, username: "eve", roles: ["root"] })).statusCode).toBe(400);
  });
});
