import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, type RebuildStage, Resolver, startResolve } from "@chesil/resolve";
import { simulateDay } from "@chesil/simulator";
import { readStateHash, verifyJournal } from "@chesil/store";
import { describe, expect, it, onTestFinished } from "vitest";
import { freshDatabase } from "./database.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { receive, resolveAll } from "./region.ts";

/** A rebuild beside a Chesil that goes on: nothing is lost, nobody waits long, and a crash leaves one whole store. */

const CLI = fileURLToPath(new URL("../services/all/src/cli.ts", import.meta.url));
const AT = new Date("2026-11-20T08:00:00Z");

async function openDatabase() {
  const database = await freshDatabase();
  onTestFinished(() => database.close());
  return database;
}
type Store = Awaited<ReturnType<typeof openDatabase>>;

/** A day of a small region, in the commits in which it came. */
function commitsOfADay(seed: number): Uint8Array[][] {
  const messages = [...simulateDay({ people: 60, hours: 24, seed, startAt: AT, activity: 30 }).messages];
  const commits: Uint8Array[][] = [];
  for (let at = 0; at < messages.length; at += 20) commits.push(messages.slice(at, at + 20).map(({ bytes }) => bytes));
  return commits;
}

/** The same commits, applied one after another by one decider in a store of its own. */
async function inOrder(commits: readonly Uint8Array[][]) {
  const database = await openDatabase();
  for (const commit of commits) await receive(database, commit, AT);
  await resolveAll(database);
  return readStateHash(database.pool);
}

function startDecider(database: Store) {
  const failed: Error[] = [];
  const decider = startResolve({
    database,
    log: postgresLog(database.pool),
    model: defaultModel,
    batchMessagesMax: 7,
    now: () => new Date(),
    onEvent: () => {},
    owner: "live",
    onFatal: (error) => failed.push(error),
  });
  return {
    async drained() {
      for (;;) {
        expect(failed).toEqual([]);
        const { rowCount } = await database.pool.query(
          "select from log_consumer where consumer = 'resolve' and position >= (select max(journal_id) from journal where accepted)",
        );
        if (rowCount === 1) break;
        await sleep(20);
      }
      await decider.stop();
    },
  };
}

/** Somebody who looks at patients all the time, each look two statements of one transaction. @returns how to end it. */
function startReader(database: Store) {
  let isOver = false;
  let looks = 0;
  const reading = (async () => {
    while (!isOver) {
      await database.transaction(async (transaction) => {
        await transaction.query({ name: "look-person", text: "select * from person limit 5" });
        await transaction.query({ name: "look-record", text: "select * from source_record limit 5" });
      });
      looks += 1;
      await sleep(1);
    }
  })();
  return async () => {
    isOver = true;
    await reading;
    return looks;
  };
}

describe("a rebuild beside a decider, a sender and a reader", () => {
  it.each([1, 2])("loses nothing and comes to what the messages in order come to: day %i", async (seed) => {
    const database = await openDatabase();
    const commits = commitsOfADay(seed);
    const half = Math.floor(commits.length / 2);
    for (const commit of commits.slice(0, half)) await receive(database, commit, AT);
    await resolveAll(database);
    const decider = startDecider(database);
    const endReading = startReader(database);
    const sending = (async () => {
      for (const commit of commits.slice(half)) {
        await receive(database, commit, AT);
        await sleep(15);
      }
    })();
    const rebuilt = await rebuildAside(database, { switchWhen: "same", batchMessagesMax: 50 });
    await sending;
    await decider.drained();
    expect(await endReading()).toBeGreaterThan(5);
    expect(rebuilt).toMatchObject({ isSame: true, isSwitched: true });
    expect(await readStateHash(database.pool)).toEqual(await inOrder(commits));
    const { counted, tallied, withoutOutcome } = await verifyJournal(database);
    expect([tallied, withoutOutcome]).toEqual([counted, []]);
    expect((await rebuildAside(database)).isSame).toBe(true);
  });
});

describe("the switch", () => {
  it("is fenced by the decider's lease: what it decides meanwhile is decided again, on the new store", async () => {
    const database = await openDatabase();
    const commits = commitsOfADay(4).slice(0, 8);
    for (const commit of commits.slice(0, 5)) await receive(database, commit, AT);
    await resolveAll(database);
    for (const commit of commits.slice(5)) await receive(database, commit, AT);
    const log = postgresLog(database.pool);
    const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "live", leaseMs: 60_000 });
    if (!consumer) throw new Error("Somebody else resolves.");
    const options = {
      database,
      log,
      model: defaultModel,
      batchMessagesMax: 5,
      now: () => new Date(),
      onEvent: () => {},
    };
    const live = await Resolver.open(options, consumer);
    let overtaken: Promise<unknown> = Promise.resolve();
    await rebuildAside(database, {
      switchWhen: "same",
      onProgress: ({ stage }) => {
        if (stage === "switching") overtaken = live.step().catch((error: Error) => error.name);
      },
    });
    expect(await overtaken).toBe("LeaseLostError");
    await resolveAll(database);
    expect(await readStateHash(database.pool)).toEqual(await inOrder(commits));
  });
});

/** Runs `chesil rebuild` and kills it where it says that it has come to a stage. */
async function killAt(stage: RebuildStage, database: Store): Promise<void> {
  const child = spawn(process.execPath, [CLI, "rebuild"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CHESIL_DATABASE_URL: database.url },
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
    if (said.includes(`${stage}…`)) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(said).toContain(stage);
  // Its sessions end with it; its leases would last for some seconds more.
  await database.pool.query("update log_consumer set lease_until = now()");
}

describe("a rebuild that is killed", () => {
  it("leaves one whole store wherever it was, which goes on, and is rebuilt when it is run again", async () => {
    const database = await openDatabase();
    const commits = commitsOfADay(3);
    const applied: Uint8Array[][] = [];
    const goOn = async () => {
      const commit = commits.shift() ?? [];
      applied.push(commit);
      await receive(database, commit, AT);
      await resolveAll(database);
    };
    for (let commit = 0; commit < 4; commit++) await goOn();
    for (const stage of ["deciding", "completing", "comparing", "switching", "switched"] as const) {
      await killAt(stage, database);
      await goOn();
      await database.pool.query("drop schema if exists before_rebuild cascade");
    }
    expect(await readStateHash(database.pool)).toEqual(await inOrder(applied));
    expect(await rebuildAside(database, { switchWhen: "same" })).toMatchObject({ isSame: true, isSwitched: true });
    expect((await rebuildAside(database)).isSame).toBe(true);
  }, 120_000);
});
