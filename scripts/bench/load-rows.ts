import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadFile } from "@chesil/ingest";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { appendFeedActivation, migrate, openDatabase } from "@chesil/store";
import { CHILDREN_MAPPING, csvOf, readingOf } from "../../test/load-files.ts";
import { compareTo, type Figure } from "./measure.ts";

const ROWS = 50_000;

/** A council's extract, journalled: the first time, when all is new; and the next night, when hardly anything is. */
export async function benchLoadRows(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
  const database = await openDatabase(postgres.url);
  try {
    await migrate(database);
    const reading = readingOf(CHILDREN_MAPPING);
    const now = () => new Date();
    const activate = () => appendFeedActivation(database, { feed: "children", reading, by: "bench" }, now());
    const load = async (name: string, town: (id: number) => string) => {
      const path = join(folder, name);
      writeFileSync(path, csvOf(Array.from({ length: ROWS }, (_, id) => ({ ...child(id), town: town(id) }))));
      const started = performance.now();
      const { rows } = await loadFile({
        ...{
          database,
          feed: "children",
          reading,
          path,
          encoding: undefined,
          extractAt: now,
          isFull: true,
          isDryRun: false,
        },
        ...{ goneShareMax: 0.2, confirmed: new Set<never>(), now, activate },
      });
      const seconds = (performance.now() - started) / 1000;
      return {
        perSecond: rows.read / seconds,
        note: `${rows.new} new, ${rows.changed} changed, ${rows.rejected} rejected`,
      };
    };
    const first = await load("first.csv", () => "Poole");
    const next = await load("next.csv", (id) => (id % 100 === 0 ? "Wool" : "Poole"));
    return [
      compareTo("load CSV, every row new", first.perSecond, "rows/s, journalled", {}, first.note),
      compareTo("load CSV, one row in a hundred changed", next.perSecond, "rows/s, looked at", {}, next.note),
    ];
  } finally {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const child = (id: number) => ({
  ...{ child_id: `C${id}`, nhs_number: "", surname: `Hartley${id}`, forename: "Anna", dob: "31/07/2015", gender: "F" },
  ...{ address: `${id} Quay Lane`, town: "", postcode: "BH15 1AA", plan: id % 100 === 0 ? "Y" : "" },
});
