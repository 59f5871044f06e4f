import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HTTP_LIMITS } from "./app.ts";
import { problemOf } from "./failure.ts";
import { Problem } from "./problem.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
let cookie: string;
beforeAll(async () => {
  rig = await openRig();
  cookie = await rig.signedIn(["data-manager"], "dora");
});
afterAll(() => rig.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  rig.app.inject({
    method: "POST",
    url: "/api/v1/messages/search",
    payload,
    headers: { cookie, "x-chesil-request": "1", "content-type": "application/json", ...headers },
  });

test("a body is as large as the limit and no larger", async () => {
  const filled = (bytes: number) => `{"feed":"x"${" ".repeat(bytes - 12)}}`;
  expect((await post(filled(HTTP_LIMITS.bodyBytesMax))).statusCode).toBe(200);
  const over = await post(filled(HTTP_LIMITS.bodyBytesMax + 1));
  expect([over.statusCode, over.json().title]).toEqual([413, "The request is too large"]);
});

test.each<[string, string, Record<string, string>, number]>([
  ["half a JSON document", '{"feed":', {}, 400],
  ["no JSON at all", "MSH|^~\\&|", {}, 400],
  ["a list", "[]", {}, 400],
  ["a form", "feed=x", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["plain text", '{"feed":"x"}', { "content-type": "text/plain" }, 415],
  ["XML", "<feed/>", { "content-type": "application/xml" }, 415],
  ["a prototype", '{"__proto__":{"admin":true}}', {}, 400],
  ["a constructor", '{"constructor":{"prototype":{"admin":true}}}', {}, 400],
  ["nothing", "", {}, 400],
])("%s is refused as a problem that says nothing of the inside", async (_, payload, headers, status) => {
  const answer = await post(payload, headers);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.json()).toMatchObject({ type: "about:blank", status });
  expect(answer.body).not.toMatch(/\bat \/|node_modules|SyntaxError|FST_|token/i);
});

test("an unexpected failure says nothing but that there is one, and its class goes to telemetry", async () => {
  rig.events.length = 0;
  await rig.database.pool.query("alter table outcome rename to outcome_away");
  const answer = await post("{}");
  await rig.database.pool.query("alter table outcome_away rename to outcome");
  expect([answer.statusCode, answer.json()]).toEqual([
    500,
    { type: "about:blank", title: "There is a problem with Chesil", status: 500 },
  ]);
  expect(rig.events).toMatchObject([
    { event: "http-failed", method: "POST", route: "/api/v1/messages/search", status: 500, error: { code: "42P01" } },
    { event: "http-answered", status: 500 },
  ]);
});

test("a statement that takes too long asks for a narrower search", () => {
  expect(problemOf({ code: "57014" })).toMatchObject({ statusCode: 503, title: "This search took too long" });
});

test.each([undefined, null, "text", 7, {}, new Error("secret"), { statusCode: 200 }, { statusCode: "400" }])(
  "whatever is thrown (%j) is a problem with none of its words",
  (thrown) => {
    const problem = problemOf(thrown);
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.statusCode, problem.title]).toEqual([500, "There is a problem with Chesil"]);
  },
);

test.each([
  ["too long", `/api/v1/persons/${"1".repeat(HTTP_LIMITS.pathParameterLengthMax + 1)}`, 414],
  ["not to be decoded", "/api/v1/persons/CANARY%ff", 400],
  ["not to be decoded either", "/CANARY%", 400],
])("an address that is %s is refused like anything else, and not said back", async (_, url, status) => {
  const answer = await rig.ask(cookie, "GET", url);
  expect([answer.statusCode, answer.json()]).toMatchObject([status, { type: "about:blank", status }]);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.headers["content-security-policy"]).toMatch(/default-src 'self'/);
  expect(answer.body).not.toMatch(/CANARY|1111/);
});

test("readiness names what is missing, and liveness does not ask", async () => {
  const waiting = await openRig({ readiness: () => ({ ready: false, waitingFor: ["resolve"] }) });
  const ready = await waiting.app.inject({ url: "/readyz" });
  expect([ready.statusCode, ready.json()]).toEqual([503, { ready: false, waitingFor: ["resolve"] }]);
  expect((await waiting.app.inject({ url: "/livez" })).statusCode).toBe(200);
  await waiting.close();
});

test("garbage on the socket is answered by closing it, and the next request is served", async () => {
  await rig.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = rig.app.server.address() as { port: number };
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("\u000bMSH|^~\\&|PAS\r\u001c\r"));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
});

test("feeds are shown with what their listeners saw, and none of its bytes", async () => {
  await rig.database.pool.query(
    "insert into wire_fault (feed, at, remote_address, reason, bytes) select 'poole-pas', $1, '10.0.0.9', r, 'CANARY' from unnest($2::text[]) r",
    [rig.now(), ["not-mllp", "not-mllp", "frame-timeout", "something-new"]],
  );
  const answer = await rig.ask(cookie, "GET", "/api/v1/feeds");
  expect(answer.json().feeds).toMatchObject([
    { name: "poole-pas", faults: { "not-mllp": 2, "frame-timeout": 1, "something-new": 1 } },
  ]);
  expect(answer.json().feeds[0].recentFaults[0]).toMatchObject({ remote: "10.0.0.9", reason: "something-new" });
  expect(answer.body).not.toContain("CANARY");
});
