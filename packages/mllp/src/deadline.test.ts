import { connect, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Deadline } from "./deadline.ts";

it("passes once, and not before it was last set or after it was cleared", async () => {
  const passed: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const moved = new Deadline(() => passed.push("moved"));
  const cleared = new Deadline(() => passed.push("cleared"));
  const last = new Deadline(() => {
    passed.push("last");
    resolve();
  });
  for (const deadline of [moved, cleared]) deadline.set(1);
  moved.set(5);
  moved.set(5);
  cleared.clear();
  last.set(40);
  // An unref'd timer alone would let the worker end.
  const alive = setInterval(() => {}, 1_000);
  await promise;
  clearInterval(alive);
  expect(passed).toEqual(["moved", "last"]);
  expect([moved.isSet, cleared.isSet, last.isSet]).toEqual([false, false, false]);
});

it("lets bytes that arrived while the process was busy be read before it passes", async () => {
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    const deadline = new Deadline(() => {
      order.push("passed");
      resolve();
    });
    socket.once("data", () => {
      deadline.set(20);
      peer.write("b");
      socket.once("data", () => order.push("read"));
      const until = performance.now() + 50;
      while (performance.now() < until);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const address = server.address();
  const peer = connect(address !== null && typeof address === "object" ? address.port : 0, "127.0.0.1");
  onTestFinished(() => {
    peer.destroy();
    server.close();
  });
  peer.write("a");
  await promise;
  expect(order).toEqual(["read", "passed"]);
});
