import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { journalBounds } from "./journal-bounds.ts";

const BASE_MS = Date.parse("2026-03-14T10:00:00.000Z");
const SECOND_MS = 1_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

async function fill(entries: readonly { id: number; atMs: number }[]): Promise<void> {
  await database.pool.query("truncate journal");
  await database.pool.query(
    `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
       version, sender, control_id, message_at, identities)
     select id, 'message', 'f', 'c', at, 'x', 'x', true, 'ADT', 'A01', '2.4', 's', 'c', at, '{}'
     from unnest($1::bigint[], $2::timestamptz[]) as e (id, at)`,
    [entries.map((entry) => entry.id), entries.map((entry) => new Date(entry.atMs))],
  );
}

/** Ids with gaps; times that go forward, each up to five minutes late or early at most in sum. */
const journal = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 4 }),
      stepSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
      lateSeconds: fc.integer({ min: 0, max: 299 }),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let id = 0;
    let atMs = BASE_MS;
    return steps.map(({ gap, stepSeconds, lateSeconds }) => {
      id += gap;
      atMs += stepSeconds * SECOND_MS;
      return { id, atMs: atMs - lateSeconds * SECOND_MS };
    });
  });

test("whatever was received in a time lies between its bounds", async () => {
  await fc.assert(
    fc.asyncProperty(
      journal,
      fc.integer({ min: -1_000, max: 20_000 }),
      fc.nat(10_000),
      async (entries, start, length) => {
        await fill(entries);
        const [fromMs, toMs] = [BASE_MS + start * SECOND_MS, BASE_MS + (start + length) * SECOND_MS];
        const { from, to } = await journalBounds(database.pool, new Date(fromMs), new Date(toMs));
        const wanted = entries.filter((entry) => entry.atMs >= fromMs && entry.atMs <= toMs).map((entry) => entry.id);
        expect(wanted.filter((id) => id < (from ?? 0) || id > (to ?? Number.POSITIVE_INFINITY))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test("bounds keep most of a long journal out", async () => {
  await fill(Array.from({ length: 1_000 }, (_, index) => ({ id: index + 1, atMs: BASE_MS + index * 60 * SECOND_MS })));
  const hour = await journalBounds(
    database.pool,
    new Date(BASE_MS + 500 * 60 * SECOND_MS),
    new Date(BASE_MS + 560 * 60 * SECOND_MS),
  );
  expect(hour).toEqual({ from: 497, to: 567 });
});

test("no bound asked for is none given", async () => {
  expect(await journalBounds(database.pool, undefined, undefined)).toEqual({ from: null, to: null });
});
