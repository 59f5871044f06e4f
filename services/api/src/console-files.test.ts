import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRig, type Rig } from "./rig.ts";

let folder: string;
let rig: Rig;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "chesil-console-"));
  const built = join(folder, "dist");
  mkdirSync(join(built, "assets"), { recursive: true });
  writeFileSync(join(built, "index.html"), "<title>Chesil</title>");
  writeFileSync(join(built, "favicon.svg"), "<svg/>");
  writeFileSync(join(built, ".hidden"), "CANARY");
  writeFileSync(join(built, "assets", "main-abc.js"), "1;");
  writeFileSync(join(folder, "outside.txt"), "CANARY");
  mkdirSync(join(folder, "dist-beside"));
  writeFileSync(join(folder, "dist-beside", "beside.txt"), "CANARY");
  symlinkSync(folder, join(built, "assets", "up"));
  rig = await openRig({ consoleDir: built });
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string) => rig.app.inject({ url });

test("the console's pages are its one page, asked for again at every visit", async () => {
  for (const url of ["/", "/sign-in", "/people/00000000-0000-8000-8000-000000000001", "/messages/7", "/sign-in?x=1"]) {
    const answer = await get(url);
    expect([url, answer.statusCode, answer.body]).toEqual([url, 200, "<title>Chesil</title>"]);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.headers["content-security-policy"]).toMatch(/default-src 'self'/);
  }
  expect((await rig.app.inject({ method: "HEAD", url: "/people" })).statusCode).toBe(200);
});

test("hashed files are kept for good, others are not", async () => {
  const script = await get("/assets/main-abc.js");
  expect([script.statusCode, script.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
  expect(script.headers["content-type"]).toMatch(/javascript/);
  expect((await get("/favicon.svg")).headers["cache-control"]).toBe("no-cache");
});

test("a file that is not there is not the console, and is not kept", async () => {
  for (const url of ["/assets/main-old.js", "/missing.png", "/assets/"]) {
    const answer = await get(url);
    expect([url, answer.statusCode, answer.headers["cache-control"]]).toEqual([url, 404, "no-store"]);
  }
});

test("nothing outside the folder is served, however it is spelt", async () => {
  for (const url of [
    "/../outside.txt",
    "/%2e%2e/outside.txt",
    "/..%2foutside.txt",
    "/assets/../../outside.txt",
    "/assets/%2e%2e/%2e%2e/outside.txt",
    "/assets/..%5c..%5coutside.txt",
    "/../dist-beside/beside.txt",
    "//outside.txt",
    "/.hidden",
    "/assets/%00.js",
    "/%",
    "/%ff",
  ]) {
    const answer = await get(url);
    expect([url, answer.body.includes("CANARY")]).toEqual([url, false]);
    expect([url, answer.statusCode < 500]).toEqual([url, true]);
  }
});

test("the API's addresses are never the console's", async () => {
  expect((await get("/api/v1/nothing")).statusCode).toBe(401);
  expect((await get("/fhir/nothing")).statusCode).toBe(401);
  expect(
    (await rig.app.inject({ method: "POST", url: "/people", headers: { "x-chesil-request": "1" } })).statusCode,
  ).toBe(404);
});
