import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { migrate, openDatabase } from "@chesil/store";
import { fuzzWire } from "../test/wire-fuzz.ts";
import { fuzzCorpus } from "../test/wire-fuzz-corpus.ts";
import { fuzzReading } from "../test/wire-fuzz-reading.ts";

/** One fault may show in thousands of mutants. */
const SHOWN_MAX = 50;

/**
 * `npm run fuzz -- --inputs 100000 --wire 5000 --seed 7`: the long run of hostile input. So many mutants are read,
 * peeked, mapped and answered; so many are sent to a listener with a database of its own. Ends with 1 when anything was
 * not as promised. With CHESIL_CORPUS the messages of that folder are mutated too.
 */
const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    wire: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const seed = Number(values.seed);
const corpus = fuzzCorpus();
const say = (text: string) => process.stderr.write(`${text}\n`);

const violations = [...(await readAll(Number(values.inputs))), ...(await sendAll(Number(values.wire)))];
for (const violation of violations.slice(0, SHOWN_MAX)) process.stdout.write(`${violation}\n`);
process.stdout.write(`seed ${seed}, ${corpus.length} messages mutated: ${violations.length} violations\n`);
process.exitCode = violations.length === 0 ? 0 : 1;

async function readAll(inputs: number): Promise<string[]> {
  if (inputs === 0) return [];
  const found: string[] = [];
  const started = performance.now();
  const step = 5_000;
  for (let from = 0; from < inputs; from += step) {
    found.push(...(await fuzzReading({ corpus, seed, from, to: Math.min(inputs, from + step) })));
    say(`read ${Math.min(inputs, from + step)} of ${inputs}`);
  }
  const perSecond = Math.round((inputs * 1_000) / (performance.now() - started));
  process.stdout.write(`read: ${inputs} mutants, ${perSecond}/s, ${found.length} violations\n`);
  return found;
}

async function sendAll(inputs: number): Promise<readonly string[]> {
  if (inputs === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "chesil-fuzz-"));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
  const database = await openDatabase(postgres.url);
  try {
    await migrate(database);
    const { violations: found, outcomes, ...figures } = await fuzzWire(database, { corpus, seed, inputs });
    const counts = Object.entries(figures).map(([name, count]) => `${name} ${count}`);
    process.stdout.write(`wire: ${counts.join(", ")}, violations ${found.length}\n`);
    for (const [outcome, count] of Object.entries(outcomes).sort()) process.stdout.write(`  ${outcome}: ${count}\n`);
    return found;
  } finally {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
