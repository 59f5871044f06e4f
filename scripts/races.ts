import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { migrate, openDatabase } from "@chesil/store";
import { race } from "../test/identity-races.ts";

/**
 * `npm run races -- --races 10000 --seed 1`: the long run of test/identity-races.test.ts on a database of its own. Prints
 * its figures as JSON, and ends with 1 where any race made another number of persons than there are people.
 */
const { values } = parseArgs({
  options: {
    races: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "chesil-races-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
const database = await openDatabase(postgres.url);
try {
  await migrate(database);
  const result = await race(database, {
    races: Number(values.races),
    seed: values.seed,
    onProgress: (races) => process.stderr.write(`${races} of ${values.races}\n`),
  });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const isSound = result.wrong.length + result.zombies === 0 && result.persons === result.people;
  process.exitCode = isSound ? 0 : 1;
} finally {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
