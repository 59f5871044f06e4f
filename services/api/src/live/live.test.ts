import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRig, type Rig } from "../rig.ts";
import { snapshotAt } from "../rig-sources.ts";
import { snapshot } from "./snapshot.ts";
import { LIVE_LIMITS, LiveStreams } from "./streams.ts";

let rig: Rig;
let cookie: string;
let url: string;
beforeEach(async () => {
  rig = await openRig();
  cookie = await rig.signedIn(["operations"], "otto");
  await rig.app.listen({ host: "127.0.0.1", port: 0 });
  url = `http://127.0.0.1:${(rig.app.server.address() as AddressInfo).port}/api/v1/live`;
});
afterEach(() => rig.close());

const open = (headers: Record<string, string> = { cookie }) => fetch(url, { headers });

/** Reads a stream until its text holds so many of the word, or it ends. */
async function readUntil(response: Response, word: string, times: number): Promise<string> {
  const reader = response.body?.getReader() ?? expect.fail("there is no stream");
  const decoder = new TextDecoder();
  let text = "";
  while (text.split(word).length <= times) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

test("a stream begins with a snapshot and brings another each second, with every header", async () => {
  const response = await open();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-security-policy")).toMatch(/default-src 'self'/);
  const begun = performance.now();
  const text = await readUntil(response, "event: snapshot", 3);
  expect(performance.now() - begun).toBeGreaterThan(LIVE_LIMITS.snapshotMs);
  const [first] = text.match(/^data: .*$/m) ?? [];
  expect(snapshot.parse(JSON.parse(first?.slice(6) ?? ""))).toEqual(snapshotAt(rig.now()));
});

test("so many streams a user, and no more; one that closes makes room", async () => {
  const streams: Response[] = [];
  for (let number = 0; number < LIVE_LIMITS.streamsPerUserMax; number++) streams.push(await open());
  expect((await open()).status).toBe(503);
  const other = await rig.signedIn(["clinician"], "carla");
  expect((await open({ cookie: other })).status).toBe(200);
  await streams[0]?.body?.cancel();
  await expect.poll(async () => (await open()).status, { timeout: 5_000 }).toBe(200);
});

test("stopping ends every stream", async () => {
  const ends = Promise.all([open(), open()].map(async (each) => readUntil(await each, "never", 1)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await rig.app.close();
  for (const text of await ends) expect(text).toContain("event: snapshot");
});

/** A reply as the streams use one. */
function fakeReply() {
  const written: string[] = [];
  const closers: (() => void)[] = [];
  const raw = {
    written,
    ended: false,
    destroyed: false,
    writableLength: 0,
    on: (_: string, closer: () => void) => closers.push(closer),
    writeHead: () => {},
    write: (text: string) => written.push(text),
    end: () => {
      raw.ended = true;
    },
    destroy: () => {
      raw.destroyed = true;
      for (const closer of closers) closer();
    },
  };
  return { raw, reply: { raw, hijack: () => {} } as never };
}

const source = { snapshot: async () => snapshotAt(new Date(0)), history: () => [], matchMs: () => null };

test("a stream lives as long as its session is allowed, and shows that it lives", async () => {
  const streams = new LiveStreams(source, 20);
  const { raw, reply } = fakeReply();
  let allowed = true;
  await streams.open({ username: "otto", reply, isStillAllowed: async () => allowed });
  await expect.poll(() => raw.written.includes(": still here\n\n")).toBe(true);
  expect(raw.ended).toBe(false);
  allowed = false;
  await expect.poll(() => raw.ended).toBe(true);
  expect(streams.count).toBe(0);
});

test("a session that can not be looked at ends the stream", async () => {
  const streams = new LiveStreams(source, 20);
  const { raw, reply } = fakeReply();
  await streams.open({ username: "otto", reply, isStillAllowed: () => Promise.reject(new Error("no database")) });
  await expect.poll(() => raw.ended).toBe(true);
});

test("a reader who is too far behind is let go", async () => {
  const streams = new LiveStreams(source, 20);
  const { raw, reply } = fakeReply();
  await streams.open({ username: "otto", reply, isStillAllowed: async () => true });
  raw.writableLength = LIVE_LIMITS.unreadBytesMax + 1;
  await expect.poll(() => raw.destroyed).toBe(true);
  expect(streams.count).toBe(0);
});

test("numbers that can not be had end nothing", async () => {
  const failing = { ...source, snapshot: () => Promise.reject(new Error("no database")) };
  const streams = new LiveStreams(failing, 20);
  const { raw, reply } = fakeReply();
  await streams.open({ username: "otto", reply, isStillAllowed: async () => true });
  await expect.poll(() => raw.written.includes(": still here\n\n")).toBe(true);
  expect(raw.written.join("")).not.toContain("snapshot");
  streams.stop();
});

test("an open stream keeps no session alive", async () => {
  const response = await open();
  await readUntil(response, "event: snapshot", 1);
  const { rows } = await rig.database.pool.query("select last_seen_at from session");
  rig.pass(14 * 60_000);
  const again = await open();
  await readUntil(again, "event: snapshot", 2);
  const { rows: after } = await rig.database.pool.query("select last_seen_at from session");
  expect(after[0].last_seen_at.getTime() - rows[0].last_seen_at.getTime()).toBe(14 * 60_000);
});
