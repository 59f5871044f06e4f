import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "@chesil/runtime";
import { type SimulatedMessage, sendMessages, simulateDay } from "@chesil/simulator";
import { migrate, openDatabase, readTally } from "@chesil/store";
import { startChesil } from "../../test/chesil-process.ts";
import { receive, resolveAll } from "../../test/region.ts";
import { compareTo, type Figure } from "./measure.ts";

const PEOPLE = 122_000;
const MESSAGES = 20_000;
/** One region, whose files are told first and whose day follows. */
const DAY = { people: PEOPLE, hours: 24, seed: 4, startAt: new Date(Date.now() - 2 * 86_400_000) } as const;

/**
 * From socket to record: the whole of Chesil as a process, 100,000 persons and more in the store, a simulated day's
 * live traffic over 32 stop-and-wait connections, until the last message is applied.
 */
export async function benchEndToEnd(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const filled = await fill(folder);
    const chesil = await startChesil(folder);
    const server = await findEmbeddedPostgres(join(folder, "data"));
    const database = await openDatabase(server?.url ?? "", { connectionsMax: 2 });
    const applied = async () =>
      [...(await readTally(database)).values()].reduce(
        (sum, feed) => sum + (feed.applied ?? 0) + (feed.quarantined ?? 0) + (feed.parked ?? 0),
        0,
      );
    const before = await applied();
    const day = simulateDay({ ...DAY, load: false, activity: 12 });
    const messages = nextOf(day.messages, MESSAGES);
    const started = performance.now();
    const report = await sendMessages({ messages, host: "127.0.0.1", port: chesil.mllpPort, connections: 32 });
    while ((await applied()) < before + report.accepted) await new Promise((resolve) => setTimeout(resolve, 20));
    const perSecond = (report.accepted * 1_000) / (performance.now() - started);
    await database.close();
    await chesil.stop();
    const note = `${report.accepted} messages, ${filled.persons} persons; acknowledged at ${Math.round(report.messagesPerSecond)}/s, p50 ${report.p50Ms.toFixed(1)} ms, p99 ${report.p99Ms.toFixed(1)} ms`;
    return [
      compareTo("register new records, matched against all before", filled.perSecond, "messages/s, resolve alone", {}),
      compareTo("end to end, 32 connections", perSecond, "messages/s, all on two cores", {}, note),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills the store through the real path, sockets left out: journal, matching, reconciliation. */
async function fill(folder: string): Promise<{ perSecond: number; persons: number }> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
  const database = await openDatabase(postgres.url);
  await migrate(database);
  const day = simulateDay({ ...DAY, activity: 0 });
  let count = 0;
  let seconds = 0;
  // One step at a time: `take` would close the day behind it.
  for (let batch = nextOf(day.messages, 5_000); batch.length > 0; batch = nextOf(day.messages, 5_000)) {
    await receive(database, batch);
    const started = performance.now();
    await resolveAll(database, { batchMessagesMax: 500 });
    seconds += (performance.now() - started) / 1000;
    count += batch.length;
  }
  await database.pool.query("analyze");
  const { rows } = await database.pool.query<{ n: number }>("select count(*) as n from person where status = 'active'");
  await database.close();
  await postgres.stop();
  return { perSecond: count / seconds, persons: rows[0]?.n ?? 0 };
}

function nextOf(messages: Iterator<SimulatedMessage>, count: number): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let next = messages.next(); !next.done; next = messages.next()) {
    taken.push(next.value.bytes);
    if (taken.length === count) break;
  }
  return taken;
}
