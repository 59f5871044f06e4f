import { once } from "node:events";
import { createConnection } from "node:net";
import { startIngest } from "@chesil/ingest";
import { connectMllp, encodeFrame } from "@chesil/mllp";
import { readTally } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { adt, DIALECT } from "./region.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

describe("the listener and the journal", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let ingest: Awaited<ReturnType<typeof startIngest>>;
  let failures: string[];
  beforeEach(async () => {
    failures = [];
    database = await freshDatabase();
    const silent = () => {};
    ingest = await startIngest({
      database,
      feeds: [
        {
          name: "test",
          host: "127.0.0.1",
          port: 0,
          dialect: DIALECT,
          reuseWindowHours: 24,
          onStorageFailure: "close" as const,
        },
      ],
      limits: { framePartialMs: 300 },
      telemetry: {
        received: silent,
        acknowledged: silent,
        connections: silent,
        wireFault: silent,
        storageFailed: (_, code) => failures.push(code),
      },
      now: () => new Date(),
    });
  });
  afterEach(async () => {
    await ingest.stop();
    await database.close();
  });

  const connect = (windowMax = 1) => connectMllp({ host: "127.0.0.1", port: ingest.feeds()[0]?.port ?? 0, windowMax });

  it("answers only when the bytes are committed: a commit that waits holds the answer back", async () => {
    const holder = await database.pool.connect();
    const client = await connect();
    let answered = false;
    try {
      await holder.query("begin");
      await holder.query("select next_id from journal_head for update");
      const answer = client.send(adt("A31", { id: "1" }, { controlId: "HELD" })).then((bytes) => {
        answered = true;
        return text(bytes);
      });
      const isWaiting = async () => (await database.pool.query("select 1 from pg_locks where not granted")).rowCount;
      await expect.poll(isWaiting).toBeGreaterThan(0);
      expect(answered).toBe(false);
      await holder.query("rollback");
      expect(await answer).toContain("MSA|AA|HELD");
    } finally {
      await holder.query("rollback");
      holder.release();
      await client.close();
    }
    expect((await database.pool.query("select 1 from journal where control_id = 'HELD'")).rowCount).toBe(1);
  });

  it("gives no answer and closes when the storage fails, and takes the message when it is sent again", async () => {
    await database.pool.query("alter table journal rename to journal_gone");
    const client = await connect();
    await expect(client.send(adt("A31", { id: "1" }, { controlId: "AGAIN" }))).rejects.toMatchObject({
      code: "connection-lost",
    });
    expect(failures).toEqual(["42P01"]);
    await database.pool.query("alter table journal_gone rename to journal");
    const again = await connect();
    expect(text(await again.send(adt("A31", { id: "1" }, { controlId: "AGAIN" })))).toContain("MSA|AA|AGAIN");
    await again.close();
  });

  it("answers AR instead, where the feed asks for it", async () => {
    await ingest.stop();
    const silent = () => {};
    ingest = await startIngest({
      database,
      feeds: [
        {
          name: "test",
          host: "127.0.0.1",
          port: 0,
          dialect: DIALECT,
          reuseWindowHours: 24,
          onStorageFailure: "reject",
        },
      ],
      limits: {},
      telemetry: {
        received: silent,
        acknowledged: silent,
        connections: silent,
        wireFault: silent,
        storageFailed: silent,
      },
      now: () => new Date(),
    });
    await database.pool.query("alter table journal rename to journal_gone");
    const client = await connect();
    expect(text(await client.send(adt("A31", { id: "1" }, { controlId: "LATER" })))).toMatch(/MSA\|AR\|LATER/);
    await database.pool.query("alter table journal_gone rename to journal");
    expect(text(await client.send(adt("A31", { id: "1" }, { controlId: "LATER" })))).toMatch(/MSA\|AA\|LATER/);
    await client.close();
  });

  it("answers pipelined messages in order, each its own", async () => {
    const client = await connect(64);
    const ids = Array.from({ length: 300 }, (_, index) => `P${index}`);
    const answers = await Promise.all(
      ids.map((controlId) => client.send(adt("A31", { id: controlId }, { controlId }))),
    );
    expect(answers.map((bytes) => /MSA\|AA\|(P\d+)/.exec(text(bytes))?.[1])).toEqual(ids);
    await client.close();
    expect((await readTally(database)).get("test")).toEqual({ received: 300 });
  });

  it.each([
    ["no MSH", "PID|1||77^^^RBD\r", "AR", "no-header"],
    ["no control id", "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31||P|2.4\rPID|1||7^^^RBD^MR\r", "AR", "no-control-id"],
    [
      "an unknown type",
      "MSH|^~\\&|PAS|RBD|||20260501080000||XYZ^Q99|1|P|2.4\rPID|1||7^^^RBD^MR\r",
      "AR",
      "unsupported-type",
    ],
    [
      "an unknown version",
      "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|1|P|9.9\rPID|1||7^^^RBD^MR\r",
      "AR",
      "unsupported-version",
    ],
    ["no patient id", "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|1|P|2.4\rPID|1||\r", "AE", "no-patient-id"],
    [
      "a merge with itself",
      "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A40|1|P|2.4\rPID|1||7^^^RBD^MR\rMRG|7^^^RBD^MR\r",
      "AE",
      "merge-with-itself",
    ],
  ])("refuses %s, says so, and keeps the bytes", async (_, message, code, reason) => {
    const client = await connect();
    expect(text(await client.send(Buffer.from(message)))).toContain(`MSA|${code}|`);
    await client.close();
    const { rows } = await database.pool.query(
      "select raw, outcome, reason from journal join outcome using (journal_id)",
    );
    expect(rows).toEqual([{ raw: Buffer.from(message), outcome: "rejected", reason }]);
  });

  it.each([
    ["an invalid NHS number", "PID|1||7^^^RBD^MR~9990004950^^^NHS^NH||A^B||19710314|F"],
    ["impossible dates", "PID|1||7^^^RBD^MR||A^B||19501341|F"],
    ["a NUL in a name", "PID|1||7^^^RBD^MR||A\u0000^B||19710314|F"],
  ])("takes %s: what it says is judged later", async (_, pid) => {
    const client = await connect();
    expect(
      text(await client.send(Buffer.from(`MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|1|P|2.4\r${pid}\r`))),
    ).toContain("MSA|AA|1");
    await client.close();
  });

  it("never answers an acknowledgement", async () => {
    const socket = createConnection(ingest.feeds()[0]?.port ?? 0, "127.0.0.1");
    socket.write(encodeFrame(Buffer.from("MSH|^~\\&|PAS|RBD|||20260501080000||ACK|1|P|2.4\rMSA|AA|7\r")));
    socket.write(encodeFrame(adt("A31", { id: "1" }, { controlId: "NEXT" })));
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(text(first)).toContain("MSA|AA|NEXT");
    expect(text(first)).not.toContain("MSA|AA|7");
    socket.destroy();
  });
});
