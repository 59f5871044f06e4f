import { Worker } from "node:worker_threads";
import { type ExtraColumn, mergedScores, type Scored, scorePairs } from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import type { Batch } from "./batch.ts";
import type { ScoreRequest, ScoreWork } from "./score-worker.ts";

/** Fewer records are compared sooner than a thread has started. */
const RECORDS_PER_THREAD_MIN = 20_000;

/** Other threads that compare; they read the input while this one does. */
export class Scorers {
  readonly #workers: readonly Worker[];
  readonly #failed: Promise<never>;

  constructor(plan: InputPlan, threads: number, columns?: readonly ExtraColumn[]) {
    const others = Math.min(threads - 1, Math.floor(plan.rows / RECORDS_PER_THREAD_MIN));
    this.#workers = Array.from(
      { length: Math.max(0, others) },
      () =>
        new Worker(new URL("./score-worker.ts", import.meta.url), {
          workerData: { plan, columns } satisfies ScoreWork,
        }),
    );
    const { promise, reject } = Promise.withResolvers<never>();
    for (const worker of this.#workers) worker.once("error", reject);
    // Looked at by `score`; until then a failure is nobody's surprise.
    promise.catch(() => {});
    this.#failed = promise;
  }

  /** Compares all pairs, this thread taking its share. @throws what a thread failed with. */
  async score(batch: Batch, request: Omit<ScoreRequest, "share">): Promise<Scored> {
    const step = this.#workers.length + 1;
    const answers = this.#workers.map(
      (worker, index) =>
        new Promise<Scored>((resolve) => {
          worker.once("message", resolve);
          worker.postMessage({ ...request, share: { from: index + 1, step } } satisfies ScoreRequest);
        }),
    );
    const own = scorePairs(batch.records, request.blocks, request.model, {
      share: { from: 0, step },
      keepWeightMin: request.keepWeightMin,
    });
    return mergedScores([own, ...(await Promise.race([Promise.all(answers), this.#failed]))]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
