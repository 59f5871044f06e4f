import { expect, it, onTestFinished } from "vitest";
import { type BudgetHolder, ByteBudget } from "./byte-budget.ts";
import { encodeFrames } from "./frame.ts";
import { startMllpServer } from "./server.ts";
import { RawPeer, startRig } from "./server-rig.ts";

/** Fairness by counted work: how much of a busy connection's goes before another's, not how long it takes. */

it("a connection that never ends is served so many frames a turn, and the others in between", async () => {
  const framesPerTurnMax = 16;
  let busyFrames = 0;
  let busyFramesBefore = -1;
  let quiet: RawPeer | undefined;
  const handled = Promise.withResolvers<void>();
  const server = await startMllpServer({
    host: "127.0.0.1",
    port: 0,
    limits: { framesPerTurnMax, framesInFlightMax: 64 },
    // It answers at once: no storage gives the others a turn.
    onFrame: async (frame) => {
      if (frame.length === 1) {
        busyFrames++;
        if (busyFrames === 1) quiet?.send("quiet");
      } else {
        busyFramesBefore = busyFrames;
        handled.resolve();
      }
      return { reply: null };
    },
  });
  onTestFinished(() => server.stop(0));
  quiet = await RawPeer.connect(server.port);
  const busy = await RawPeer.connect(server.port);
  const flood = encodeFrames(Array.from({ length: 50_000 }, () => Buffer.from("b")));
  busy.socket.write(flood);
  await handled.promise;
  // The turn in which it was written, the one in which it was read, and what immediates add between them.
  expect(busyFramesBefore).toBeGreaterThan(0);
  expect(busyFramesBefore).toBeLessThanOrEqual(6 * framesPerTurnMax);
});

it("framesPerSecondMax pauses the socket, refuses nothing and keeps the order", async () => {
  const rig = await startRig({ framesPerSecondMax: 200 });
  const peer = await rig.peer();
  const names = Array.from({ length: 60 }, (_, index) => `m${index}`);
  peer.send(...names);
  await rig.event("paused", "rate");
  expect(rig.handed.all.length).toBeLessThan(60);
  const other = await rig.peer();
  other.send("other");
  await rig.handed.until((all) => all.some((handed) => handed.text === "other"));
  expect(rig.handed.all.length).toBeLessThan(60);
  await rig.handed.count(61);
  for (const handed of rig.handed.all) handed.answer();
  await peer.answers.count(60);
  expect(peer.answers.all).toEqual(names.map((name) => `re ${name}`));
  await rig.event("resumed");
});

it("a peer that closes its side while its frames wait for their second still gets every answer", async () => {
  const rig = await startRig({ framesPerSecondMax: 200, framesPerTurnMax: 3 });
  const peer = await rig.peer();
  peer.send(...Array.from({ length: 40 }, (_, index) => `m${index}`));
  peer.socket.end();
  for (let index = 0; index < 40; index++) {
    await rig.handed.count(index + 1);
    rig.handed.all[index]?.answer();
  }
  await peer.closed;
  expect(peer.answers.all).toHaveLength(40);
});

it("connectionsPerAddressMax refuses one address, and takes it again when it has left", async () => {
  const rig = await startRig({ connectionsMax: 8, connectionsPerAddressMax: 2 });
  const [first] = [await rig.peer(), await rig.peer()];
  await rig.events.until((all) => all.length === 2);
  const third = await rig.peer();
  await third.closed;
  expect(await rig.event("refused")).toEqual({
    kind: "refused",
    remoteAddress: "127.0.0.1",
    limit: "connectionsPerAddressMax",
  });
  first?.socket.end();
  await rig.event("disconnected", "peer");
  const fourth = await rig.peer();
  fourth.send("a");
  await rig.handed.count(1);
});

it("the byte budget wakes those that wait in turn, however much one of them takes", () => {
  const CHUNK = 64 * 1024;
  const budget = new ByteBudget(4 * CHUNK);
  const reads = new Map<string, number>();
  const inFlight: number[] = [];
  /** As a connection does: reads a chunk whenever it may, and waits when there is no room. */
  const holderNamed = (name: string): BudgetHolder => {
    const holder: BudgetHolder = {
      partialBytes: 0,
      shed: () => {},
      reconsider: () => {
        if (budget.isFull) {
          budget.wait(holder);
          return;
        }
        reads.set(name, (reads.get(name) ?? 0) + 1);
        inFlight.push(CHUNK);
        budget.wait(holder);
        budget.change(0, CHUNK);
      },
    };
    budget.join(holder);
    return holder;
  };
  const names = ["busy", "a", "b", "c", "d", "e", "f", "g", "h", "i"];
  for (const holder of names.map(holderNamed)) holder.reconsider();
  for (let answered = 0; answered < 1_000; answered++) budget.change(0, -(inFlight.shift() ?? 0));
  // A thousand chunks and ten that want them.
  for (const name of names) expect(reads.get(name)).toBeGreaterThan(90);
});
