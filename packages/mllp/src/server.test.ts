import { Socket } from "node:net";
import { expect, it, vi } from "vitest";
import { startMllpServer } from "./server.ts";
import { startRig } from "./server-rig.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

it("answers pipelined frames in order of arrival whatever order they are ready in", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send(...names(5));
  await rig.handed.count(5);
  for (const index of [4, 2, 0, 3, 1]) rig.handed.all[index]?.answer();
  await peer.answers.count(5);
  expect(peer.answers.all).toEqual(names(5).map((name) => `re ${name}`));
});

it("holds a ready answer until those before it are ready", async () => {
  const rig = await startRig();
  const [peer, other] = [await rig.peer(), await rig.peer()];
  peer.send("a", "b");
  other.send("x", "y");
  await rig.handed.count(4);
  const by = (text: string) => rig.handed.all.find((handed) => handed.text === text);
  by("b")?.answer();
  by("x")?.answer();
  by("y")?.answer();
  await other.answers.count(2);
  expect(peer.answers.all).toEqual([]);
  by("a")?.answer();
  await peer.answers.count(2);
  expect(peer.answers.all).toEqual(["re a", "re b"]);
});

it("sends the answers that become ready together in one write", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send(...names(50));
  await rig.handed.count(50);
  const write = vi.spyOn(Socket.prototype, "write");
  for (const handed of rig.handed.all) handed.answer();
  await peer.answers.count(50);
  const calls = write.mock.calls.length;
  write.mockRestore();
  expect(calls).toBe(1);
});

it("gives the same frames when every byte comes alone", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  for (const byte of "\x0bMSH|\x1cé\x1c\r\n\x0b\x1c\r\x0bB\x1c\r") peer.write(byte);
  await rig.handed.count(2);
  expect(rig.handed.all.map((handed) => handed.text)).toEqual(["MSH|\x1cé", "B"]);
});

it("sends nothing where the answer is null, and goes on", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send("acknowledgement", "message");
  await rig.handed.count(2);
  rig.handed.all[0]?.answer({ reply: null });
  rig.handed.all[1]?.answer();
  await peer.answers.count(1);
  expect(peer.answers.all).toEqual(["re message"]);
});

it("closes after the answer that says so, and answers nothing after it", async () => {
  // The peer's own closing must be seen at once, though it sent more than was read.
  const rig = await startRig({ framesInFlightMax: 3, closeLingerMs: 600_000 });
  const peer = await rig.peer();
  peer.send("a", "b", "c");
  await rig.event("paused");
  peer.send("d");
  rig.handed.all[2]?.answer();
  rig.handed.all[1]?.answer({ close: true });
  rig.handed.all[0]?.answer();
  await peer.closed;
  expect(peer.answers.all).toEqual(["re a", "re b"]);
  expect(rig.handed.all).toHaveLength(3);
  expect(await rig.event("disconnected")).toMatchObject({ cause: "answered-last", frameCount: 3, replyCount: 2 });
});

it("answers a peer that sends all it has and closes its side", async () => {
  const rig = await startRig({ framesInFlightMax: 2 });
  const peer = await rig.peer();
  peer.send(...names(5));
  peer.socket.end();
  for (let index = 0; index < 5; index++) {
    await rig.handed.count(index + 1);
    rig.handed.all[index]?.answer();
  }
  await peer.closed;
  expect(peer.answers.all).toEqual(names(5).map((name) => `re ${name}`));
  expect(await rig.event("disconnected")).toMatchObject({ cause: "peer" });
});

it("tells each connection apart, and where it comes from", async () => {
  const rig = await startRig();
  const [one, two] = [await rig.peer(), await rig.peer()];
  one.send("a");
  two.send("b");
  await rig.handed.count(2);
  expect(new Set(rig.handed.all.map((handed) => handed.connection.id)).size).toBe(2);
  expect(rig.server.connections()).toBe(2);
  expect(await rig.event("connected")).toMatchObject({ connection: { remoteAddress: "127.0.0.1" } });
});

it("stop accepts no more, waits for the answers in flight, and closes", async () => {
  const rig = await startRig();
  const [busy, idle] = [await rig.peer(), await rig.peer()];
  busy.send("a");
  await rig.handed.count(1);
  const stopped = rig.server.stop();
  await idle.closed;
  busy.send("too late");
  const refused = await rig.peer();
  await refused.closed;
  rig.handed.all[0]?.answer();
  await busy.closed;
  await stopped;
  expect(busy.answers.all).toEqual(["re a"]);
  expect(rig.handed.all).toHaveLength(1);
  expect(rig.server.connections()).toBe(0);
});

it("stop cuts off what is not answered in time", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send("a");
  await rig.handed.count(1);
  await Promise.all([rig.server.stop(1), rig.server.stop(), peer.closed]);
  expect(await rig.event("disconnected")).toMatchObject({ cause: "stopped", replyCount: 0 });
  // An answer that comes later goes nowhere and harms nothing.
  rig.handed.all[0]?.answer();
});

it("rejects when the port is taken or a limit is wrong", async () => {
  const rig = await startRig();
  const options = { host: "127.0.0.1", port: rig.server.port, onFrame: async () => ({ reply: null }) };
  await expect(startMllpServer(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await expect(startMllpServer({ ...options, port: 0, limits: { connectionsMax: 0 } })).rejects.toThrow(RangeError);
});
