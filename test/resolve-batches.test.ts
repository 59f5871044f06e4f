import { verifyJournal } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { receive, resolveAll } from "./region.ts";
import { brokenIn, type Dump, dumpOf, WIPE } from "./resolve-dump.ts";
import { historyOf } from "./resolve-history.ts";

/**
 * What comes of a history does not depend on how many of its messages are decided at once (laws 3 and 8): whatever a
 * message needs of the store was loaded, and what an earlier message of its batch changed is as if it had been read.
 *
 * `CHESIL_HISTORIES` and `CHESIL_HISTORY_MESSAGES` for a longer run, `CHESIL_HISTORY_FIRST` to begin with another one.
 */
const HISTORIES = Number(process.env.CHESIL_HISTORIES ?? 25);
const MESSAGES = Number(process.env.CHESIL_HISTORY_MESSAGES ?? 25);
const FIRST = Number(process.env.CHESIL_HISTORY_FIRST ?? 1);
const BATCH_MESSAGES_MAX = [1, 7, 100] as const;
const RECEIVED_AT = new Date("2026-05-02T10:00:00Z");

let databases: Awaited<ReturnType<typeof freshDatabase>>[] = [];
beforeAll(async () => {
  databases = await Promise.all(BATCH_MESSAGES_MAX.map(() => freshDatabase()));
});
afterAll(() => Promise.all(databases.map((database) => database.close())));

async function resolved(at: number, history: readonly Uint8Array[]): Promise<Dump> {
  const database = databases[at];
  if (!database) throw new RangeError("There is no such database.");
  await database.pool.query(WIPE);
  await receive(database, history, RECEIVED_AT);
  await resolveAll(database, { batchMessagesMax: BATCH_MESSAGES_MAX[at] ?? 1 });
  const { counted, tallied, inFlight } = await verifyJournal(database);
  expect({ tallied, inFlight }).toEqual({ tallied: counted, inFlight: 0 });
  return dumpOf(database);
}

describe("random histories", () => {
  it.each(Array.from({ length: HISTORIES }, (_, index) => FIRST + index))("history %i", async (seed) => {
    const history = historyOf(seed, MESSAGES);
    const [one, ...others] = await Promise.all(databases.map((_, at) => resolved(at, history)));
    for (const dump of others) expect(dump).toEqual(one);
    expect(brokenIn(one as Dump)).toEqual([]);
  });
});
