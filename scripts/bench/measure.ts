import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** One line of the table. `ratios` are to floors and peers measured in the same run. */
export type Figure = {
  readonly name: string;
  readonly perSecond: number;
  readonly unit: string;
  readonly ratios: Readonly<Record<string, number>>;
  readonly note?: string;
};

/** What was asked for on the command line. */
export type BenchOptions = {
  /** The one benchmark to run; undefined: all of them. */
  readonly only: string | undefined;
  /** Of a benchmark that grows: how far. */
  readonly records: number | undefined;
  /** All that were given of these, of one that shows its growth from each to the next; none: its own. */
  readonly sizes: readonly number[];
};

/** Runs a script of this folder in a process of its own and gives the JSON it prints. */
export async function inOwnProcess<T>(script: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${script} ${args.join(" ")} ended with ${code}:\n${err}`);
  return JSON.parse(out.slice(out.indexOf("{"))) as T;
}

/** A figure with its ratio to each other figure measured beside it. */
export function compareTo(
  name: string,
  perSecond: number,
  unit: string,
  others: Readonly<Record<string, number>>,
  note?: string,
): Figure {
  const ratios = Object.fromEntries(
    Object.entries(others)
      .filter(([, rate]) => rate > 0)
      .map(([other, rate]) => [other, perSecond / rate]),
  );
  return { name, perSecond, unit, ratios, ...(note ? { note } : {}) };
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Calls `work` over and over for a while, a round of calls between looks at the clock. @returns calls a second, the median of five. */
export function ratePerSecond(work: () => void, options: { roundMs?: number; callsPerLook?: number } = {}): number {
  const { roundMs = 400, callsPerLook = 100 } = options;
  const rates: number[] = [];
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    let calls = 0;
    while (performance.now() - started < roundMs) {
      for (let call = 0; call < callsPerLook; call++) work();
      calls += callsPerLook;
    }
    if (round > 0) rates.push((calls * 1000) / (performance.now() - started));
  }
  return median(rates);
}
