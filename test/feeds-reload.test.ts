import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { client, feed, peer, startRig, text } from "./ingest-rig.ts";
import { adt } from "./region.ts";

const refused = "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|1|P|2.4\rPID|1||\r";
const codeOf = (answer: Uint8Array) => /MSA\|(\w\w)/.exec(text(answer))?.[1];

describe("feeds changed while they run", () => {
  it("keep their connections, and serve them by the new settings from the next frame on", async () => {
    const { database, ingest, portOf } = await startRig(feed());
    const port = portOf();
    const sender = await client(port);
    expect(codeOf(await sender.send(Buffer.from(refused)))).toBe("AE");
    const changed = feed({ policy: { permanent: "reject" }, dialect: { defaultAuthority: "RDZ" } });
    expect(await ingest.reload([changed])).toEqual({ ok: true, added: [], changed: ["test"], removed: [], failed: [] });
    expect(portOf()).toBe(port);
    expect(codeOf(await sender.send(Buffer.from(refused)))).toBe("AR");
    await sender.send(adt("A31", { id: "7", authority: "" }));
    const { rows } = await database.pool.query("select identities from journal where accepted");
    expect(rows).toEqual([{ identities: ["RDZ|7"] }]);
    expect(await ingest.reload([feed({ senders: ["LAB|RBD"] })])).toMatchObject({ ok: true });
    expect(codeOf(await sender.send(adt("A31", { id: "8" })))).toBe("AR");
  });

  it("begin when they are added, and answer what is in flight when they are removed", async () => {
    const { database, ingest, portOf } = await startRig(feed({ name: "old" }));
    const old = await client(portOf("old"));
    const holder = await database.pool.connect();
    onTestFinished(() => holder.release());
    await holder.query("begin");
    await holder.query("lock table journal in exclusive mode");
    const due = old.send(adt("A31", { id: "7" }));
    const isWaiting = async () => (await database.pool.query("select 1 from pg_locks where not granted")).rowCount;
    await expect.poll(isWaiting).toBeGreaterThan(0);
    const reloading = ingest.reload([feed({ name: "new" })]);
    await holder.query("rollback");
    expect(codeOf(await due)).toBe("AA");
    expect(await reloading).toEqual({ ok: true, added: ["new"], changed: [], removed: ["old"], failed: [] });
    await expect(old.send(adt("A31", { id: "8" }))).rejects.toMatchObject({ code: "connection-lost" });
    const next = await client(portOf("new"));
    expect(codeOf(await next.send(adt("A31", { id: "9" })))).toBe("AA");
    expect(ingest.feeds().map(({ name }) => name)).toEqual(["new"]);
  });

  it("stay as they are, all of them, when one can not begin", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const { ingest, portOf } = await startRig(feed());
    const sender = await client(portOf());
    const result = await ingest.reload([feed({ policy: { permanent: "reject" } }), feed({ name: "second", port })]);
    expect(result).toMatchObject({ ok: false, failed: [{ feed: "second", error: { code: "EADDRINUSE" } }] });
    expect(ingest.feeds().map(({ name }) => name)).toEqual(["test"]);
    expect(codeOf(await sender.send(Buffer.from(refused)))).toBe("AE");
  });

  it("take over an address from one another", async () => {
    const { database, ingest, portOf } = await startRig(feed({ name: "a" }), feed({ name: "b" }));
    const [a, b] = [portOf("a"), portOf("b")];
    const swapped = [feed({ name: "a", port: b }), feed({ name: "b", port: a })];
    expect(await ingest.reload(swapped)).toMatchObject({ ok: true, failed: [], changed: ["a", "b"] });
    expect([portOf("a"), portOf("b")]).toEqual([b, a]);
    const sender = await client(b);
    await sender.send(adt("A31", { id: "7" }));
    expect((await database.pool.query("select feed from journal")).rows).toEqual([{ feed: "a" }]);
  });

  it("dial one sender at a time, and leave the one that is gone from the configuration", async () => {
    const [first, second] = [await peer(), await peer()];
    const { ingest } = await startRig(feed({ mode: "dial", port: first.port }));
    await first.send(adt("A31", { id: "7" }, { controlId: "1" }));
    expect((await first.received(1)).map((answer) => codeOf(Buffer.from(answer)))).toEqual(["AA"]);
    expect(await ingest.reload([feed({ mode: "dial", port: second.port })])).toMatchObject({ ok: true });
    await second.send(adt("A31", { id: "8" }, { controlId: "2" }));
    expect(await second.received(1)).toHaveLength(1);
    expect(first.connections()).toBe(0);
  });
});
