import { readFileSync } from "node:fs";
import { defaultModel } from "@chesil/matching";
import { afterAll, beforeAll, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import type { ApiOptions } from "./deps.ts";
import { openApiDocument } from "./openapi.ts";
import { CONFIG } from "./rig.ts";
import { NO_MODELS, snapshotAt } from "./rig-sources.ts";
import { startApi } from "./start.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const options = (): ApiOptions => ({
  database,
  config: CONFIG,
  live: { snapshot: async () => snapshotAt(new Date(0)), history: () => [], matchMs: () => null },
  model: async () => defaultModel,
  knownAt: async () => "too-many",
  models: NO_MODELS,
  loadUploaded: async () => ({ ok: false, kind: "no-feed" }),
  answerItk: () => undefined,
  decider: "resolve",
  dialectOf: () => ({ defaultAuthority: "RDZ" }),
  readiness: () => ({ ready: true, waitingFor: [] }),
  metricsText: async () => "",
  telemetry: { log: () => {} },
  clock: () => new Date(),
});

test("a new installation starts with a sign-in link that works, and a used one without", async () => {
  const first = await startApi(options());
  const link = new URL(first.signInUrl ?? expect.fail("there is no link"));
  expect([link.pathname, link.search, link.port]).toEqual(["/sign-in", "", String(first.port)]);
  const headers = { "content-type": "application/json", "x-chesil-request": "1" };
  const post = async (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${first.port}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const token = new URLSearchParams(link.hash.slice(1)).get("token");
  const { token2 } = (await (await post("/api/v1/session", { token })).json()) as { token2: string };
  const user = { username: "ada", displayName: "Ada", password: "three random words" };
  const made = await post("/api/v1/session/setup", { setupToken: token2, ...user });
  expect(made.headers.get("set-cookie")).toMatch(/^chesil_session=.*HttpOnly/);
  await first.stop();
  await expect(fetch(`http://127.0.0.1:${first.port}/livez`)).rejects.toThrow();
  const second = await startApi(options());
  expect(second.signInUrl).toBeUndefined();
  await second.stop();
});

test("a stop waits for a request in flight until its deadline, and no longer", async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const never = new Promise<string>(() => {});
  const api = await startApi({
    ...options(),
    metricsText: () => {
      asked();
      return never;
    },
  });
  const answer = fetch(`http://127.0.0.1:${api.port}/metrics`).catch(() => "cut off");
  await isAsked;
  const begun = performance.now();
  await api.stop(AbortSignal.timeout(200));
  expect(performance.now() - begun).toBeGreaterThan(150);
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(await answer).toBe("cut off");
});

test("a port that is taken fails the start", async () => {
  const first = await startApi(options());
  const taken = { ...options(), config: { ...CONFIG, http: { ...CONFIG.http, port: first.port } } };
  await expect(startApi(taken)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await first.stop();
});

test("schemas/openapi.json describes this version", async () => {
  const stored: unknown = JSON.parse(readFileSync(new URL("../../../schemas/openapi.json", import.meta.url), "utf8"));
  expect(await openApiDocument()).toEqual(stored);
});
