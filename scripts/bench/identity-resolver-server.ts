import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import { openDatabase } from "@chesil/store";
import { quantileOf } from "./identity-quantile.ts";

/**
 * The decider in a process of its own, so that its memory and processor time are nobody else's. Prints what opening it
 * took, then for each line of its input resolves what is in the journal and prints that. `identity-resolver-server.ts URL`.
 */

export type Opened = {
  readonly seconds: number;
  /** What it holds when the dead are gone: on the heap and in arrays beside it; and all of the process. */
  readonly heapMb: number;
  readonly arraysMb: number;
  readonly processMb: number;
};

export type Resolved = {
  readonly messages: number;
  readonly perSecond: number;
  /** Processor time of each message in this process; the database's comes on top. */
  readonly ownMs: number;
  /** Those that were matched with anybody, and in how long. */
  readonly matched: number;
  readonly candidates: number;
  readonly matchP50Ms: number;
  readonly matchP99Ms: number;
  /** The most that the process has held so far. */
  readonly peakMb: number;
};

const MB = 1e6;

const database = await openDatabase(process.argv[2] ?? "");
const log = postgresLog(database.pool);
const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "bench", leaseMs: 600_000 });
if (!consumer) throw new Error("Somebody else resolves.");
let matched: Extract<ResolverEvent, { kind: "matched" }>[] = [];
const began = performance.now();
const resolver = await Resolver.open(
  {
    ...{ database, log, model: defaultModel, batchMessagesMax: 500, now: () => new Date() },
    onEvent: (event) => {
      if (event.kind === "matched") matched.push(event);
    },
  },
  consumer,
);
const seconds = (performance.now() - began) / 1000;
say<Opened>({ seconds, ...memory() });
process.stdin.on("data", async () => say<Resolved>(await drain()));
process.stdin.on("end", async () => {
  await consumer.close();
  await database.close();
});

async function drain(): Promise<Resolved> {
  matched = [];
  const started = performance.now();
  const before = process.cpuUsage();
  let messages = 0;
  for (let count = await resolver.step(); count > 0; count = await resolver.step()) messages += count;
  const { user, system } = process.cpuUsage(before);
  const ms = matched.map((each) => each.ms);
  return {
    messages,
    perSecond: (messages * 1000) / (performance.now() - started),
    ownMs: (user + system) / 1000 / Math.max(1, messages),
    matched: matched.length,
    candidates: matched.reduce((sum, each) => sum + each.candidates, 0) / Math.max(1, matched.length),
    matchP50Ms: quantileOf(ms, 0.5),
    matchP99Ms: quantileOf(ms, 0.99),
    peakMb: (process.resourceUsage().maxRSS * 1024) / MB,
  };
}

function memory() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // An array's memory is let go a collection after the array.
  collect();
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapMb: heapUsed / MB, arraysMb: arrayBuffers / MB, processMb: rss / MB };
}

function say<T>(said: T): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
