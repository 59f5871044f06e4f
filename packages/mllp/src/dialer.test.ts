import { expect, it, onTestFinished } from "vitest";
import { dialMllpListener, type MllpDialer, type MllpDialOptions } from "./dialer.ts";
import { Ear, type FarSide, startFarSide } from "./server-rig.ts";
import { makeAuthority } from "./test-certificates.ts";

const authority = makeAuthority("Test authority");
const far = authority.issue({ name: "pas", hosts: ["127.0.0.1"] });
const soon = { reconnectMsMin: 1, reconnectMsMax: 5 };

function dial(options: Pick<MllpDialOptions, "port"> & Partial<MllpDialOptions>): { ear: Ear; dialer: MllpDialer } {
  const ear = new Ear();
  const dialer = dialMllpListener({ host: "127.0.0.1", onFrame: ear.onFrame, onEvent: ear.onEvent, ...options });
  onTestFinished(() => dialer.stop(0));
  return { ear, dialer };
}

/** The other side sends a message over its nth connection, and has its answer. */
async function expectServed(side: FarSide, ear: Ear, nth: number, text: string): Promise<void> {
  await side.peers.count(nth);
  side.peers.all[nth - 1]?.send(text);
  await ear.handed.until((all) => all.some((handed) => handed.text === text));
  ear.handed.all.at(-1)?.answer();
  await side.peers.all[nth - 1]?.answers.until((all) => all.includes(`re ${text}`));
}

it("connects, answers what comes, and connects again when the connection is lost", async () => {
  const side = await startFarSide();
  const { ear, dialer } = dial({ port: side.port, limits: soon });
  await expectServed(side, ear, 1, "a");
  expect(dialer.connections()).toBe(1);
  side.peers.all[0]?.socket.resetAndDestroy();
  await expectServed(side, ear, 2, "b");
  side.peers.all[1]?.socket.end();
  await expectServed(side, ear, 3, "c");
  expect(ear.handed.all.map((handed) => [handed.text, handed.connection.id])).toEqual([
    ["a", "1"],
    ["b", "2"],
    ["c", "3"],
  ]);
  expect(await ear.event("disconnected")).toMatchObject({ frameCount: 1, replyCount: 1 });
});

it("holds one connection at a time", async () => {
  const side = await startFarSide();
  const { ear } = dial({ port: side.port, limits: soon });
  for (let round = 1; round <= 20; round++) {
    await side.peers.count(round);
    side.peers.all[round - 1]?.socket.destroy();
  }
  let open = 0;
  for (const event of ear.events.all) {
    if (event.kind === "connected") open++;
    if (event.kind === "disconnected") open--;
    expect([0, 1]).toContain(open);
  }
});

it("answers a far side that sends all it has and closes its own", async () => {
  const side = await startFarSide();
  const { ear } = dial({ port: side.port, limits: soon });
  await side.peers.count(1);
  const peer = side.peers.all[0];
  peer?.send("a");
  peer?.socket.end();
  await ear.handed.count(1);
  ear.handed.all[0]?.answer();
  await peer?.closed;
  expect(peer?.answers.all).toEqual(["re a"]);
});

it("waits longer and longer while nobody is there, and serves once somebody is", async () => {
  const gone = await startFarSide();
  await gone.stop();
  const { ear, dialer } = dial({ port: gone.port, limits: { reconnectMsMin: 4, reconnectMsMax: 64 } });
  await ear.events.count(8);
  const waits = ear.events.all.map((event) => {
    expect(event).toMatchObject({ kind: "dial-failed", code: "ECONNREFUSED" });
    return event.kind === "dial-failed" ? event.retryMs : 0;
  });
  for (const [nth, waitMs] of waits.slice(0, 8).entries()) {
    const wholeMs = Math.min(64, 4 * 2 ** nth);
    expect(waitMs).toBeGreaterThanOrEqual(wholeMs / 2);
    expect(waitMs).toBeLessThanOrEqual(wholeMs);
  }
  expect(dialer.connections()).toBe(0);
  const side = await startFarSide({ port: gone.port });
  await expectServed(side, ear, 1, "a");
});

it("waits longer and longer for a far side that accepts and hangs up", async () => {
  const side = await startFarSide();
  const { ear } = dial({ port: side.port, limits: { reconnectMsMin: 2, reconnectMsMax: 600_000 } });
  for (let round = 1; round <= 6; round++) {
    await side.peers.count(round);
    side.peers.all[round - 1]?.socket.destroy();
  }
  const failed = () => ear.events.all.filter((event) => event.kind === "dial-failed");
  await ear.events.until(() => failed().length === 6);
  for (const [nth, event] of failed().entries()) {
    expect(event.code).toBe("closed-unused");
    expect(event.retryMs).toBeGreaterThanOrEqual(2 ** nth);
    expect(event.retryMs).toBeLessThanOrEqual(2 * 2 ** nth);
  }
});

it("stop ends a wait, a dial and a connection, and answers what is in flight", async () => {
  const gone = await startFarSide();
  await gone.stop();
  const waiting = dial({ port: gone.port, limits: { reconnectMsMin: 600_000, reconnectMsMax: 600_000 } });
  await waiting.ear.event("dial-failed");
  await waiting.dialer.stop();

  const side = await startFarSide();
  const dialling = dial({ port: side.port });
  await dialling.dialer.stop();
  expect(dialling.ear.handed.all).toEqual([]);

  const { ear, dialer } = dial({ port: side.port });
  await ear.event("connected");
  const peer = side.peers.all.at(-1);
  peer?.send("a");
  await ear.handed.count(1);
  const stopped = dialer.stop();
  ear.handed.all[0]?.answer();
  await stopped;
  await peer?.closed;
  expect(peer?.answers.all).toEqual(["re a"]);
  expect(await ear.event("disconnected")).toMatchObject({ cause: "stopped" });
  expect(dialer.connections()).toBe(0);
});

it("does not speak to a far side that it can not verify, and says why", async () => {
  const side = await startFarSide({ tls: far });
  const port = side.port;
  const stranger = dial({ port, tls: { ca: makeAuthority("Another authority").cert }, limits: soon });
  expect(await stranger.ear.event("dial-failed")).toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  const misnamed = dial({ port, tls: { ca: authority.cert, serverName: "pas.example" }, limits: soon });
  expect(await misnamed.ear.event("dial-failed")).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  const silent = await startFarSide();
  const late = dial({ port: silent.port, tls: { ca: authority.cert }, limits: { ...soon, tlsHandshakeMs: 20 } });
  expect(await late.ear.event("dial-failed")).toMatchObject({ code: "handshake-timeout" });
});

it("reloadTls takes effect with the next connection", async () => {
  const side = await startFarSide({
    tls: { ...far, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
  });
  const tls = { ca: authority.cert };
  const { ear, dialer } = dial({ port: side.port, tls, limits: soon });
  await expectServed(side, ear, 1, "a");
  dialer.reloadTls({ ...tls, ...authority.issue({ name: "chesil" }) });
  await expectServed(side, ear, 1, "b");
  side.peers.all[0]?.socket.destroy();
  await expectServed(side, ear, 2, "c");
  expect(side.peers.all.map((peer) => peer.certificateSubject)).toEqual([undefined, "CN=chesil"]);
  expect(() => dialer.reloadTls({ ...tls, key: far.key })).toThrow(RangeError);
  const plain = dial({ port: side.port, limits: soon });
  expect(() => plain.dialer.reloadTls(tls)).toThrow(RangeError);
});

it("tells of its own certificate when that ends soon", async () => {
  const tls = { ca: authority.cert };
  const { ear, dialer } = dial({ port: (await startFarSide()).port, tls, limits: soon });
  const endings = () => ear.events.all.filter((event) => event.kind === "certificate-ending");
  expect(endings()).toEqual([]);
  const ending = authority.issue({ name: "chesil", notAfter: new Date(Date.now() + 12.5 * 86_400_000) });
  dialer.reloadTls({ ...tls, ...ending });
  expect(endings()).toEqual([{ kind: "certificate-ending", daysLeft: 12 }]);
});

it("refuses limits and TLS that can not be used", () => {
  const onFrame = async () => ({ reply: null });
  const options = { host: "127.0.0.1", port: 1, onFrame };
  expect(() => dialMllpListener({ ...options, limits: { connectMs: 0 } })).toThrow(RangeError);
  expect(() => dialMllpListener({ ...options, tls: { ca: "nonsense", cert: far.cert } })).toThrow(RangeError);
});
