import { setTimeout as sleep } from "node:timers/promises";
import { type Drift, worstDrift } from "@chesil/matching";
import { type Database, readDriftDays, readDueShadow } from "@chesil/store";
import { BASELINE_DAYS, dayBefore, dayOf, measureDrift, reportDrift } from "./measure-drift.ts";
import type { Pace } from "./pacer.ts";
import { runShadow } from "./run-shadow.ts";
import { withShadowLock } from "./shadow-lock.ts";
import { readModelInForce, storeBuiltInModel } from "./stored-model.ts";

export type WatchOptions = Omit<Pace, "signal"> & {
  readonly database: Database;
  readonly now: () => Date;
  /** The largest index of each kind, once a day and at the start. */
  readonly onDrift: (worst: Readonly<Record<Drift["what"], number>>) => void;
  /** It goes on after a pause. */
  readonly onFailed: (error: Error) => void;
};

const LOOK_MS = 5_000;
const AFTER_FAILURE_MS = 60_000;

/**
 * Watches over models in the background: runs the candidates that somebody asked for, one after another, and counts each
 * day that is over. Of several processes one runs a candidate; each counts, to the same figures.
 */
export function watchModels(options: WatchOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    let day = "";
    let isBuiltInStored = false;
    while (!signal.aborted) {
      let pauseMs = LOOK_MS;
      try {
        if (!isBuiltInStored) await storeBuiltInModel(options.database, options.now());
        isBuiltInStored = true;
        const due = await readDueShadow(options.database.pool);
        if (due) await withShadowLock(options.database, () => runShadow(due.version, { ...options, signal }));
        const today = dayOf(options.now());
        if (today !== day && !signal.aborted) await watchDrift(options, today);
        day = today;
      } catch (error) {
        if (!signal.aborted) options.onFailed(error as Error);
        pauseMs = AFTER_FAILURE_MS;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Counts the days that are over and were not counted, as far back as a baseline, and says how far the latest has drifted. */
async function watchDrift({ database, now, onDrift }: WatchOptions, today: string): Promise<void> {
  const model = await readModelInForce(database);
  const known = new Set((await readDriftDays(database.pool, model.version)).map(({ day }) => day));
  let day = dayBefore(today);
  const missing: string[] = [];
  // A model's days begin when it came into force: of those before there is nothing by it, and only the last is counted.
  for (let back = 0; back < BASELINE_DAYS && !known.has(day) && (back === 0 || known.size > 0); back++) {
    missing.unshift(day);
    day = dayBefore(day);
  }
  for (const each of missing) await measureDrift(database, model, { day: each, at: now() });
  const report = await reportDrift(database, model);
  onDrift(worstDrift(report.against === "baseline" ? report.drifts : []));
}
