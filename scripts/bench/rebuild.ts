import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "@chesil/runtime";
import { sendMessages, simulateDay } from "@chesil/simulator";
import { type Database, migrate, openDatabase, readTally } from "@chesil/store";
import { startChesil } from "../../test/chesil-process.ts";
import { rebuildAside } from "../../test/rebuild-aside.ts";
import { receive, resolveAll } from "../../test/region.ts";
import { type BenchOptions, compareTo, type Figure } from "./measure.ts";

const PEOPLE = 12_000;
const MESSAGES = 30_000;
/** As `chesil rebuild` takes them. */
const BATCH_MESSAGES = 1_000;

/**
 * How fast the journal is decided anew, against how fast it was applied: by the whole of Chesil as a process, from the socket
 * on, and by the decider alone; the same messages in the same run: a town is registered and has its day.
 */
export async function benchRebuild({ records }: BenchOptions): Promise<Figure[]> {
  const messages = dayOf(records ?? MESSAGES);
  const endToEnd = await sendAll(messages);
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const database = await openDatabase(postgres.url);
  try {
    await migrate(database);
    for (let at = 0; at < messages.length; at += 1_000) await receive(database, messages.slice(at, at + 1_000));
    const started = performance.now();
    await resolveAll(database, { batchMessagesMax: 500 });
    const alone = (messages.length * 1_000) / (performance.now() - started);
    await database.pool.query("analyze");
    return [
      await measure(database, { "live apply, from the socket on": endToEnd, "live apply, the decider alone": alone }),
    ];
  } finally {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(database: Database, floors: Readonly<Record<string, number>>): Promise<Figure> {
  const { messages, seconds, isSame, pausedMs } = await rebuildAside(database, {
    switchWhen: "same",
    batchMessagesMax: BATCH_MESSAGES,
  });
  if (!isSame) throw new Error("The store came out otherwise: what was measured is worth nothing.");
  const live = Object.entries(floors).map(([name, rate]) => `${name} ${Math.round(rate)}`);
  const note = `${messages} messages, indexes, comparison and switch included; the decider stood still for ${Math.round(pausedMs)} ms; ${live.join(", ")}`;
  return compareTo("rebuild beside the live store", messages / seconds, "messages/s", floors, note);
}

/** The same over 32 stop-and-wait connections to a process of its own, until the last is applied. */
async function sendAll(messages: readonly Uint8Array[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const chesil = await startChesil(folder);
    const server = await findEmbeddedPostgres(join(folder, "data"));
    const database = await openDatabase(server?.url ?? "", { connectionsMax: 2 });
    const settled = async () =>
      [...(await readTally(database)).values()].reduce(
        (sum, feed) => sum + (feed.applied ?? 0) + (feed.quarantined ?? 0) + (feed.parked ?? 0),
        0,
      );
    const started = performance.now();
    const report = await sendMessages({ messages, host: "127.0.0.1", port: chesil.mllpPort, connections: 32 });
    while ((await settled()) < report.accepted) await new Promise((resolve) => setTimeout(resolve, 20));
    const perSecond = (report.accepted * 1_000) / (performance.now() - started);
    await database.close();
    await chesil.stop();
    return perSecond;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dayOf(count: number): Uint8Array[] {
  const day = simulateDay({
    people: PEOPLE,
    hours: 24,
    seed: 6,
    startAt: new Date(Date.now() - 86_400_000),
    activity: 30,
  });
  const messages: Uint8Array[] = [];
  for (const { bytes } of day.messages) {
    messages.push(bytes);
    if (messages.length === count) break;
  }
  return messages;
}
