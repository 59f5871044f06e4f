import { X509Certificate } from "node:crypto";
import { connect } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectMllp } from "./client.ts";
import type { MllpEvent } from "./event.ts";
import { startMllpServer } from "./server.ts";
import { RawPeer, type Rig, startRig } from "./server-rig.ts";
import { makeAuthority } from "./test-certificates.ts";
import type { ListenerTls } from "./tls.ts";

const authority = makeAuthority("Test authority");
const listener = authority.issue({ name: "chesil", hosts: ["127.0.0.1", "chesil.test"] });
const pas = authority.issue({ name: "pas" });
const stranger = makeAuthority("Another authority").issue({ name: "pas" });
const trusting = { ca: authority.cert };

const plainTls: ListenerTls = { ...listener, requireClientCertificate: false };
const mutualTls: ListenerTls = { ...listener, ca: authority.cert, requireClientCertificate: true };

async function expectServed(rig: Rig, peer: RawPeer, text = "MSH|1"): Promise<void> {
  peer.send(text);
  await rig.handed.until((all) => all.some((handed) => handed.text === text));
  rig.handed.all.at(-1)?.answer();
  await peer.answers.count(1);
  expect(peer.answers.all).toEqual([`re ${text}`]);
}

describe("a listener with TLS", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("serves %s, also a peer that closes its side first", async (version) => {
    const rig = await startRig({}, { tls: plainTls });
    const peer = await RawPeer.connectTls(rig.server.port, { ...trusting, minVersion: version, maxVersion: version });
    peer.send("a", "b");
    peer.socket.end();
    await rig.handed.count(2);
    for (const handed of rig.handed.all) handed.answer();
    await peer.closed;
    expect(peer.answers.all).toEqual(["re a", "re b"]);
    expect(await rig.event("disconnected")).toMatchObject({ cause: "peer", frameCount: 2, replyCount: 2 });
  });

  it("carries a frame of many records, and its answer", async () => {
    const rig = await startRig({ frameBytesMax: 8 << 20 }, { tls: plainTls });
    const client = await connectMllp({
      host: "127.0.0.1",
      port: rig.server.port,
      tls: trusting,
      frameBytesMax: 8 << 20,
    });
    onTestFinished(() => client.close());
    const sent = client.send(Buffer.alloc(5 << 20, "A"));
    await rig.handed.count(1);
    rig.handed.all[0]?.answer();
    expect(Buffer.from(await sent).equals(Buffer.from(`re ${"A".repeat(5 << 20)}`))).toBe(true);
  });

  it("speaks nothing older than TLS 1.2, and no cipher without forward secrecy", async () => {
    const rig = await startRig({}, { tls: plainTls });
    // A client hello of TLS 1.1, as the library here would not write one.
    const old = connect(rig.server.port, "127.0.0.1");
    onTestFinished(() => {
      old.destroy();
    });
    old.write(tls11Hello());
    expect(await rig.event("fault")).toMatchObject({
      reason: "tls-handshake-failed",
      code: "ERR_SSL_UNSUPPORTED_PROTOCOL",
    });
    const weak = { ...trusting, maxVersion: "TLSv1.2", ciphers: "AES128-SHA" } as const;
    await (await RawPeer.connectTls(rig.server.port, weak)).closed;
    await rig.events.count(2);
    expect(rig.events.all[1]).toMatchObject({ reason: "tls-handshake-failed", code: "ERR_SSL_NO_SHARED_CIPHER" });
    await expectServed(rig, await RawPeer.connectTls(rig.server.port, trusting));
  });

  it("does not shake hands twice", async () => {
    const rig = await startRig({}, { tls: plainTls });
    const peer = await RawPeer.connectTls(rig.server.port, { ...trusting, maxVersion: "TLSv1.2" });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    peer.socket.once("error", resolve);
    if (peer.socket instanceof TLSSocket) peer.socket.renegotiate({}, resolve);
    expect(await promise).toMatchObject({ code: "ERR_SSL_NO_RENEGOTIATION" });
  });

  it("tells of a client that does not trust it", async () => {
    const rig = await startRig({}, { tls: plainTls });
    await expect(connectMllp({ host: "127.0.0.1", port: rig.server.port, tls: {} })).rejects.toMatchObject({
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    });
    expect(await rig.event("fault")).toMatchObject({ reason: "tls-handshake-failed" });
    expect(rig.events.all.map((event) => event.kind)).toEqual(["fault"]);
    expect(rig.server.connections()).toBe(0);
  });

  it.each([
    ["MLLP", "\x0bMSH|^~\\&|A\x1c\r"],
    ["HTTP", "GET / HTTP/1.1\r\nHost: chesil.example\r\n\r\n"],
  ])("tells of %s that is not encrypted", async (_name, bytes) => {
    const rig = await startRig({}, { tls: plainTls });
    const peer = await rig.peer();
    peer.write(bytes);
    await peer.closed;
    expect(await rig.event("fault")).toMatchObject({
      reason: "plain-on-tls-port",
      code: expect.stringMatching(/^ERR_SSL/),
    });
    await expectServed(rig, await RawPeer.connectTls(rig.server.port, trusting));
  });

  it("ends a handshake that stalls, and one whose peer leaves", async () => {
    const rig = await startRig({ tlsHandshakeMs: 20 }, { tls: plainTls });
    const silent = await rig.peer();
    await silent.closed;
    expect(await rig.event("fault")).toMatchObject({ reason: "tls-handshake-failed", code: "handshake-timeout" });
    const leaving = await rig.peer();
    leaving.socket.end();
    await leaving.closed;
    await rig.events.count(2);
    expect(rig.events.all[1]).toMatchObject({ reason: "tls-handshake-failed", code: "ECONNRESET" });
  });

  it("gives a handshake its time in all: a byte now and then does not lengthen it", async () => {
    const rig = await startRig({ tlsHandshakeMs: 60 }, { tls: plainTls });
    const peer = await rig.peer();
    peer.write("\x16");
    const dripping = setInterval(() => peer.write("\x03"), 10);
    await peer.closed;
    clearInterval(dripping);
    expect(await rig.event("fault")).toMatchObject({ reason: "tls-handshake-failed", code: "handshake-timeout" });
  });

  it("counts a handshake as a connection, and forgets it on a stop", async () => {
    const rig = await startRig({ connectionsMax: 1 }, { tls: plainTls });
    const silent = await rig.peer();
    const second = await rig.peer();
    await second.closed;
    expect(await rig.event("refused")).toMatchObject({ limit: "connectionsMax" });
    await Promise.all([rig.server.stop(), silent.closed]);
    expect(rig.events.all.map((event) => event.kind)).toEqual(["refused"]);
  });
});

describe("client certificates", () => {
  it("are bound to the connection when an authority of ours vouches for them", async () => {
    const rig = await startRig({}, { tls: mutualTls });
    await expectServed(rig, await RawPeer.connectTls(rig.server.port, { ...trusting, ...pas }));
    const certificate = new X509Certificate(pas.cert);
    const expected = {
      fingerprint256: certificate.fingerprint256,
      subject: "CN=pas",
      issuer: "CN=Test authority",
      validTo: new Date(certificate.validTo),
    };
    expect(rig.handed.all[0]?.connection.certificate).toEqual(expected);
    expect(await rig.event("connected")).toMatchObject({ connection: { certificate: expected } });
  });

  it.each([
    ["none", {}, "no-certificate"],
    ["one of another authority", stranger, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["one that has expired", authority.issue({ name: "pas", notAfter: new Date(0) }), "CERT_HAS_EXPIRED"],
  ])("required: %s is turned away before any frame is read", async (_name, shown, code) => {
    const rig = await startRig({}, { tls: mutualTls });
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const peer = await RawPeer.connectTls(rig.server.port, { ...trusting, ...shown, maxVersion });
      peer.send("MSH|not me");
      await peer.closed;
    }
    await rig.events.count(2);
    for (const event of rig.events.all) expect(event).toMatchObject({ reason: "tls-handshake-failed", code });
    expect(rig.handed.all).toEqual([]);
    expect(rig.server.connections()).toBe(0);
  });

  it("asked for but not required: only a verified one is told", async () => {
    const rig = await startRig({}, { tls: { ...mutualTls, requireClientCertificate: false } });
    for (const [index, shown] of [{}, stranger, pas].entries()) {
      await expectServed(rig, await RawPeer.connectTls(rig.server.port, { ...trusting, ...shown }), `MSH|${index}`);
    }
    expect(rig.handed.all.map((handed) => handed.connection.certificate?.subject)).toEqual([
      undefined,
      undefined,
      "CN=pas",
    ]);
  });
});

describe("reloadTls", () => {
  it("serves new connections with the new certificate, and leaves those that stand", async () => {
    const rig = await startRig({}, { tls: plainTls });
    const before = await RawPeer.connectTls(rig.server.port, trusting);
    const next = authority.issue({ name: "chesil renewed", hosts: ["127.0.0.1"] });
    rig.server.reloadTls({ ...next, requireClientCertificate: false });
    expect(await servedName(rig.server.port)).toBe("CN=chesil renewed");
    await expectServed(rig, before);
  });

  it("can begin to require client certificates, and a session from before does not get round it", async () => {
    const rig = await startRig({}, { tls: plainTls });
    const session = await sessionOf(rig.server.port);
    rig.server.reloadTls(mutualTls);
    const peer = await RawPeer.connectTls(rig.server.port, { ...trusting, session });
    peer.send("MSH|not me");
    await peer.closed;
    expect(await rig.event("fault")).toMatchObject({ code: "no-certificate" });
    expect(rig.handed.all).toEqual([]);
    await expectServed(rig, await RawPeer.connectTls(rig.server.port, { ...trusting, ...pas }));
  });

  it("keeps what it had when the new can not be used", async () => {
    const rig = await startRig({}, { tls: plainTls });
    for (const bad of [
      { ...plainTls, key: pas.key },
      { ...plainTls, cert: "nonsense" },
    ]) {
      expect(() => rig.server.reloadTls(bad)).toThrow(RangeError);
    }
    expect(await servedName(rig.server.port)).toBe("CN=chesil");
    const plain = await startRig();
    expect(() => plain.server.reloadTls(plainTls)).toThrow(RangeError);
  });
});

describe("a certificate that ends soon", () => {
  const endingIn = (days: number) => ({
    ...authority.issue({
      name: "chesil",
      hosts: ["127.0.0.1"],
      notAfter: new Date(Date.now() + (days + 0.5) * 86_400_000),
    }),
    requireClientCertificate: false,
  });
  const told = ({ events }: { events: { all: readonly MllpEvent[] } }) =>
    events.all.filter((event) => event.kind === "certificate-ending");

  it.each([
    [29, [{ kind: "certificate-ending", daysLeft: 29 }]],
    [30, []],
    [-2, [{ kind: "certificate-ending", daysLeft: -2 }]],
  ])("in %i days: is told of at the start, and when it is reloaded", async (days, events) => {
    const rig = await startRig({}, { tls: endingIn(days) });
    expect(told(rig)).toEqual(events);
    rig.server.reloadTls(endingIn(days));
    expect(told(rig)).toEqual([...events, ...events]);
    rig.server.reloadTls(plainTls);
    expect(told(rig)).toHaveLength(events.length * 2);
  });
});

it.each([
  ["a client certificate required, and no authority", { ...plainTls, requireClientCertificate: true }],
  ["authorities, but none of them", { ...mutualTls, ca: [] }],
  ["no key", { ...plainTls, key: "" }],
  ["ciphers that do not exist", { ...plainTls, ciphers: "ROT13" }],
])("refuses to start with %s", async (_name, tls) => {
  const options = { host: "127.0.0.1", port: 0, tls, onFrame: async () => ({ reply: null }) };
  await expect(startMllpServer(options)).rejects.toThrow(RangeError);
});

async function servedName(port: number): Promise<string | undefined> {
  const socket = connectTls({ host: "127.0.0.1", port, ...trusting });
  onTestFinished(() => {
    socket.destroy();
  });
  await new Promise((resolve) => socket.once("secureConnect", resolve));
  return socket.getPeerX509Certificate()?.subject;
}

/** A session ticket, with which a later connection could leave out most of the handshake. */
async function sessionOf(port: number): Promise<Buffer> {
  const socket = connectTls({ host: "127.0.0.1", port, ...trusting });
  socket.resume();
  const session = await new Promise<Buffer>((resolve) => socket.once("session", resolve));
  socket.destroy();
  return session;
}

/** A record of one client hello that knows TLS 1.1 at most, and two of its cipher suites. */
function tls11Hello(): Buffer {
  const body = Buffer.concat([Buffer.of(3, 2), Buffer.alloc(32, 7), Buffer.of(0, 0, 4, 0xc0, 0x13, 0, 0x2f, 1, 0)]);
  return Buffer.concat([Buffer.of(0x16, 3, 1, 0, body.length + 4, 1, 0, 0, body.length), body]);
}
