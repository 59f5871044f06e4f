import { once } from "node:events";
import { createConnection } from "node:net";
import { encodeFrame } from "@chesil/mllp";
import { readTally } from "@chesil/store";
import { describe, expect, it } from "vitest";
import { bareSender, client, feed, peer, startRig, text } from "./ingest-rig.ts";
import { adt } from "./region.ts";

describe("the listener and the journal", () => {
  it("answers only when the bytes are committed: a commit that waits holds the answer back", async () => {
    const { database, portOf } = await startRig();
    const holder = await database.pool.connect();
    const sender = await client(portOf());
    let answered = false;
    try {
      await holder.query("begin");
      await holder.query("select draw_journal_ids(1)");
      const answer = sender.send(adt("A31", { id: "1" }, { controlId: "HELD" })).then((bytes) => {
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
    }
    expect((await database.pool.query("select 1 from journal where control_id = 'HELD'")).rowCount).toBe(1);
  });

  it("gives no answer and closes when the storage fails, and takes the message when it is sent again", async () => {
    const { database, portOf, told } = await startRig();
    await database.pool.query("alter table journal rename to journal_gone");
    const sender = await client(portOf());
    await expect(sender.send(adt("A31", { id: "1" }, { controlId: "AGAIN" }))).rejects.toMatchObject({
      code: "connection-lost",
    });
    expect(told.failures).toEqual(["42P01"]);
    await database.pool.query("alter table journal_gone rename to journal");
    const again = await client(portOf());
    expect(text(await again.send(adt("A31", { id: "1" }, { controlId: "AGAIN" })))).toContain("MSA|AA|AGAIN");
  });

  it.each([
    ["reject", "AR"],
    ["error", "AE"],
  ] as const)("answers %s instead, where the feed asks for it", async (transient, code) => {
    const { database, portOf } = await startRig(feed({ policy: { transient } }));
    await database.pool.query("alter table journal rename to journal_gone");
    const sender = await client(portOf());
    expect(text(await sender.send(adt("A31", { id: "1" }, { controlId: "LATER" })))).toContain(`MSA|${code}|LATER`);
    await database.pool.query("alter table journal_gone rename to journal");
    expect(text(await sender.send(adt("A31", { id: "1" }, { controlId: "LATER" })))).toContain("MSA|AA|LATER");
  });

  it("closes on a message it can not store and whose sender wants no answer: silence would say that it is kept", async () => {
    const { database, portOf } = await startRig(feed({ policy: { transient: "reject" } }));
    await database.pool.query("alter table journal rename to journal_gone");
    const sender = await client(portOf(), { answerTimeoutMs: 5_000 });
    const unanswered = "MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|Q|P|2.4|||NE|NE\rPID|1||7^^^RBD^MR\r";
    await expect(sender.send(Buffer.from(unanswered))).rejects.toMatchObject({ code: "connection-lost" });
  });

  it("answers pipelined messages in order, each its own", async () => {
    const { database, portOf } = await startRig();
    const sender = await client(portOf(), { windowMax: 64 });
    const ids = Array.from({ length: 300 }, (_, index) => `P${index}`);
    const answers = await Promise.all(
      ids.map((controlId) => sender.send(adt("A31", { id: controlId }, { controlId }))),
    );
    expect(answers.map((bytes) => /MSA\|AA\|(P\d+)/.exec(text(bytes))?.[1])).toEqual(ids);
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
    const { database, portOf } = await startRig();
    const sender = await client(portOf());
    expect(text(await sender.send(Buffer.from(message)))).toContain(`MSA|${code}|`);
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
    const { portOf } = await startRig();
    const sender = await client(portOf());
    expect(
      text(await sender.send(Buffer.from(`MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|1|P|2.4\r${pid}\r`))),
    ).toContain("MSA|AA|1");
  });

  it("never answers an acknowledgement", async () => {
    const { portOf } = await startRig();
    const socket = createConnection(portOf(), "127.0.0.1");
    socket.write(encodeFrame(Buffer.from("MSH|^~\\&|PAS|RBD|||20260501080000||ACK|1|P|2.4\rMSA|AA|7\r")));
    socket.write(encodeFrame(adt("A31", { id: "1" }, { controlId: "NEXT" })));
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(text(first)).toContain("MSA|AA|NEXT");
    expect(text(first)).not.toContain("MSA|AA|7");
    socket.destroy();
  });

  const message = (type: string, controlId: string, rest = "PID|1||7^^^RBD^MR\r", from = "PAS|RBD") =>
    Buffer.from(`MSH|^~\\&|${from}|||20260501080000||${type}|${controlId}|P|2.4\r${rest}`);
  const codesOf = (answers: string) =>
    [...answers.matchAll(/MSA\|(\w\w)\|(\w*)/g)].map(([, code, id]) => `${code} ${id}`);

  it("answers by the codes that were agreed with the sender, and keeps what happened as it happened", async () => {
    const policy = { permanent: "reject", unsupported: "error", conflict: "accept", force: "enhanced" } as const;
    const { database, portOf, told } = await startRig(feed({ policy }));
    const sender = await client(portOf());
    const send = async (bytes: Uint8Array) => codesOf(text(await sender.send(bytes)))[0];
    expect(await send(message("ADT^A31", "1", "PID|1||\r"))).toBe("CR 1");
    expect(await send(message("XYZ^Q99", "2"))).toBe("CE 2");
    expect(await send(message("ADT^A31", "3"))).toBe("CA 3");
    expect(await send(message("ADT^A31", "3", "PID|1||8^^^RBD^MR\r"))).toBe("CA 3");
    expect(told.received).toEqual(["refused", "refused", "accepted", "conflict"]);
    const { rows } = await database.pool.query("select outcome, reason from outcome order by journal_id");
    expect(rows).toEqual([
      { outcome: "rejected", reason: "no-patient-id" },
      { outcome: "rejected", reason: "unsupported-type" },
      { outcome: "conflict", reason: "control-id-reused" },
    ]);
  });

  it("tells control ids and senders from each other by all of them, however long, and echoes them as they came", async () => {
    const { database, portOf, told } = await startRig();
    const sender = await client(portOf());
    const long = "L".repeat(300);
    const sent = [
      ...[`${long}1`, `${long}2`].map((id, index) => message("ADT^A31", id, `PID|1||${index}^^^RBD^MR\r`)),
      ...["1", "2"].map((end, index) => message("ADT^A31", "S", `PID|1||${index}^^^RBD^MR\r`, `${long}${end}|RBD`)),
    ];
    for (const bytes of sent) {
      const id = text(bytes).split("|")[9];
      expect(text(await sender.send(bytes)).split("\r")[1]).toBe(`MSA|AA|${id}`);
    }
    expect(told.received).toEqual(["accepted", "accepted", "accepted", "accepted"]);
    await sender.send(sent[1] ?? new Uint8Array());
    expect(told.received.at(-1)).toBe("duplicate");
    const { rows } = await database.pool.query(
      "select max(length(control_id)) as id, max(length(sender)) as name from journal",
    );
    expect(rows).toEqual([{ id: 244, name: 244 }]);
  });

  it("takes messages of the senders it allows, and keeps and refuses those of others", async () => {
    const { database, portOf } = await startRig(feed({ senders: ["PAS|RBD", "LAB|"] }));
    const sender = await client(portOf());
    const send = async (from: string, controlId: string, type = "ADT^A31") =>
      codesOf(text(await sender.send(message(type, controlId, undefined, from))))[0];
    expect(await send("PAS|RBD", "1")).toBe("AA 1");
    expect(await send("LAB|", "2")).toBe("AA 2");
    expect(await send("LAB|RBD", "3")).toBe("AR 3");
    expect(await send("PAS|RDZ", "4", "XYZ^Q99")).toBe("AR 4");
    const { rows } = await database.pool.query(
      "select reason, raw from outcome join journal using (journal_id) order by journal_id",
    );
    expect(rows.map(({ reason }) => reason)).toEqual(["sender-not-allowed", "sender-not-allowed"]);
    expect(rows[0].raw).toEqual(message("ADT^A31", "3", undefined, "LAB|RBD"));
  });

  it("judges each message of a frame for itself, and answers each, in order", async () => {
    const { database, portOf, told } = await startRig();
    const sender = await bareSender(portOf());
    const frame = Buffer.concat([
      message("ADT^A31", "1"),
      message("ADT^A31", "2", "PID|1||\r"),
      message("ADT^A28", "3"),
    ]);
    await sender.send(frame, message("ADT^A31", "4"));
    const answers = await sender.received(4);
    expect(answers.map(codesOf)).toEqual([["AA 1"], ["AE 2"], ["AA 3"], ["AA 4"]]);
    expect(told.received.slice(0, 3)).toEqual(["accepted", "refused", "accepted"]);
    const { rows } = await database.pool.query(
      "select raw from journal where control_id in ('1', '2', '3') order by journal_id",
    );
    expect(Buffer.concat(rows.map(({ raw }) => raw))).toEqual(frame);
  });

  it("acknowledges a batch without messages, keeps it, and has nothing to do", async () => {
    const { database, portOf, told } = await startRig();
    const sender = await client(portOf());
    const batch = Buffer.from("BHS|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||||B1\rBTS|0\r");
    expect(text(await sender.send(batch))).toMatch(/^BHS\|\^~\\&\|CHESIL\|DORSET\|PAS\|RBD\|.*\|B1\rBTS\|0\r$/);
    const { rows } = await database.pool.query(
      "select raw, control_id, outcome from journal join outcome using (journal_id)",
    );
    expect(rows).toEqual([{ raw: batch, control_id: "B1", outcome: "applied" }]);
    expect([told.received, told.batchFaults]).toEqual([["accepted"], []]);
  });

  it("answers a batch with a batch, keeps its envelope, and tells operations of one that does not add up", async () => {
    const { database, portOf, told } = await startRig();
    const sender = await client(portOf());
    const batch = Buffer.concat([
      Buffer.from(
        "FHS|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||||F1\rBHS|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||||B1\r",
      ),
      message("ADT^A31", "1"),
      message("ADT^A31", "2", "PID|1||\r"),
      Buffer.from("BTS|3\rFTS|1\r"),
    ]);
    const answer = text(await sender.send(batch));
    expect(codesOf(answer)).toEqual(["AA 1", "AE 2"]);
    expect(
      answer
        .split("\r")
        .filter((line) => /^[FB][HT]S/.test(line))
        .map((line) => line.slice(0, 3)),
    ).toEqual(["FHS", "BHS", "BTS", "FTS"]);
    expect(told.batchFaults).toHaveLength(1);
    const { rows } = await database.pool.query("select reason from wire_fault");
    expect(rows).toEqual([{ reason: told.batchFaults[0] }]);
    const envelopes = await database.pool.query("select * from batch_envelope");
    expect(envelopes.rowCount).toBe(1);
    expect(text(await sender.send(batch)).replaceAll(/\d{14}\+\d{4}|[0-9A-F]{10}\w{7}/g, "")).toBe(
      answer.replaceAll(/\d{14}\+\d{4}|[0-9A-F]{10}\w{7}/g, ""),
    );
  });

  it("holds a sender to its sequence, tells it which number is due, and takes a resend for one", async () => {
    const { portOf, told } = await startRig(feed({ sequence: true }));
    const sender = await client(portOf());
    const send = async (sequence: string, controlId: string) => {
      const bytes = `MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|${controlId}|P|2.4|${sequence}\rPID|1||7^^^RBD^MR\r`;
      const msa = /MSA\|[^\r]*/.exec(text(await sender.send(Buffer.from(bytes))))?.[0].split("|") ?? [];
      return [msa[1], msa[4] ?? ""];
    };
    expect(await send("0", "q0")).toEqual(["AA", "-1"]);
    expect(await send("7", "a")).toEqual(["AA", "7"]);
    expect(await send("8", "b")).toEqual(["AA", "8"]);
    expect(await send("8", "b")).toEqual(["AA", "8"]);
    expect(await send("10", "d")).toEqual(["AE", "9"]);
    expect(await send("x", "e")).toEqual(["AE", "9"]);
    expect(await send("0", "q1")).toEqual(["AA", "9"]);
    expect(await send("9", "c")).toEqual(["AA", "9"]);
    expect(await send("-1", "r")).toEqual(["AA", "-1"]);
    expect(await send("1", "s")).toEqual(["AA", "1"]);
    expect(told.received).toEqual([
      ...["accepted", "accepted", "accepted", "duplicate", "out-of-sequence", "out-of-sequence"],
      ...["accepted", "accepted", "accepted", "accepted"],
    ]);
  });

  it("sends acknowledgements elsewhere, and again until they arrive", async () => {
    const place = await peer();
    const { portOf, told } = await startRig(feed({ answerTo: { host: "127.0.0.1", port: place.port } }));
    const sender = await bareSender(portOf());
    await sender.send(message("ADT^A31", "1"), message("ADT^A31", "2", "PID|1||\r"));
    expect((await place.received(2)).flatMap(codesOf)).toEqual(["AA 1", "AE 2"]);
    await place.close();
    await sender.send(message("ADT^A31", "3"));
    await expect.poll(() => told.undelivered.length).toBeGreaterThan(0);
    const again = await peer(place.port);
    expect((await again.received(1)).flatMap(codesOf)).toEqual(["AA 3"]);
    await sender.send(message("ADT^A31", "3"));
    expect((await again.received(2)).flatMap(codesOf)).toEqual(["AA 3", "AA 3"]);
    expect(await sender.received(0)).toEqual([]);
  });

  it("dials a sender that listens, takes what it sends and answers on that connection", async () => {
    const sender = await peer();
    await startRig(feed({ mode: "dial", port: sender.port }));
    await sender.send(message("ADT^A31", "1"));
    expect((await sender.received(1)).flatMap(codesOf)).toEqual(["AA 1"]);
  });
});
