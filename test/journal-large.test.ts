import { type Appended, appendArrivals, type Database, LARGE_BYTES } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { arrivalOf } from "../services/ingest/src/arrival.ts";
import { freshDatabase } from "./database.ts";
import { DIALECT } from "./region.ts";

/** Messages of megabytes are written before the lock of the ids is had: nothing else may tell. */

const FEED = { name: "large", dialect: DIALECT, reuseWindowHours: 24 };
const RECEIPT = { connection: "test/1", receivedAt: new Date("2026-05-01T08:00:00Z"), answerControlId: "A1" };
const bytesOf = (controlId: string, length: number, words = "QUJD") =>
  Buffer.from(
    `MSH|^~\\&|DOC|RBD|CHESIL|DORSET|20260501080000||MDM^T02|${controlId}|P|2.4\rPID|1||1001^^^RBD^MR\rOBX|1|ED|DOC||^^PDF^Base64^${words.repeat(Math.ceil(length / words.length))}\r`,
  );
const arrival = (controlId: string, length = LARGE_BYTES, words?: string) =>
  arrivalOf(bytesOf(controlId, length, words), FEED, RECEIPT);
const enveloped = (controlId: string) => ({
  ...arrival(controlId),
  envelope: { header: Buffer.from("before"), trailer: Buffer.from("after"), messages: 1, faults: ["a fault"] },
});

describe("a message of megabytes", () => {
  let database: Database;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const rows = async () =>
    (await database.pool.query("select journal_id as id, control_id, raw from journal order by journal_id")).rows;
  const kinds = (appended: readonly Appended[]) => appended.map(({ kind, journalId }) => `${kind} ${journalId}`);

  it("stands in the journal under the next id with its envelope, byte for byte, as any other", async () => {
    expect(kinds(await appendArrivals(database, [arrival("S1", 10)]))).toEqual(["accepted 1"]);
    expect(kinds(await appendArrivals(database, [arrival("L1"), enveloped("L2")]))).toEqual([
      "accepted 2",
      "accepted 3",
    ]);
    expect(kinds(await appendArrivals(database, [arrival("S2", 10)]))).toEqual(["accepted 4"]);
    const kept = await rows();
    expect(kept.map(({ id, control_id }) => `${id} ${control_id}`)).toEqual(["1 S1", "2 L1", "3 L2", "4 S2"]);
    expect(bytesOf("L1", LARGE_BYTES).equals(kept[1].raw)).toBe(true);
    expect(bytesOf("L2", LARGE_BYTES).equals(kept[2].raw)).toBe(true);
    const { rows: envelopes } = await database.pool.query(
      `select first_journal_id as id, convert_from(header, 'UTF8') as header, convert_from(trailer, 'UTF8') as trailer, faults
       from batch_envelope`,
    );
    expect(envelopes).toEqual([{ id: 3, header: "before", trailer: "after", faults: ["a fault"] }]);
  });

  it("that comes again is a resend, and other content under its control id a conflict; nothing is left of the attempt", async () => {
    await appendArrivals(database, [enveloped("L1")]);
    const [again] = await appendArrivals(database, [enveloped("L1")]);
    expect([again?.kind, again?.journalId]).toEqual(["duplicate", 1]);
    const [other] = await appendArrivals(database, [arrival("L1", LARGE_BYTES, "REVG")]);
    expect(other?.kind).toBe("conflict");
    const ids = (await rows()).map(({ id }) => id);
    expect(ids).toEqual([ids[0], other?.journalId]);
    expect((await database.pool.query("select first_journal_id as id from batch_envelope")).rows).toEqual([{ id: 1 }]);
  });

  it("is never seen before its turn, whatever is appended beside it: whoever follows the ids misses none", async () => {
    const seen: { last: number; count: number }[] = [];
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        const { rows: found } = await database.pool.query(
          "select coalesce(max(journal_id), 0)::int as last, count(*)::int as count from journal",
        );
        seen.push(found[0]);
      }
    })();
    const large = Array.from({ length: 4 }, (_, index) =>
      appendArrivals(database, [arrival(`L${index}`, 3 * LARGE_BYTES)]),
    );
    const small: Promise<Appended[]>[] = [];
    for (let index = 0; index < 60; index++) {
      small.push(appendArrivals(database, [arrival(`S${index}`, 10)]));
      if (index % 5 === 0) await small.at(-1);
    }
    const appended = (await Promise.all([...large, ...small])).flat();
    isOver = true;
    await watching;
    expect(appended.map(({ kind }) => kind)).toEqual(Array(64).fill("accepted"));
    expect(appended.map(({ journalId }) => journalId).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    );
    for (const { last, count } of seen) expect(count).toBe(last);
  });
});
