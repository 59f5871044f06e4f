import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { type Database, migrate, openDatabase } from "@chesil/store";
import { receive } from "../../test/region.ts";
import { fillStore, messageOf } from "./identity-store.ts";
import { type BenchOptions, compareTo, type Figure } from "./measure.ts";

const SIZES = [100_000] as const;
const NEW_RECORDS = 10_000;
const MIXED_MESSAGES = 20_000;
/** Of a day's traffic, the messages of patients on file whose demographics are as they were. */
const KNOWN_SHARE = 0.8;

/**
 * Identity in the stream, with so many persons in the store (`--records` says how many): how long the index takes to be
 * built, and how many messages a second are resolved when every record is new, and when four of five are of patients on
 * file. Fills the store without messages; what is measured goes the real way from the journal on.
 */
export async function benchIdentity({ records }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const persons of records === undefined ? SIZES : [records]) figures.push(...(await benchAt(persons)));
  return figures;
}

async function benchAt(persons: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
    const database = await openDatabase(postgres.url);
    await migrate(database);
    const region = await fillStore(database, persons, (done) => process.stderr.write(`\r${done} persons on file`));
    process.stderr.write("\n");
    const opened = performance.now();
    const matched: Extract<ResolverEvent, { kind: "matched" }>[] = [];
    const resolver = await openResolver(database, (event) => {
      if (event.kind === "matched") matched.push(event);
    });
    const openSeconds = (performance.now() - opened) / 1000;
    const newcomers = region.next(NEW_RECORDS).map((row) => messageOf(row, "A28"));
    const fresh = await resolved(database, resolver, newcomers);
    const candidates = matched.reduce((sum, each) => sum + each.candidates, 0) / Math.max(1, matched.length);
    const matchMs = matched.map(({ ms }) => ms).sort((a, b) => a - b);
    const mixed = Array.from({ length: MIXED_MESSAGES }, (_, at) =>
      at % 10 < KNOWN_SHARE * 10
        ? messageOf(region.known[(at * 7919) % region.known.length] as (typeof region.known)[number], "A31")
        : messageOf(region.next(1)[0] as (typeof region.known)[number], "A28"),
    );
    const known = await resolved(database, resolver, mixed);
    await resolver.close();
    await database.close();
    await postgres.stop();
    const { rss } = process.memoryUsage();
    const size = persons.toLocaleString("en-GB");
    const at = (share: number) => (matchMs[Math.floor(matchMs.length * share)] ?? 0).toFixed(2);
    return [
      compareTo(
        `index of ${size} persons`,
        persons / openSeconds,
        "records/s",
        {},
        `ready in ${openSeconds.toFixed(1)} s; the process holds ${Math.round(rss / 1e6)} MB`,
      ),
      compareTo(
        `new records, ${size} on file`,
        fresh.perSecond,
        "messages/s",
        { "a plain SQL lookup of 8 keys alone (2,000/s, not of this run)": 2_000 },
        `${candidates.toFixed(1)} compared each, ${fresh.ownMs.toFixed(2)} ms of processor time beside the database's; decided in p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      ),
      compareTo(
        `four of five known, ${size} on file`,
        known.perSecond,
        "messages/s",
        {},
        `${known.ownMs.toFixed(2)} ms of processor time beside the database's`,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Open = { step(): Promise<number>; close(): Promise<void> };

async function openResolver(database: Database, onEvent: (event: ResolverEvent) => void): Promise<Open> {
  const log = postgresLog(database.pool);
  const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "bench", leaseMs: 600_000 });
  if (!consumer) throw new Error("Somebody else resolves.");
  const options = { database, log, model: defaultModel, batchMessagesMax: 500, now: () => new Date(), onEvent };
  const resolver = await Resolver.open(options, consumer);
  return { step: () => resolver.step(), close: () => consumer.close() };
}

/** Messages a second from the journal to the record, and the processor time that deciding takes of each; the database's comes on top. */
type Rate = { readonly perSecond: number; readonly ownMs: number };

async function resolved(database: Database, resolver: Open, messages: readonly Uint8Array[]): Promise<Rate> {
  for (let at = 0; at < messages.length; at += 2_000) await receive(database, messages.slice(at, at + 2_000));
  const began = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  for (let count = await resolver.step(); count > 0; count = await resolver.step()) done += count;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (done * 1000) / (performance.now() - began), ownMs: (user + system) / 1000 / Math.max(1, done) };
}
