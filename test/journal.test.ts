import { createHash } from "node:crypto";
import { judgeSequence } from "@chesil/hl7";
import { appendArrivals, appendCommands, openDatabase, readJournal, readTally } from "@chesil/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrival } from "./arrivals.ts";
import { freshDatabase } from "./database.ts";

const sequenceAnswer = (judgement: string, expected: number) => ({
  bytes: Buffer.from(`${judgement} ${expected}`),
  code: "AE",
});

describe("journal", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  it("gives back the very bytes, whatever they are, in one batch of any sizes", async () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(messages, async (batch) => {
        const appended = await appendArrivals(
          database,
          batch.map((raw) => arrival({ raw: Buffer.from(raw), identities: ['a"b', "c,{d}", "e\\f"] })),
        );
        const stored = await readJournal(
          database,
          appended.map((each) => each.journalId),
        );
        expect(stored.map((entry) => [...entry.raw])).toEqual(batch.map((raw) => [...raw]));
        expect(stored[0]?.identities).toEqual(['a"b', "c,{d}", "e\\f"]);
      }),
      { numRuns: 25 },
    );
  });

  it("answers a resend with the original acknowledgement, in the same batch, a later one, and after a restart", async () => {
    const original = arrival({ controlId: "SAME" });
    const again = arrival({
      controlId: "SAME",
      raw: original.raw,
      answer: { bytes: Buffer.from("another"), code: "AA" },
    });
    const [first, second] = await appendArrivals(database, [original, again]);
    expect(first?.kind).toBe("accepted");
    expect(second).toEqual({ kind: "duplicate", journalId: first?.journalId, answer: original.answer.bytes });
    const reopened = await openDatabase(database.url);
    const [third] = await appendArrivals(reopened, [again]);
    await reopened.close();
    expect(third).toEqual(second);
  });

  it("keeps both contents of a reused control id and tells the sender", async () => {
    const original = arrival({ controlId: "REUSED" });
    const other = arrival({ controlId: "REUSED", raw: Buffer.from("other content") });
    const [, conflict] = await appendArrivals(database, [original, other]);
    expect(conflict?.kind).toBe("conflict");
    expect(conflict?.answer?.toString()).toBe("AE REUSED");
    const [kept] = await readJournal(database, [conflict?.journalId ?? 0]);
    expect(kept?.raw.toString()).toBe("other content");
  });

  it("answers a resend of a conflict as the conflict was answered, where that was positive, and keeps it once", async () => {
    const conflictAnswer = (code: string) => () => ({ bytes: Buffer.from(`${code} first`), code });
    const original = arrival({ controlId: "KEPT" });
    const raw = Buffer.from("kept aside");
    const aside = arrival({ controlId: "KEPT", raw, conflictAnswer: conflictAnswer("AA") });
    const [, first, inBatch] = await appendArrivals(database, [original, aside, aside]);
    expect(first).toMatchObject({ kind: "conflict", answer: Buffer.from("AA first") });
    const again = { kind: "duplicate", journalId: first?.journalId, answer: Buffer.from("AA first") };
    expect([inBatch, ...(await appendArrivals(database, [aside]))]).toEqual([again, again]);
    // What is kept aside is precedent for nothing else, and a negative answer for nothing at all.
    const other = arrival({ controlId: "KEPT", raw: Buffer.from("more"), conflictAnswer: conflictAnswer("AE") });
    const [conflict, anew] = await appendArrivals(database, [other, other]);
    expect([conflict?.kind, anew?.kind]).toEqual(["conflict", "conflict"]);
    const { rows } = await database.pool.query(
      "select detail from journal join outcome using (journal_id) where control_id = 'KEPT'",
    );
    const { rows: accepted } = await database.pool.query(
      "select journal_id from journal where control_id = 'KEPT' and accepted",
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ detail: `journal ${accepted[0]?.journal_id}` })));
    expect(accepted).toHaveLength(1);
  });

  it("keeps what holds nothing to apply out of the log, settled", async () => {
    const [empty] = await appendArrivals(database, [arrival({ nothingToApply: "Nothing in it.", identities: [] })]);
    expect(empty).toMatchObject({ kind: "accepted" });
    const { rows } = await database.pool.query(
      "select accepted, outcome, reason, detail from journal join outcome using (journal_id) where journal_id = $1",
      [empty?.journalId],
    );
    expect(rows).toEqual([{ accepted: false, outcome: "applied", reason: null, detail: "Nothing in it." }]);
  });

  it("takes a control id that comes round after the reuse window as a new message", async () => {
    const day = 24 * 3_600_000;
    const original = arrival({ controlId: "ROUND" });
    const at = (offsetMs: number) =>
      arrival({
        controlId: "ROUND",
        raw: Buffer.from(`day ${offsetMs}`),
        messageAt: new Date(original.messageAt.getTime() + offsetMs),
      });
    const [, before, after] = await appendArrivals(database, [original, at(day - 1), at(day)]);
    expect([before?.kind, after?.kind]).toEqual(["conflict", "accepted"]);
  });

  it("answers the same content stamped anew with the original acknowledgement, and says that it was restamped", async () => {
    const contentSha256 = createHash("sha256").update("content").digest();
    const original = arrival({ controlId: "STAMPED", contentSha256 });
    const hours = 7 * 3_600_000;
    const restamped = arrival({
      controlId: "STAMPED",
      raw: Buffer.from("the same content, stamped anew"),
      contentSha256,
      messageAt: new Date(original.messageAt.getTime() + hours),
    });
    const [first] = await appendArrivals(database, [original]);
    const [again] = await appendArrivals(database, [restamped]);
    expect(again).toEqual({ kind: "duplicate", journalId: first?.journalId, answer: original.answer.bytes });
    const { rows } = await database.pool.query("select restamped from redelivery where journal_id = $1", [
      first?.journalId,
    ]);
    expect(rows).toEqual([{ restamped: true }]);
    const later = arrival({ ...restamped, messageAt: new Date(original.messageAt.getTime() + 5 * 24 * 3_600_000) });
    expect(
      (await appendArrivals(database, [{ ...later, raw: Buffer.from("later"), sha256: Buffer.alloc(32, 1) }]))[0]?.kind,
    ).toBe("accepted");
  });

  it("takes two patients under one constant control id on different days, and looks only at what is near in time", async () => {
    const day = 24 * 3_600_000;
    const many = Array.from({ length: 40 }, (_, index) =>
      arrival({
        controlId: "CONSTANT",
        raw: Buffer.from(`patient ${index}`),
        messageAt: new Date(Date.UTC(2026, 0, 1) + index * day),
      }),
    );
    const kinds = [];
    for (const each of many) kinds.push((await appendArrivals(database, [each]))[0]?.kind);
    expect(new Set(kinds)).toEqual(new Set(["accepted"]));
  });

  it("judges a batch as it judges the same arrivals one by one, whatever they are", async () => {
    const day = 24 * 3_600_000;
    const choice = fc.record({
      id: fc.integer({ min: 1, max: 3 }),
      content: fc.integer({ min: 1, max: 3 }),
      stamp: fc.integer({ min: 1, max: 2 }),
      days: fc.integer({ min: 0, max: 2 }),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 8 }), async (choices) => {
        round++;
        const made = (sender: string) =>
          choices.map(({ id, content, stamp, days }) =>
            arrival({
              sender,
              controlId: `P${round}-${id}`,
              raw: Buffer.from(`${round} ${id} ${content} ${stamp}`),
              contentSha256: createHash("sha256").update(`${round} ${content}`).digest(),
              messageAt: new Date(Date.UTC(2026, 0, 1) + days * day + stamp),
            }),
          );
        const together = await appendArrivals(database, made("TOGETHER"));
        const alone = [];
        for (const each of made("ALONE")) alone.push(...(await appendArrivals(database, [each])));
        expect(alone.map((each) => each.kind)).toEqual(together.map((each) => each.kind));
        const order = (all: typeof together) =>
          all.map((each) => all.findIndex((other) => other.journalId === each.journalId));
        expect(order(alone)).toEqual(order(together));
      }),
      { numRuns: 60 },
    );
  });

  it("holds a sender to its sequence: the number is kept before the answer, a gap is refused with what was expected", async () => {
    const numbered = (sent: number | null, changes = {}) =>
      arrival({ sender: "SEQ|RBD", sequence: { sent, judge: judgeSequence, answer: sequenceAnswer }, ...changes });
    const resend = numbered(6, { controlId: "SEQ6" });
    const appended = [
      ...(await appendArrivals(database, [numbered(5), resend])),
      ...(await appendArrivals(database, [resend, numbered(8), numbered(0), numbered(7), numbered(null)])),
      ...(await appendArrivals(database, [numbered(-1), numbered(99)])),
    ];
    expect(appended.map((each) => each.kind)).toEqual([
      "accepted",
      "accepted",
      "duplicate",
      "out-of-sequence",
      "accepted",
      "accepted",
      "out-of-sequence",
      "accepted",
      "accepted",
    ]);
    expect(appended.map((each) => each.answer?.toString())).toEqual(
      expect.arrayContaining(["out 7", "asked 7", "out 8"]),
    );
  });

  it("uses up a number with whatever comes under it, so that a message that is refused stops no feed", async () => {
    const numbered = (sent: number, changes = {}) =>
      arrival({ sender: "USED|RBD", sequence: { sent, judge: judgeSequence, answer: sequenceAnswer }, ...changes });
    const content = { contentSha256: createHash("sha256").update("used").digest() };
    const appended = await appendArrivals(database, [
      numbered(1, { controlId: "USED1", ...content }),
      numbered(2, { refusal: { reason: "no-patient-id", text: "PID-3 is empty." } }),
      numbered(3, { controlId: "USED1", raw: Buffer.from("stamped anew"), ...content }),
      numbered(4, { controlId: "USED1", raw: Buffer.from("other content") }),
      numbered(5),
    ]);
    expect(appended.map((each) => each.kind)).toEqual(["accepted", "refused", "duplicate", "conflict", "accepted"]);
  });

  it("keeps what stood around a batch, so that the frame can be put together again", async () => {
    const envelope = {
      header: Buffer.from("BHS|^~\\&\r"),
      trailer: Buffer.from("BTS|2\r"),
      messages: 2,
      faults: ["The count says otherwise."],
    };
    const [first] = await appendArrivals(database, [arrival({ envelope }), arrival()]);
    const { rows } = await database.pool.query("select * from batch_envelope where first_journal_id = $1", [
      first?.journalId,
    ]);
    expect(rows).toEqual([{ first_journal_id: first?.journalId, ...envelope }]);
  });

  it("judges anew what was refused before", async () => {
    const bad = arrival({
      controlId: "ANEW",
      refusal: { reason: "no-patient-id", text: "PID-3 is empty." },
      answer: { bytes: Buffer.from("AE"), code: "AE" },
    });
    const good = arrival({ controlId: "ANEW", raw: bad.raw });
    const [first, second] = await appendArrivals(database, [bad, good]);
    expect([first?.kind, second?.kind]).toEqual(["refused", "accepted"]);
  });

  it("commits in the order of its ids, so that no reader skips a late commit", async () => {
    const batches = Array.from({ length: 12 }, () => appendArrivals(database, [arrival(), arrival()]));
    let position = 0;
    const seen: number[] = [];
    for (let more = true; more; ) {
      more =
        (await Promise.race([
          Promise.all(batches).then(() => "done"),
          new Promise((resolve) => setImmediate(resolve)),
        ])) !== "done";
      const { rows } = await database.pool.query<{ journal_id: number }>(
        "select journal_id from journal where journal_id > $1 order by 1",
        [position],
      );
      for (const row of rows) seen.push(row.journal_id);
      position = seen.at(-1) ?? position;
    }
    const { rows } = await database.pool.query<{ journal_id: number }>("select journal_id from journal order by 1");
    expect(seen).toEqual(rows.map((row) => row.journal_id));
  });

  it("counts what it received: accepted, refused, conflicts and duplicates", async () => {
    const own = await freshDatabase();
    const one = arrival({ controlId: "ONE" });
    await appendArrivals(own, [
      one,
      one,
      arrival({ controlId: "ONE", raw: Buffer.from("x") }),
      arrival({ refusal: { reason: "no-control-id", text: "" } }),
    ]);
    expect((await readTally(own)).get("test")).toEqual({ received: 4, duplicate: 1, conflict: 1, rejected: 1 });
    await own.close();
  });

  it("journals what people command, in the same order as messages", async () => {
    const [message] = await appendArrivals(database, [arrival()]);
    const [command] = await appendCommands(
      database,
      [{ command: "replay", journalId: message?.journalId ?? 0, by: "a data manager", reason: "mapped now" }],
      new Date(),
    );
    expect(command).toBeGreaterThan(message?.journalId ?? 0);
    const [entry] = await readJournal(database, [command ?? 0]);
    expect(entry?.kind).toBe("command");
  });
});
