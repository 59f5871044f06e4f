import { describe, expect, it, onTestFinished } from "vitest";
import { MllpDeliveryError, MllpSender, type MllpSenderEvent, type MllpSenderOptions } from "./sender.ts";
import type { AnswerStage } from "./sender-connection.ts";
import { Arrivals, type FarSide, type RawPeer, startFarSide } from "./server-rig.ts";
import { makeAuthority } from "./test-certificates.ts";

const soon = { reconnectMsMin: 1, reconnectMsMax: 4 };
const bytes = (text: string) => Buffer.from(text, "latin1");
const text = (from: Uint8Array | undefined) => from && Buffer.from(from).toString("latin1");

/** An answer is its code and the message's id, as in `AA m1`; a message is its id. */
function matches(answer: Uint8Array, message: Uint8Array): AnswerStage {
  const [code, id] = text(answer)?.split(" ") ?? [];
  if (id !== text(message)) return undefined;
  return code === "CA" ? "accept" : "final";
}

type Sending = { readonly sender: MllpSender; readonly events: Arrivals<MllpSenderEvent> };

function sending(port: number, options: Partial<MllpSenderOptions> = {}): Sending {
  const events = new Arrivals<MllpSenderEvent>();
  const onEvent = (event: MllpSenderEvent) => events.add(event);
  const limits = { ...soon, ...options.limits };
  const sender = new MllpSender({ host: "127.0.0.1", port, matches, onEvent, ...options, limits });
  onTestFinished(() => sender.close(0));
  return { sender, events };
}

/** The receiver's end of the nth connection, once it has so many messages. */
async function received(side: FarSide, nth: number, messages: number): Promise<RawPeer> {
  await side.peers.count(nth);
  const peer = side.peers.all[nth - 1];
  if (peer === undefined) throw new Error("no connection");
  await peer.answers.count(messages);
  return peer;
}

describe("deliver", () => {
  it("sends one message at a time and resolves with its own answer", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port);
    const delivered = ["m1", "m2", "m3"].map((id) => sender.deliver(bytes(id)));
    for (const [index, id] of ["m1", "m2", "m3"].entries()) {
      const peer = await received(side, 1, index + 1);
      expect(peer.answers.all).toEqual(["m1", "m2", "m3"].slice(0, index + 1));
      peer.send(`AA ${id}`);
      expect(await delivered[index]).toEqual({ answer: bytes(`AA ${id}`), attempts: 1 });
    }
  });

  it("drops what is another message's, and keeps waiting", async () => {
    const side = await startFarSide();
    const { sender, events } = sending(side.port);
    const delivered = sender.deliver(bytes("m2"));
    const peer = await received(side, 1, 1);
    peer.write("noise");
    peer.send("AA m1", "", "nonsense", "AA m20", "AE m2");
    expect(await delivered).toEqual({ answer: bytes("AE m2"), attempts: 1 });
    peer.send("AA m2");
    const unmatched = () => events.all.flatMap((event) => (event.kind === "unmatched" ? [text(event.bytes)] : []));
    await events.until(() => unmatched().length === 4);
    expect(unmatched()).toEqual(["AA m1", "nonsense", "AA m20", "AA m2"]);
  });

  it("takes CA and AA as two stages, in the order they come", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port);
    const delivered = sender.deliver(bytes("m1"));
    const peer = await received(side, 1, 1);
    peer.send("CA m1");
    peer.send("CA m1", "AA m1");
    expect(await delivered).toEqual({ answer: bytes("AA m1"), accept: bytes("CA m1"), attempts: 1 });
  });

  it("ends at CE, after which nothing comes; and at the first answer when that is enough", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port);
    const refused = sender.deliver(bytes("m1"));
    (await received(side, 1, 1)).send("CE m1");
    expect(await refused).toEqual({ answer: bytes("CE m1"), attempts: 1 });

    const content = sending(side.port, { expect: "accept" });
    const accepted = content.sender.deliver(bytes("m2"));
    const peer = await received(side, 2, 1);
    peer.send("CA m2", "AA m2");
    expect(await accepted).toEqual({ answer: bytes("CA m2"), attempts: 1 });
    const next = content.sender.deliver(bytes("m3"));
    await peer.answers.count(2);
    peer.send("AA m3");
    expect(await next).toEqual({ answer: bytes("AA m3"), attempts: 1 });
  });

  it("sends again when the connection is lost before the answer", async () => {
    const side = await startFarSide();
    const { sender, events } = sending(side.port);
    const delivered = sender.deliver(bytes("m1"));
    (await received(side, 1, 1)).socket.resetAndDestroy();
    const second = await received(side, 2, 1);
    second.send("AA m1");
    expect(await delivered).toEqual({ answer: bytes("AA m1"), attempts: 2 });
    const failed = events.all.find((event) => event.kind === "attempt-failed");
    expect(failed).toMatchObject({ code: "connection-lost", attempts: 1 });
  });

  it("gives up the connection when an answer is late: it can not come in for the resend", async () => {
    const side = await startFarSide();
    const { sender, events } = sending(side.port, { limits: { answerMs: 20 } });
    const delivered = sender.deliver(bytes("m1"));
    const first = await received(side, 1, 1);
    const second = await received(side, 2, 1);
    await first.closed;
    second.send("AA m1");
    expect(await delivered).toMatchObject({ answer: bytes("AA m1") });
    expect(events.all).toContainEqual(expect.objectContaining({ kind: "attempt-failed", code: "answer-timeout" }));
  });

  it("does not send again what was accepted", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port);
    const delivered = sender.deliver(bytes("m1"));
    const peer = await received(side, 1, 1);
    peer.send("CA m1");
    peer.socket.end();
    await expect(delivered).rejects.toMatchObject({
      code: "accepted-only",
      mayHaveArrived: true,
      lastCode: "connection-lost",
      accept: bytes("CA m1"),
    });
    const next = sender.deliver(bytes("m2"));
    (await received(side, 2, 1)).send("AA m2");
    await next;
    expect(side.peers.all.flatMap((each) => each.answers.all)).toEqual(["m1", "m2"]);
  });

  it("counts the application's answer from the accept acknowledgement", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port, { limits: { answerMs: 30 } });
    const delivered = sender.deliver(bytes("m1"));
    (await received(side, 1, 1)).send("CA m1");
    await expect(delivered).rejects.toMatchObject({ code: "accepted-only", lastCode: "answer-timeout" });
  });

  it("is unanswered after attemptsMax, and tells whether the message may have arrived", async () => {
    const gone = await startFarSide();
    await gone.stop();
    const nobody = sending(gone.port, { limits: { attemptsMax: 3 } });
    await expect(nobody.sender.deliver(bytes("m1"))).rejects.toMatchObject({
      code: "unanswered",
      mayHaveArrived: false,
      attempts: 3,
      lastCode: "ECONNREFUSED",
    });
    expect(nobody.events.all.map((event) => event.kind === "attempt-failed" && event.retryMs === undefined)).toEqual([
      false,
      false,
      true,
    ]);

    const side = await startFarSide();
    const hangingUp = sending(side.port, { limits: { attemptsMax: 2 } });
    const unanswered = expect(hangingUp.sender.deliver(bytes("m1"))).rejects.toMatchObject({
      code: "unanswered",
      mayHaveArrived: true,
      attempts: 2,
    });
    for (const nth of [1, 2]) (await received(side, nth, 1)).socket.destroy();
    await unanswered;
  });

  it.each([
    ["over its limit", `\x0b${"x".repeat(100)}`],
    ["that is no MLLP", "x".repeat(100)],
  ])("does not wait on after an answer %s", async (_name, wire) => {
    const side = await startFarSide();
    const { sender } = sending(side.port, { limits: { answerBytesMax: 50, attemptsMax: 1 } });
    const delivered = sender.deliver(bytes("m1"));
    (await received(side, 1, 1)).write(wire);
    await expect(delivered).rejects.toMatchObject({ code: "unanswered", lastCode: "bad-answer" });
  });

  it("refuses what can not be framed, and more than may wait", async () => {
    const side = await startFarSide();
    const { sender } = sending(side.port, { limits: { waitingMax: 1 } });
    await expect(sender.deliver(bytes("a\x0bb"))).rejects.toMatchObject({ code: "not-frameable", attempts: 0 });
    const first = sender.deliver(bytes("m1"));
    await received(side, 1, 1);
    const second = sender.deliver(bytes("m2"));
    await expect(sender.deliver(bytes("m3"))).rejects.toMatchObject({ code: "waiting-full", mayHaveArrived: false });
    const peer = side.peers.all[0];
    peer?.send("AA m1");
    await first;
    await peer?.answers.count(2);
    peer?.send("AA m2");
    await second;
  });
});

it("sendOneWay waits for no answer, and goes in turn", async () => {
  const side = await startFarSide();
  const { sender } = sending(side.port);
  const delivered = sender.deliver(bytes("m1"));
  const told = sender.sendOneWay(bytes("AA theirs"));
  const peer = await received(side, 1, 1);
  expect(peer.answers.all).toEqual(["m1"]);
  peer.send("AA m1");
  await delivered;
  await told;
  await peer.answers.count(2);
  expect(peer.answers.all).toEqual(["m1", "AA theirs"]);
});

it("sendOneWay tries again while nobody is there", async () => {
  const gone = await startFarSide();
  await gone.stop();
  const { sender, events } = sending(gone.port, { limits: { attemptsMax: 1_000 } });
  const told = sender.sendOneWay(bytes("AA theirs"));
  await events.count(2);
  const side = await startFarSide({ port: gone.port });
  await told;
  await received(side, 1, 1);
});

it("close lets the answer that is due come, and refuses the rest", async () => {
  const side = await startFarSide();
  const { sender, events } = sending(side.port);
  const due = sender.deliver(bytes("m1"));
  const waiting = expect(sender.deliver(bytes("m2"))).rejects.toMatchObject({ code: "closed", mayHaveArrived: false });
  const peer = await received(side, 1, 1);
  const closed = sender.close();
  await expect(sender.deliver(bytes("m3"))).rejects.toMatchObject({ code: "closed" });
  peer.send("AA m1");
  expect(await due).toMatchObject({ attempts: 1 });
  await Promise.all([waiting, closed, peer.closed]);
  expect(events.all.map((event) => event.kind)).toEqual(["connected", "disconnected"]);
});

it("close cuts short a wait between attempts, and an answer that does not come", async () => {
  const gone = await startFarSide();
  await gone.stop();
  const waiting = sending(gone.port, { limits: { reconnectMsMin: 600_000, reconnectMsMax: 600_000 } });
  const refused = expect(waiting.sender.deliver(bytes("m1"))).rejects.toMatchObject({ code: "closed" });
  await waiting.events.count(1);
  await Promise.all([waiting.sender.close(), refused]);

  const side = await startFarSide();
  const { sender } = sending(side.port);
  const lost = expect(sender.deliver(bytes("m1"))).rejects.toMatchObject({ code: "closed", mayHaveArrived: true });
  await received(side, 1, 1);
  await Promise.all([sender.close(1), lost]);
});

it("sends over TLS with a certificate of its own, and with another once told", async () => {
  const authority = makeAuthority("Test authority");
  const far = authority.issue({ name: "pas", hosts: ["127.0.0.1"] });
  const side = await startFarSide({ tls: { ...far, ca: authority.cert, requestCert: true, rejectUnauthorized: true } });
  const tls = (name: string) => ({ ca: authority.cert, ...authority.issue({ name }) });
  const { sender } = sending(side.port, { tls: tls("chesil") });
  for (const [index, name] of ["chesil", "chesil renewed"].entries()) {
    if (index > 0) {
      sender.reloadTls(tls(name));
      side.peers.all[0]?.socket.destroy();
      await side.peers.all[0]?.closed;
    }
    const delivered = sender.deliver(bytes("m1"));
    const peer = await received(side, index + 1, 1);
    peer.send("AA m1");
    await delivered;
    expect(peer.certificateSubject).toBe(`CN=${name}`);
  }
  expect(() => sender.reloadTls({ key: far.key })).toThrow(RangeError);
  const distrusting = sending(side.port, { tls: {}, limits: { attemptsMax: 1 } });
  await expect(distrusting.sender.deliver(bytes("m1"))).rejects.toMatchObject({
    mayHaveArrived: false,
    lastCode: "SELF_SIGNED_CERT_IN_CHAIN",
  });
});

it("refuses limits and TLS that can not be used", () => {
  const options = { host: "127.0.0.1", port: 1, matches };
  expect(() => new MllpSender({ ...options, limits: { attemptsMax: 0 } })).toThrow(RangeError);
  expect(() => new MllpSender({ ...options, limits: { reconnectMsMin: 5, reconnectMsMax: 4 } })).toThrow(RangeError);
  expect(() => new MllpSender({ ...options, tls: { cert: "nonsense" } })).toThrow(RangeError);
  expect(new MllpDeliveryError("closed", { mayHaveArrived: false, attempts: 0 }).message).toBe(
    "MLLP: closed after 0 attempts, not sent.",
  );
});
