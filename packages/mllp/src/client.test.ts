import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connectMllp, type MllpClient, type MllpClientOptions } from "./client.ts";
import { startRig } from "./server-rig.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const send = async (client: MllpClient, text: string) =>
  Buffer.from(await client.send(Buffer.from(text, "latin1"))).toString("latin1");

async function connected(port: number, options: Partial<MllpClientOptions> = {}): Promise<MllpClient> {
  const client = await connectMllp({ host: "127.0.0.1", port, ...options });
  onTestFinished(() => client.close().catch(() => {}));
  return client;
}

/** A listener that answers each chunk with fixed bytes. */
async function answering(bytes: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write(Buffer.from(bytes, "latin1")));
    onTestFinished(() => {
      socket.destroy();
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

it("gives each message its own answer, with no more than windowMax unanswered", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port, { windowMax: 3 });
  const answers = Promise.all(names(10).map((name) => send(client, name)));
  for (let index = 0; index < 10; index++) {
    await rig.handed.count(index + 1);
    expect(client.inFlight).toBeLessThanOrEqual(3);
    expect(rig.handed.all.length).toBeLessThanOrEqual(index + 3);
    rig.handed.all[index]?.answer();
  }
  expect(await answers).toEqual(names(10).map((name) => `re ${name}`));
  expect(client.inFlight).toBe(0);
});

it("is stop-and-wait unless told otherwise", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port);
  const answers = [send(client, "a"), send(client, "b")];
  await rig.handed.count(1);
  expect(client.inFlight).toBe(1);
  rig.handed.all[0]?.answer();
  await answers[0];
  await rig.handed.count(2);
  rig.handed.all[1]?.answer();
  expect(await answers[1]).toBe("re b");
});

it("close waits for the answers due and takes no more", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port);
  const answers = [send(client, "a"), send(client, "b")];
  const closed = client.close();
  await expect(send(client, "c")).rejects.toMatchObject({ code: "closed", sent: false });
  for (let index = 0; index < 2; index++) {
    await rig.handed.count(index + 1);
    rig.handed.all[index]?.answer();
  }
  expect(await Promise.all(answers)).toEqual(["re a", "re b"]);
  await closed;
  await rig.event("disconnected", "peer");
});

it("tells what may have arrived from what never left when the connection is lost", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port);
  const lost = [send(client, "a"), send(client, "b")];
  const settled = Promise.allSettled(lost);
  await rig.handed.count(1);
  rig.handed.all[0]?.fail(new Error("storage down"));
  expect(await settled).toMatchObject([
    { reason: { code: "connection-lost", sent: true } },
    { reason: { code: "connection-lost", sent: false } },
  ]);
  await expect(send(client, "c")).rejects.toMatchObject({ code: "connection-lost", sent: false });
  await client.close();
});

it("gives up the connection when an answer is late: the next answer could be taken for another's", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port, { answerTimeoutMs: 20 });
  await expect(send(client, "a")).rejects.toMatchObject({ code: "answer-timeout", sent: true });
  await rig.handed.count(1);
  rig.handed.all[0]?.answer();
  await rig.event("disconnected");
});

it.each([
  ["two answers to one message", "\x0ba\x1c\r\x0bb\x1c\r"],
  ["an answer broken off", "\x0ba\x0bb\x1c\r"],
  ["something else than MLLP", "x".repeat(100)],
  ["an answer over the limit", `\x0b${"x".repeat(100)}`],
])("gives up the connection on %s", async (_name, bytes) => {
  const client = await connected(await answering(bytes), { frameBytesMax: 50 });
  await expect(send(client, "a")).rejects.toMatchObject({ code: "bad-answer", sent: true });
});

it("bears junk and keep-alives before an answer", async () => {
  const client = await connected(await answering("\x0b\x1c\r\njunk\x0bright\x1c\r"));
  expect(await send(client, "a")).toBe("right");
});

it("refuses what can not be framed and what is more than may wait", async () => {
  const rig = await startRig();
  const client = await connected(rig.server.port, { waitingMax: 1 });
  await expect(send(client, "a\x0bb")).rejects.toMatchObject({ code: "not-frameable", sent: false });
  const first = send(client, "a");
  await expect(send(client, "b")).rejects.toMatchObject({ code: "waiting-full", sent: false });
  await rig.handed.count(1);
  rig.handed.all[0]?.answer();
  await first;
});

it("rejects when nobody listens, or the window is none", async () => {
  const rig = await startRig();
  await rig.server.stop();
  await expect(connectMllp({ host: "127.0.0.1", port: rig.server.port })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
  await expect(connectMllp({ host: "127.0.0.1", port: rig.server.port, windowMax: 0 })).rejects.toThrow(RangeError);
});
