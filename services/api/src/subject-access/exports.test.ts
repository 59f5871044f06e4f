import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openRig, type Rig } from "../rig.ts";
import { EXPORT_LIMITS } from "./exports.ts";

/** The limits of exports, at their edges. */

let rig: Rig;
let jane: string;
let officer: string;
beforeAll(async () => {
  rig = await openRig();
  jane = (await rig.addPerson({ family: "Smith", given: "Jane" })).personId;
  officer = await rig.signedIn(["privacy-officer"], "olga");
});
afterAll(() => rig.close());

const pathOf = (personId: string) => `/api/v1/persons/${personId}/export`;
const exported = (personId = jane) => rig.ask(officer, "GET", pathOf(personId));
const statusesOf = async (asked: readonly ReturnType<typeof exported>[]) =>
  (await Promise.all(asked)).map(({ statusCode }) => statusCode).sort();
const NOBODY = "00000000-0000-8000-8000-ffffffffffff";

/** Whoever has begun can not go on meanwhile, and keeps their place. */
async function whileNoFactIsRead<T>(work: () => Promise<T>): Promise<T> {
  const blocker = await rig.database.pool.connect();
  try {
    await blocker.query("begin; lock table fact in access exclusive mode");
    return await work();
  } finally {
    await blocker.query("rollback");
    blocker.release();
  }
}

/** How many wait for the blocker. */
async function waiting(): Promise<number> {
  const { rows } = await rig.database.pool.query(
    `select from pg_locks where not granted and relation = 'fact'::regclass
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length;
}
async function untilWaiting(count: number): Promise<void> {
  while ((await waiting()) < count) await turn();
}

const allPlaces = () => Array.from({ length: EXPORT_LIMITS.exportsMax }, () => exported());
const everybody = Array.from({ length: EXPORT_LIMITS.exportsMax }, () => 200);

it("go on so many at a time: one more is told when to come again, and has its turn then", async () => {
  const asked = await whileNoFactIsRead(async () => {
    const all = allPlaces();
    await untilWaiting(all.length);
    const refused = await exported();
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "30"]);
    expect(refused.json().detail).toBe("2 are made at a time. Try again in 30 seconds.");
    return all;
  });
  expect(await statusesOf(asked)).toEqual(everybody);
  // Who is told that there is nobody has given their place back too.
  for (const _ of everybody) expect((await exported(NOBODY)).statusCode).toBe(404);
  expect(await statusesOf(allPlaces())).toEqual(everybody);
});

it("give their place back when whoever asked has gone", async () => {
  const origin = await rig.app.listen({ host: "127.0.0.1", port: 0 });
  const gone = new AbortController();
  await whileNoFactIsRead(async () => {
    const asked = everybody.map(() =>
      fetch(`${origin}${pathOf(jane)}`, { headers: { cookie: officer }, signal: gone.signal }),
    );
    await untilWaiting(asked.length);
    gone.abort();
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(everybody.map(() => "rejected"));
  });
  await vi.waitFor(async () => expect(await statusesOf(allPlaces())).toEqual(everybody), 10_000);
});

it("are broken off when they take longer than they may, and give their place back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await whileNoFactIsRead(async () => {
      const asked = exported();
      let isOver = false;
      void asked.then(() => {
        isOver = true;
      });
      await untilWaiting(1);
      vi.advanceTimersByTime(EXPORT_LIMITS.exportMs - 1);
      await turn();
      expect(isOver).toBe(false);
      vi.advanceTimersByTime(1);
      expect((await asked).statusCode).toBe(503);
    });
  } finally {
    vi.useRealTimers();
  }
  await vi.waitFor(async () => expect(await statusesOf(allPlaces())).toEqual(everybody), 10_000);
});
