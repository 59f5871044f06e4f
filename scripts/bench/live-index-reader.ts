import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { blockingKeys, LiveIndex, type LiveIndexMemory, liveKeys, type Prepared, prepare } from "@chesil/matching";
import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import { recordOf } from "./match.ts";
import { median } from "./measure.ts";

/**
 * One index of candidates in a process of its own: files the records of a simulated region, and is asked who shares the
 * keys of some of them. `live-index-reader.ts chesil|map RECORDS`; prints an IndexRun.
 */

export type IndexRun = {
  /** All rates are of processor time. */
  readonly putPerSecond: number;
  readonly longestPutMs: number;
  /** With the prepared record at hand, and taken out again. */
  readonly preparedPutPerSecond: number;
  /** With the keys at hand, where it can. */
  readonly loadsPerSecond?: number;
  readonly deletesPerSecond: number;
  /** Records of which KEYS keys each were looked up. */
  readonly lookupsPerSecond: number;
  readonly foundPerLookup: number;
  /** What the process holds of it when the dead are gone, and what the index says of itself. */
  readonly heapBytes: number;
  readonly arrayBytes: number;
  readonly memory?: LiveIndexMemory;
};

/** What is asked of each of them. */
type Index = {
  put(id: number, facts: string, prepared?: Prepared): void;
  load?(id: number, facts: string, keys: readonly bigint[]): void;
  delete(id: number, prepared: Prepared): void;
  sharing(key: bigint): readonly number[] | undefined;
  memory?(): LiveIndexMemory;
};

const SEED = 3;
const KEYS = 8;
const SAMPLES = 20_000;
const BATCH = 5_000;
const ROUNDS = 9;
const RECORDS_PER_KEY_MAX = 300;
/** Ids as the journal mints them would do as well: these are above 2^32. */
const FIRST_ID = 2 ** 40;

/** The peer: keys only, no facts. A record is gone by the facts that the caller must have kept. */
class MapIndex implements Index {
  readonly #lists = new Map<bigint, number[]>();

  put(id: number, facts: string, prepared: Prepared = prepare(JSON.parse(facts))): void {
    for (const key of blockingKeys(prepared)) {
      const list = this.#lists.get(key);
      if (list) list.push(id);
      else this.#lists.set(key, [id]);
    }
  }

  delete(id: number, prepared: Prepared): void {
    for (const key of blockingKeys(prepared)) {
      const left = (this.#lists.get(key) ?? []).filter((other) => other !== id);
      if (left.length === 0) this.#lists.delete(key);
      else this.#lists.set(key, left);
    }
  }

  sharing(key: bigint): readonly number[] | undefined {
    const list = this.#lists.get(key) ?? [];
    return list.length > RECORDS_PER_KEY_MAX ? undefined : list;
  }
}

setFlagsFromString("--expose-gc");
setFlagsFromString("--max-old-space-size=12288");
const collect = runInNewContext("gc") as () => void;

const indexOf: Record<string, () => Index> = {
  chesil: () => new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: SAMPLES }),
  map: () => new MapIndex(),
};
process.stdout.write(`${JSON.stringify(run(indexOf[process.argv[2] ?? ""], Number(process.argv[3])))}\n`);

function run(makeIndex: (() => Index) | undefined, count: number): IndexRun {
  if (makeIndex === undefined) throw new Error(`There are: ${Object.keys(indexOf).join(", ")}.`);
  collect();
  const before = process.memoryUsage();
  const index = makeIndex();
  const { samples, ...put } = fill(index, count);
  // An array's memory is let go a collection after the array.
  collect();
  collect();
  const after = process.memoryUsage();
  return {
    ...put,
    ...lookUp(
      index,
      samples.map((facts) => blockingKeys(prepare(JSON.parse(facts))).slice(0, KEYS)),
    ),
    ...comeAndGo(index, samples),
    heapBytes: after.heapUsed - before.heapUsed,
    arrayBytes: after.arrayBuffers - before.arrayBuffers,
    ...(index.memory && { memory: index.memory() }),
  };
}

/** Rows are made a batch at a time, so that only the index is timed. */
function fill(index: Index, count: number) {
  const samples: string[] = [];
  const every = Math.ceil(count / SAMPLES);
  const rows = simulateRegister({ records: count, seed: SEED, nhsNumbers: "unlisted" });
  let [putSeconds, longestPutMs, id] = [0, 0, FIRST_ID];
  for (let left = count; left > 0; left -= BATCH) {
    const batch: string[] = [];
    while (batch.length < Math.min(BATCH, left)) batch.push(JSON.stringify(recordOf(rows.next().value as RegisterRow)));
    putSeconds += cpuSecondsOf(() => {
      for (const facts of batch) {
        const started = performance.now();
        index.put(id++, facts);
        longestPutMs = Math.max(longestPutMs, performance.now() - started);
      }
    });
    samples.push(...batch.filter((_, place) => (id + place) % every === 0));
  }
  return { samples, putPerSecond: count / putSeconds, longestPutMs };
}

function lookUp(index: Index, keysOfSamples: readonly (readonly bigint[])[]) {
  let found = 0;
  const round = () => {
    for (const keys of keysOfSamples) for (const key of keys) found += index.sharing(key)?.length ?? 0;
  };
  round();
  const foundPerLookup = found / keysOfSamples.length;
  const rates = Array.from({ length: ROUNDS }, () => keysOfSamples.length / cpuSecondsOf(round));
  return { lookupsPerSecond: median(rates), foundPerLookup };
}

function comeAndGo(index: Index, samples: readonly string[]) {
  const arriving = samples.map((facts) => ({ facts, prepared: prepare(JSON.parse(facts)) }));
  const stored = arriving.map(({ facts, prepared }) => ({ facts, keys: liveKeys(prepared) }));
  const put = cpuSecondsOf(() => {
    for (const [id, { facts, prepared }] of arriving.entries()) index.put(id, facts, prepared);
  });
  const deleted = cpuSecondsOf(() => {
    for (const [id, { prepared }] of arriving.entries()) index.delete(id, prepared);
  });
  const loaded = cpuSecondsOf(() => {
    for (const [id, { facts, keys }] of stored.entries()) index.load?.(id, facts, keys);
  });
  return {
    preparedPutPerSecond: arriving.length / put,
    deletesPerSecond: arriving.length / deleted,
    ...(index.load && { loadsPerSecond: arriving.length / loaded }),
  };
}

/** Processor time, so that what else the machine does is not counted. */
function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
