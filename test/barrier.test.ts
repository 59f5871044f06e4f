import { setImmediate as settled } from "node:timers/promises";
import { keysOfOperation } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { Barrier } from "../services/resolve/src/barrier.ts";
import { keysOf } from "../services/resolve/src/load-working-set.ts";
import { keyOf } from "../services/resolve/src/working-set.ts";
import { Random } from "../services/simulator/src/random.ts";
import { drawHistory, type History } from "./barrier-history.ts";
import { MemoryRegion, type Step } from "./barrier-region.ts";

const WORKERS = 64;
const SEEDS = 1000;

/** Every worker waits here at each of its awaits, and chance says who goes on. The same seed, the same run. */
class Turns {
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Promise<void> {
    return new Promise((goOn) => this.#waiting.push(goOn));
  }

  /** Lets one go on, up to its next await. @returns false when nobody waits. */
  async give(): Promise<boolean> {
    if (this.#waiting.length === 0) return false;
    const [goOn] = this.#waiting.splice(this.#random.between(0, this.#waiting.length - 1), 1);
    goOn?.();
    await settled();
    return true;
  }
}

/** The region after the history, one message after another. */
function serially({ steps, records, rules }: History): MemoryRegion {
  const region = new MemoryRegion();
  region.seed(records, rules);
  for (const step of steps) region.read(step)()();
  return region;
}

/**
 * The region after the history with many workers, each of which takes any message that the barrier says is runnable.
 * Messages arrive while others are under way; some fail in passing, before or at their commit, and are tried again; some
 * are parked and released much later.
 */
async function concurrently(
  { steps, records, rules }: History,
  random: Random,
): Promise<{ region: MemoryRegion; workersMax: number }> {
  const region = new MemoryRegion();
  region.seed(records, rules);
  const barrier = new Barrier();
  const turns = new Turns(random.fork("turns"));
  const runnable: Step[] = [];
  const parked: (() => void)[] = [];
  const byId = new Map(steps.map((step) => [step.journalId, step]));
  const failures: unknown[] = [];
  let [arrived, working, workersMax, done] = [0, 0, 0, 0];

  const carryOut = async (step: Step) => {
    for (let attempt = 0; ; attempt++) {
      await turns.next();
      const decide = region.read(step);
      await turns.next();
      if (attempt < 3 && random.chance(0.1)) continue;
      const commit = decide();
      await turns.next();
      if (attempt < 3 && random.chance(0.1)) continue;
      if (attempt === 0 && random.chance(0.04)) {
        working -= 1;
        await new Promise<void>((release) => parked.push(release));
        working += 1;
        continue;
      }
      commit();
      break;
    }
    await turns.next();
    for (const id of barrier.finish(step.journalId)) runnable.push(byId.get(id) ?? step);
    done += 1;
    working -= 1;
  };

  while (done < steps.length && failures.length === 0) {
    const next = steps[arrived];
    if (next && random.chance(0.7)) {
      const { operations } = next.event;
      const joins = operations.map((operation) => keysOfOperation(operation).map(keyOf));
      barrier.announce(next.journalId, keysOf(next.event).map(keyOf), joins);
      if (barrier.isRunnable(next.journalId)) runnable.push(next);
      arrived += 1;
    }
    while (runnable.length > 0 && working < WORKERS) {
      const [step] = runnable.splice(random.between(0, runnable.length - 1), 1);
      if (!step) break;
      working += 1;
      carryOut(step).catch((error: unknown) => failures.push(error));
    }
    workersMax = Math.max(workersMax, working);
    const isStill = arrived === steps.length && !(await turns.give());
    if (arrived < steps.length && random.chance(0.3)) await turns.give();
    if (parked.length > 0 && working < WORKERS && (isStill || random.chance(0.01))) {
      const [release] = parked.splice(random.between(0, parked.length - 1), 1);
      release?.();
      await settled();
    } else if (isStill && failures.length === 0 && working === 0 && runnable.length === 0 && done < steps.length)
      throw new Error("Messages wait for each other in a circle.");
  }
  if (failures.length > 0) throw failures[0];
  return { region, workersMax };
}

describe("messages in parallel behind the barrier", () => {
  it(`end where they end one after another: ${SEEDS} histories over ${WORKERS} workers`, async () => {
    let workersMax = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new Random(seed);
      const history = drawHistory(random.fork("history"));
      const parallel = await concurrently(history, random.fork("run"));
      const serial = serially(history);
      workersMax = Math.max(workersMax, parallel.workersMax);
      if (parallel.region.stateHash() === serial.stateHash()) continue;
      expect(JSON.parse(parallel.region.state()), `seed ${seed}`).toEqual(JSON.parse(serial.state()));
    }
    expect(workersMax).toBe(WORKERS);
  }, 300_000);
});
