import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { migrate, openDatabase } from "@chesil/store";
import { figuresOf, growthTable, type Measured } from "./identity-growth.ts";
import { measureStream } from "./identity-resolve.ts";
import { measureServed } from "./identity-served.ts";
import { fillStore } from "./identity-store.ts";
import type { BenchOptions, Figure } from "./measure.ts";

const SIZES = [100_000] as const;
/** Messages of new records; twice as many are of the day's mix. Fewer where few are on file. */
const FRESH_MAX = 10_000;
/** Of new rows, those for the first run, a fifth of the mix, and for the feed as long as it runs. */
const FRESH_KEPT = 2;
/** People who are asked for and not on file. */
const STRANGERS = 550;

/**
 * Identity in the stream, with so many persons and their records in the store (`--records 100000,1000000,2600000` shows
 * the growth): how fast the store is filled and the index built, how many messages a second are resolved, and how long
 * `$match` takes beside a live feed and while the index loads. The store is filled without messages; what is measured
 * goes the real way, from the journal or from the socket on.
 */
export async function benchIdentity({ sizes }: BenchOptions): Promise<Figure[]> {
  const measured: Measured[] = [];
  for (const persons of sizes.length === 0 ? SIZES : sizes) measured.push(await measureAt(persons));
  process.stderr.write(`\n${growthTable(measured)}\n`);
  return measured.flatMap(figuresOf);
}

async function measureAt(persons: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const tell = (what: string) => process.stderr.write(`\r${persons} persons: ${what.padEnd(40)}`);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "store") });
    const database = await openDatabase(postgres.url);
    await migrate(database);
    const fresh = 2 * Math.ceil(Math.min(FRESH_MAX, persons / 10) / 2);
    const region = await fillStore(postgres.url, persons, { fresh: FRESH_KEPT * fresh, strangers: STRANGERS }, (done) =>
      tell(`${done} records on file`),
    );
    tell("the stream");
    const stream = await measureStream(database, postgres.url, region, { fresh, mixed: 2 * fresh });
    tell("$match beside a feed");
    const served = await measureServed(database, postgres.url, region, folder);
    process.stderr.write("\n");
    await database.close();
    await postgres.stop();
    return { region, stream, served };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
