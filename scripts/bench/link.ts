import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCsv } from "@chesil/link";
import { REGISTER_COLUMNS, simulateRegister } from "@chesil/simulator";
import type { BenchOptions, Figure } from "./measure.ts";
import type { Usage } from "./usage-reader.ts";

const CLI = fileURLToPath(new URL("../../services/all/src/cli.ts", import.meta.url));
const USAGE = fileURLToPath(new URL("usage-reader.ts", import.meta.url));
const SIZES = [10_000, 100_000, 1_000_000] as const;
/** Alone (`--only link`) it is soon done; the full bench goes to the last size, and `--records` to any. */
const RECORDS_MAX_ALONE = 100_000;
const THREADS = 2;
const SEED = 1;
/** Time and memory are for so many records; growth for every step. */
const BARS = { records: 1_000_000, seconds: 180, memoryBytes: 4 * 1024 ** 3, growth: 1.15 };

type Run = Usage & {
  readonly records: number;
  /** Of the whole process, from its start to its end. */
  readonly seconds: number;
  readonly pairsCompared: number;
  readonly stepSeconds: Readonly<Record<string, number>>;
  /** How many processes wanted to run, over the last minute, where two cores are there for all of them. */
  readonly loadAverage: number;
};

/**
 * `chesil link` from file to file: a register of each size, linked by a process of its own on two threads, no model
 * given. The growth is the slope between two sizes on paper with logarithmic scales: 1 is linear.
 */
export async function benchLink({ only, records }: BenchOptions): Promise<Figure[]> {
  const recordsMax = records ?? (only === undefined ? SIZES[2] : RECORDS_MAX_ALONE);
  const sizes = [...new Set([...SIZES.filter((size) => size < recordsMax), recordsMax])];
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const figures: Figure[] = [];
    let before: Run | undefined;
    for (const size of sizes) {
      const run = await linkRegister(folder, size);
      figures.push(figureOf(run, before));
      before = run;
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function linkRegister(folder: string, records: number): Promise<Run> {
  const file = join(folder, "register.csv");
  await writeCsv(file, REGISTER_COLUMNS, rowsOf(records));
  const out = join(folder, "links.csv");
  const args = ["link", file, "--out", out, "--threads", String(THREADS), "--json"];
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", USAGE, CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`chesil link of ${records} records ended with ${code}:\n${err}`);
  const seconds = (performance.now() - started) / 1000;
  const { pairsCompared, stepSeconds } = JSON.parse(said) as Pick<Run, "pairsCompared" | "stepSeconds">;
  const usage = JSON.parse(err.trimEnd().split("\n").at(-1) ?? "") as Usage;
  return { records, seconds, ...usage, pairsCompared, stepSeconds, loadAverage: loadavg()[0] ?? 0 };
}

function* rowsOf(records: number): Generator<string[]> {
  for (const row of simulateRegister({ records, seed: SEED })) yield REGISTER_COLUMNS.map((column) => row[column]);
}

function figureOf(run: Run, before: Run | undefined): Figure {
  const { records, seconds, cpuSeconds, peakBytes, pairsCompared, stepSeconds, loadAverage } = run;
  const slope = (of: "seconds" | "cpuSeconds"): number | undefined =>
    before && Math.log(run[of] / before[of]) / Math.log(records / before.records);
  const [growth, cpuGrowth] = [slope("seconds"), slope("cpuSeconds")];
  const steps = Object.entries(stepSeconds).map(([step, took]) => `${step} ${took.toFixed(1)}`);
  const notes = [
    `${seconds.toFixed(1)} s (${steps.join(", ")}), ${cpuSeconds.toFixed(1)} s of processor time`,
    `${(peakBytes / 1024 ** 3).toFixed(2)} GB at most`,
    `${pairsCompared.toLocaleString("en-GB")} pairs compared`,
    ...(before
      ? [`from ${grouped(before.records)} records n^${growth?.toFixed(2)}, processor time n^${cpuGrowth?.toFixed(2)}`]
      : []),
    `load average ${loadAverage.toFixed(1)}`,
  ];
  return {
    name: `chesil link, ${grouped(records)} records, ${THREADS} threads`,
    perSecond: records / seconds,
    unit: "records/s",
    ratios: {
      ...(records >= BARS.records && {
        [`of the bar of ${BARS.seconds} s`]: seconds / BARS.seconds,
        "of the bar of 4 GB": peakBytes / BARS.memoryBytes,
      }),
      ...(growth !== undefined && { [`of near linear growth, n^${BARS.growth}`]: growth / BARS.growth }),
    },
    note: notes.join("; "),
  };
}

const grouped = (count: number): string => count.toLocaleString("en-GB");
