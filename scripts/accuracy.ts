import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Bar, barLine } from "./accuracy/bars.ts";
import { type MeasuredSet, publicBars } from "./accuracy/public-report.ts";
import { measurePublicSet, PUBLIC_SETS } from "./accuracy/public-sets.ts";
import { INTRODUCTION, textOf, writeSection } from "./accuracy/section.ts";
import { type MeasuredRegion, measureRegions, OTHER_SHAPES, REGION, ukBars } from "./accuracy/uk-report.ts";

/**
 * `npm run accuracy`: links sets with known truth and prints how right that was, beside published figures and the
 * baselines. `--only NAME` runs one of them, `--json` prints the counts, `--write` puts the table into the README of
 * packages/matching. Ends with 1 when a bar is missed. The public sets are read from CHESIL_CORPUS/matching.
 */

const README = fileURLToPath(new URL("../packages/matching/README.md", import.meta.url));
const NAMES: readonly string[] = [...PUBLIC_SETS.map(({ name }) => name), "uk"];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
if (values.only !== undefined && !NAMES.includes(values.only))
  throw new Error(`There is no set "${values.only}". There are: ${NAMES.join(", ")}.`);
if (values.write && values.only !== undefined) throw new Error("--write puts the whole table in: leave out --only.");

const scratch = mkdtempSync(join(tmpdir(), "chesil-accuracy-"));
try {
  await run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const sets = await publicSets();
  const regions = isAsked("uk") ? await ukRegions() : [];
  const bars = [...sets.flatMap(publicBars), ...regions.flatMap(ukBars)];
  const text = textOf(sets, regions);
  if (values.json) process.stdout.write(`${JSON.stringify({ sets, regions, bars }, null, 2)}\n`);
  else process.stdout.write(`${text}\n\n`);
  tellBars(bars);
  if (!values.write) return;
  if (sets.length < PUBLIC_SETS.length) throw new Error("Not written: the table would lose the public sets.");
  writeSection(README, `${INTRODUCTION}\n\n${text}`);
  say(`Written to ${README}.`);
}

function isAsked(name: string): boolean {
  return values.only === undefined || values.only === name;
}

async function publicSets(): Promise<MeasuredSet[]> {
  const measured: MeasuredSet[] = [];
  const corpus = process.env.CHESIL_CORPUS;
  for (const set of PUBLIC_SETS.filter(({ name }) => isAsked(name))) {
    const folder = corpus === undefined ? undefined : join(corpus, "matching");
    if (folder === undefined || !existsSync(join(folder, set.file))) {
      say(`${set.name}: skipped, ${set.file} is not there. It is read from the folder "matching" in CHESIL_CORPUS.`);
      continue;
    }
    say(`${set.name}…`);
    measured.push({ set, accuracy: await measurePublicSet(set, folder, scratch) });
  }
  return measured;
}

async function ukRegions(): Promise<MeasuredRegion[]> {
  const measured: MeasuredRegion[] = [];
  for (const shape of [REGION, ...OTHER_SHAPES]) {
    say(`uk, ${shape.title}, seeds ${shape.seeds.join(", ")}, with and without NHS numbers…`);
    measured.push(...(await measureRegions(shape, scratch)));
  }
  return measured;
}

/** The missed bars, on stdout unless JSON goes there. */
function tellBars(bars: readonly Bar[]): void {
  const tell = values.json ? say : (text: string) => process.stdout.write(`${text}\n`);
  const missed = bars.filter(({ isMet }) => !isMet);
  for (const bar of missed) tell(`MISSED ${barLine(bar)}`);
  tell(`${bars.length - missed.length} of ${bars.length} bars met`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
