import { ROLES, type Role } from "@chesil/access";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BOOTSTRAP_USERNAME, guard, isLoopbackAddress } from "./admission.ts";
import { BOOTSTRAP_TOKEN, openRig, type Rig } from "./rig.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const EVERYBODY = "administrator data-manager operations clinician privacy-officer";
const PATIENTS = "administrator data-manager clinician privacy-officer";
const MESSAGES = "administrator data-manager operations privacy-officer";
const SETTLING = "administrator data-manager operations";

/** What FHIR reads and searches beside patients. */
const FHIR_TYPES = [
  ..."AllergyIntolerance Appointment AuditEvent Basic CarePlan Condition Coverage DiagnosticReport DocumentReference".split(
    " ",
  ),
  ..."Encounter EpisodeOfCare Flag Immunization Location MedicationStatement Observation Organization".split(" "),
  ..."Practitioner Procedure Provenance RelatedPerson ServiceRequest".split(" "),
];

/** Written by hand, apart from roles.ts, so that a slip in the table is a failing test. */
const EXPECTED: Readonly<Record<string, string>> = {
  "GET /livez": "open",
  "GET /readyz": "open",
  "GET /metrics": "loopback",
  "GET /": "open",
  /** To systems alone: nothing that a browser sends is taken. */
  "GET /itk": "open",
  "POST /itk": "open",
  "POST /api/v1/session": "open",
  "GET /api/v1/session": "open",
  "DELETE /api/v1/session": "open",
  "POST /api/v1/session/setup": "open",
  "GET /docs": EVERYBODY,
  "GET /docs/json": EVERYBODY,
  "GET /api/v1/users": "administrator",
  "POST /api/v1/users": "administrator",
  "PATCH /api/v1/users/:username": "administrator",
  "GET /api/v1/live": EVERYBODY,
  "GET /api/v1/live/history": EVERYBODY,
  "GET /api/v1/metrics/summary": EVERYBODY,
  "GET /api/v1/feeds": EVERYBODY,
  "GET /api/v1/loads": EVERYBODY,
  "POST /api/v1/loads": "administrator data-manager",
  "POST /api/v1/messages/search": MESSAGES,
  "GET /api/v1/messages/:id": MESSAGES,
  "POST /api/v1/messages/:id/replay": SETTLING,
  "POST /api/v1/messages/:id/skip": SETTLING,
  "POST /api/v1/messages/:id/repair": "administrator data-manager",
  "POST /api/v1/messages/replay": SETTLING,
  "GET /api/v1/quarantine/summary": SETTLING,
  "GET /api/v1/parked": SETTLING,
  "POST /api/v1/persons/search": PATIENTS,
  "GET /api/v1/persons/:id": PATIENTS,
  "GET /api/v1/persons/:id/facts": PATIENTS,
  "GET /api/v1/persons/:id/history": PATIENTS,
  "GET /api/v1/persons/:id/known-at": PATIENTS,
  "GET /api/v1/persons/:id/export": "privacy-officer",
  "GET /api/v1/persons/:id/consent": "privacy-officer",
  "POST /api/v1/persons/:id/consent": "privacy-officer",
  "POST /api/v1/persons/:id/sensitivity": "privacy-officer",
  "GET /api/v1/consents/questions": "privacy-officer",
  "POST /api/v1/consents/search": "privacy-officer",
  "GET /api/v1/facts/:factId/documents/:n": PATIENTS,
  "GET /api/v1/facts/:factId/documents/:n/content": PATIENTS,
  "POST /api/v1/persons/:id/merge": "administrator data-manager",
  "POST /api/v1/persons/:id/split": "administrator data-manager",
  "POST /api/v1/persons/:id/unmerge": "administrator data-manager",
  "POST /api/v1/persons/:id/move": "administrator data-manager",
  "GET /api/v1/identity-events": "administrator",
  "GET /api/v1/review-tasks": "administrator data-manager privacy-officer",
  "GET /api/v1/review-tasks/:id": "administrator data-manager privacy-officer",
  "GET /api/v1/review-tasks/statistics": "administrator data-manager privacy-officer",
  "POST /api/v1/review-tasks/assign": "administrator data-manager",
  "POST /api/v1/review-tasks/:id/decision": "administrator data-manager privacy-officer",
  "GET /api/v1/models": "administrator data-manager privacy-officer",
  "GET /api/v1/models/drift": "administrator data-manager privacy-officer",
  "GET /api/v1/models/:version/shadow": "administrator data-manager privacy-officer",
  "GET /api/v1/models/:version/shadow/changes": "administrator data-manager privacy-officer",
  "GET /api/v1/models/:version/thresholds": "administrator data-manager privacy-officer",
  "POST /api/v1/models/:version/shadow": "administrator data-manager",
  "POST /api/v1/models/:version/activate": "administrator",
  "GET /api/v1/decisions": "administrator data-manager privacy-officer",
  "GET /api/v1/decisions/:id": "administrator data-manager privacy-officer",
  "POST /api/v1/decisions/:id/undo": "administrator data-manager privacy-officer",
  "GET /api/v1/link-rules": "administrator data-manager privacy-officer",
  "POST /api/v1/link-rules/:id/lift": "administrator data-manager",
  "GET /api/v1/audit": "administrator privacy-officer",
  "GET /fhir/metadata": EVERYBODY,
  "GET /fhir/Patient": PATIENTS,
  "GET /fhir/Patient/_search": PATIENTS,
  "POST /fhir/Patient/_search": PATIENTS,
  "GET /fhir/Patient/$match": PATIENTS,
  "POST /fhir/Patient/$match": PATIENTS,
  "GET /fhir/Patient/$ihe-pix": PATIENTS,
  "POST /fhir/Patient/$ihe-pix": PATIENTS,
  "GET /fhir/Patient/:id": PATIENTS,
  "GET /fhir/Patient/:id/$everything": PATIENTS,
  "POST /fhir/Patient/:id/$everything": PATIENTS,
  "GET /fhir/Binary/:id": PATIENTS,
  ...Object.fromEntries(
    FHIR_TYPES.flatMap((type) => {
      const who = type === "AuditEvent" ? "privacy-officer" : PATIENTS;
      const ways = ["GET /fhir/_", "GET /fhir/_/_search", "POST /fhir/_/_search", "GET /fhir/_/:id"];
      return ways.map((way) => [way.replace("_", type), who]);
    }),
  ),
};

/** Every route and method there is: HEAD is asked like its GET, and the stream is tested where it can be ended. */
const routes = () =>
  rig.app.routeActions.map(({ method, url }) => ({ method, url, key: `${method === "HEAD" ? "GET" : method} ${url}` }));
const callOf = ({ method, url }: { method: string; url: string }) => ({
  method: method as "GET",
  url: url.replace(":id", "999999").replace(":username", "nobody"),
  headers: method === "GET" || method === "HEAD" ? {} : { "x-chesil-request": "1" },
});

test("the table of expectations covers every route, and names none that is not there", () => {
  const keys = new Set(routes().map((route) => route.key));
  expect([...keys].sort()).toEqual(Object.keys(EXPECTED).sort());
});

test("without a session every route that is not open answers 401", async () => {
  for (const route of routes()) {
    const expected = EXPECTED[route.key];
    if (expected === "open" || expected === "loopback") continue;
    const { statusCode, headers } = await rig.app.inject(callOf(route));
    expect([route.key, statusCode]).toEqual([route.key, 401]);
    expect(headers["content-type"]).toMatch(route.url.startsWith("/fhir") ? "application/fhir+json" : "problem+json");
  }
});

describe.each<Role | "no role">([...ROLES, "no role"])("%s", (role) => {
  test("is admitted where the table says and refused everywhere else", async () => {
    const cookie = await rig.signedIn(role === "no role" ? [] : [role], `matrix-${role.replace(" ", "-")}`);
    for (const route of routes()) {
      const expected = EXPECTED[route.key] ?? "";
      // Signing out would end the session; an open stream would not end at all.
      if (expected === "open" || expected === "loopback" || route.url === "/api/v1/live") continue;
      const call = callOf(route);
      const { statusCode } = await rig.app.inject({ ...call, headers: { ...call.headers, cookie } });
      const isAdmitted = expected === EVERYBODY || expected.split(" ").includes(role);
      expect([route.key, role, statusCode === 403]).toEqual([route.key, role, !isAdmitted]);
      if (isAdmitted) expect([route.key, statusCode]).not.toEqual([route.key, 401]);
    }
  });
});

test("what does not exist is not told to strangers", async () => {
  for (const url of [
    "/api",
    "/api/v1/nothing",
    "/api/v2/users",
    "/docs/nothing",
    "/fhir/nothing",
    "/itk/nothing",
    "/api?x=1",
  ]) {
    expect([url, (await rig.app.inject({ url })).statusCode]).toEqual([url, 401]);
  }
  const cookie = await rig.signedIn(["clinician"]);
  expect((await rig.ask(cookie, "GET", "/api/v1/nothing")).statusCode).toBe(404);
  // The console's own addresses hold nothing to hide.
  expect((await rig.app.inject({ url: "/nothing" })).statusCode).toBe(404);
});

test("a route that names no action ends the start", () => {
  const app = fastify();
  guard(app, { sessions: undefined as never, gate: undefined as never, bootstrapToken: undefined });
  expect(() => app.get("/forgotten", async () => "open")).toThrow(/names no action/);
  expect(() => app.get("/misspelt", { config: { action: "persons.raed" as never } }, async () => "open")).toThrow();
  expect(() => app.get("/inherited", { config: { action: "toString" as never } }, async () => "open")).toThrow();
});

test("security headers stand on every answer, refusals and failures included", async () => {
  const cookie = await rig.signedIn([...ROLES], "headers");
  const asked = [
    ...routes()
      .filter((route) => route.url !== "/api/v1/live")
      .map(callOf),
    { method: "GET" as const, url: "/nowhere" },
  ];
  for (const call of asked) {
    for (const headers of [{}, { cookie, "x-chesil-request": "1" }]) {
      const answer = await rig.app.inject({ ...call, headers });
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect([call.url, name, answer.headers[name]]).toEqual([call.url, name, value]);
      }
      expect([call.url, answer.headers["cache-control"]]).toEqual([call.url, "no-store"]);
    }
  }
  expect(SECURITY_HEADERS["content-security-policy"]).toMatch(
    /^default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;.*frame-ancestors 'none'/,
  );
});

describe("a request that changes something", () => {
  const url = "/api/v1/session";
  const payload = { username: "nobody", password: "not a password" };
  const post = (headers: Record<string, string>) => rig.app.inject({ method: "POST", url, payload, headers });

  test.each([
    ["without the header", {}],
    ["with another value of it", { "x-chesil-request": "true" }],
    ["from a page of another site", { "x-chesil-request": "1", "sec-fetch-site": "cross-site" }],
    ["from a page of the same domain elsewhere", { "x-chesil-request": "1", "sec-fetch-site": "same-site" }],
    ["from another origin", { "x-chesil-request": "1", origin: "https://elsewhere.example" }],
    ["from no origin", { "x-chesil-request": "1", origin: "null" }],
    ["from another port", { "x-chesil-request": "1", origin: "http://localhost:81", host: "localhost:80" }],
  ] as [string, Record<string, string>][])("is refused %s", async (_, headers) => {
    expect((await post(headers)).statusCode).toBe(403);
  });

  test("is looked at when it comes from our own pages", async () => {
    const headers = {
      "x-chesil-request": "1",
      "sec-fetch-site": "same-origin",
      origin: "http://localhost:80",
      host: "localhost:80",
    };
    expect((await post(headers)).statusCode).toBe(401);
  });

  test("is refused before anything is done, on every route", async () => {
    const cookie = await rig.signedIn([...ROLES], "csrf");
    for (const route of routes().filter(({ method }) => method !== "GET" && method !== "HEAD")) {
      const isOfSystems = route.key === "POST /itk";
      const sent = isOfSystems ? { cookie, "sec-fetch-site": "same-origin" } : { cookie };
      const { statusCode } = await rig.app.inject({ ...callOf(route), headers: sent });
      expect([route.key, statusCode]).toEqual([route.key, 403]);
    }
    expect((await rig.ask(cookie, "GET", "/api/v1/session")).statusCode).toBe(200);
  });
});

describe("the bootstrap token", () => {
  const ask = (options: { token?: string; remoteAddress?: string; headers?: Record<string, string> }) =>
    rig.app.inject({
      url: "/api/v1/users",
      headers: { authorization: `Bearer ${options.token ?? BOOTSTRAP_TOKEN}`, ...options.headers },
      ...(options.remoteAddress ? { remoteAddress: options.remoteAddress } : {}),
    });

  test("has every role from this machine, needs no CSRF header, and is on record", async () => {
    expect((await ask({})).statusCode).toBe(200);
    for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
      expect((await ask({ remoteAddress: address })).statusCode).toBe(200);
    }
    const search = await rig.app.inject({
      method: "POST",
      url: "/api/v1/messages/search",
      payload: {},
      headers: { authorization: `bearer ${BOOTSTRAP_TOKEN}` },
    });
    expect(search.statusCode).toBe(200);
    expect(await rig.audit()).toContainEqual(
      expect.objectContaining({ username: BOOTSTRAP_USERNAME, detail: { action: "user.manage" } }),
    );
  });

  test.each([
    ["from another machine", { remoteAddress: "10.0.0.7" }],
    [
      "from a machine that says it is this one",
      { remoteAddress: "10.0.0.7", headers: { "x-forwarded-for": "127.0.0.1" } },
    ],
    ["through a proxy on this machine", { headers: { "x-forwarded-for": "10.0.0.7" } }],
    ["through a proxy that says so the new way", { headers: { forwarded: "for=10.0.0.7" } }],
    ["when it is another one", { token: `${BOOTSTRAP_TOKEN}x` }],
    ["when it is empty", { token: "" }],
    ["when it is a part", { token: BOOTSTRAP_TOKEN.slice(0, -1) }],
  ])("is refused %s", async (_, options) => {
    expect((await ask(options)).statusCode).toBe(401);
  });

  test("is refused where none is configured, the empty one too", async () => {
    const bare = await openRig({ config: { bootstrapToken: undefined } });
    for (const token of ["", "undefined", BOOTSTRAP_TOKEN]) {
      const answer = await bare.app.inject({ url: "/api/v1/users", headers: { authorization: `Bearer ${token}` } });
      expect(answer.statusCode).toBe(401);
    }
    await bare.close();
  });

  test("does not fall back to the cookie beside it", async () => {
    const cookie = await rig.signedIn(["administrator"], "beside");
    expect((await ask({ token: "wrong", headers: { cookie } })).statusCode).toBe(401);
  });
});

test("metrics are for this machine", async () => {
  expect((await rig.app.inject({ url: "/metrics" })).body).toBe("chesil_up 1\n");
  expect((await rig.app.inject({ url: "/metrics", remoteAddress: "10.0.0.7" })).statusCode).toBe(403);
  expect((await rig.app.inject({ url: "/metrics", headers: { "x-forwarded-for": "10.0.0.7" } })).statusCode).toBe(403);
});

test("an address is this machine's or it is not", () => {
  const local = ["127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.9"];
  const other = [
    "10.0.0.1",
    "::ffff:10.0.0.1",
    "128.0.0.1",
    "127.evil.example",
    "",
    undefined,
    "localhost",
    "::",
    "0.0.0.0",
  ];
  expect(local.filter((address) => !isLoopbackAddress(address))).toEqual([]);
  expect(other.filter((address) => isLoopbackAddress(address))).toEqual([]);
});

test("what is logged of a request is its route, never its address", async () => {
  const cookie = await rig.signedIn([...ROLES], "logged");
  rig.events.length = 0;
  await rig.ask(cookie, "GET", "/api/v1/persons/11111111-1111-4111-8111-111111111111");
  await rig.ask(cookie, "GET", "/fhir/Patient?identifier=9990000018");
  await rig.ask(cookie, "GET", "/no/such/9990000018");
  expect(rig.events.map((event) => ("route" in event ? event.route : event.event))).toEqual([
    "/api/v1/persons/:id",
    "/fhir/Patient",
    "/*",
  ]);
  expect(JSON.stringify(rig.events)).not.toMatch(/9990000018|11111111-1111/);
});
