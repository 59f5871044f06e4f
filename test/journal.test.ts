import { appendArrivals, appendCommands, openDatabase, readJournal, readTally } from "@chesil/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrival } from "./arrivals.ts";
import { freshDatabase } from "./database.ts";

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
