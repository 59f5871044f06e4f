import { setTimeout as sleep } from "node:timers/promises";
import type { LogEvent } from "./telemetry-events.ts";

/** Something that is started once and stopped once: the database, a listener, a worker. */
export type Part = { readonly name: string; start(): Promise<RunningPart> | RunningPart };

export type RunningPart = {
  /** Finishes what is in flight and gives back what was taken. When `deadline` aborts, at once. */
  stop(deadline: AbortSignal): Promise<void> | void;
  /** For `/readyz`: why it cannot work just now, as a word; undefined when it can. Absent: always ready. */
  ready?(): Promise<string | undefined> | string | undefined;
  /** Settles, either way, when the part has ended by itself: everything is stopped then. */
  readonly failed?: Promise<unknown>;
};

/**
 * new -> starting -> running -> stopping -> stopped. A part that fails to start, and a stop asked for meanwhile, lead
 * from starting to stopping. Nothing leads back.
 */
type State = "new" | "starting" | "running" | "stopping" | "stopped";

export type PartHealth = { readonly name: string; readonly ready: boolean; readonly reason?: string };
export type Health = { readonly ready: boolean; readonly state: State; readonly parts: readonly PartHealth[] };
export type StartResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly part: string; readonly error: unknown }
  | { readonly ok: false; readonly part: undefined };
/** `undrained`: parts that had not finished when time was up, or that failed to stop. */
export type StopResult = { readonly undrained: readonly string[] };

export type LifecycleOptions = {
  readonly parts: readonly Part[];
  /** Time for all parts together to finish what is in flight. */
  readonly drainMs: number;
  readonly onEvent?: (event: LogEvent) => void;
};

/** After the deadline, time for each part that is left to end at once. */
const HURRY_MS = 5_000;
/** A part that cannot say in time whether it is ready is not. */
const READY_ANSWER_MS = 2_000;

/** Starts parts in their order and stops them in reverse, those that run. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #running: { name: string; part: RunningPart }[] = [];
  readonly #failure = Promise.withResolvers<{ part: string; error: unknown }>();
  #state: State = "new";
  #starting: Promise<StartResult> | undefined;
  #stopping: Promise<StopResult> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Resolves when a running part ends by itself; never otherwise. */
  get failed(): Promise<{ part: string; error: unknown }> {
    return this.#failure.promise;
  }

  /** Starts every part. When one fails, or `stop` is called meanwhile, those that run are stopped again. */
  start(): Promise<StartResult> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Stops what runs, once however often it is asked. A part being started is waited for, then stopped as well. */
  stop(): Promise<StopResult> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** For `/readyz`. (`/livez` needs no question: a process that answers lives, and its dependencies are not it.) */
  async health(): Promise<Health> {
    const running = [...this.#running];
    const asked = await Promise.all(running.map(({ part }) => reasonOf(part)));
    const parts = this.#options.parts.map(({ name }): PartHealth => {
      const index = running.findIndex((one) => one.name === name);
      const reason = index < 0 ? "not-running" : asked[index];
      return reason === undefined ? { name, ready: true } : { name, ready: false, reason };
    });
    const state = this.#state;
    return { ready: state === "running" && parts.every(({ ready }) => ready), state, parts };
  }

  async #start(): Promise<StartResult> {
    this.#state = "starting";
    for (const { name, start } of this.#options.parts) {
      if (this.#stopping !== undefined) return { ok: false, part: undefined };
      const began = performance.now();
      try {
        const part = await start();
        this.#running.push({ name, part });
        this.#emit({ event: "part-started", part: name, ms: performance.now() - began });
        this.#watch(name, part);
      } catch (error) {
        this.#emit({ event: "part-failed", part: name, stage: "start", error });
        // A stop that was asked for meanwhile waits for this very start, and then stops the others itself.
        if (this.#stopping === undefined) {
          this.#stopping = this.#stopAll();
          await this.#stopping;
        }
        return { ok: false, part: name, error };
      }
    }
    if (this.#stopping !== undefined) return { ok: false, part: undefined };
    this.#state = "running";
    return { ok: true };
  }

  #watch(name: string, part: RunningPart): void {
    const fail = (error: unknown) => {
      if (this.#stopping !== undefined) return;
      this.#emit({ event: "part-failed", part: name, stage: "run", error });
      this.#failure.resolve({ part: name, error });
    };
    part.failed?.then(fail, fail);
  }

  async #stop(): Promise<StopResult> {
    // The next turn: by then `#stopping` is set, and the start under way sees it.
    await Promise.resolve();
    await this.#starting;
    return this.#stopAll();
  }

  async #stopAll(): Promise<StopResult> {
    this.#state = "stopping";
    const undrained: string[] = [];
    const time = startClock(this.#options.drainMs);
    for (let last = this.#running.at(-1); last !== undefined; last = this.#running.at(-1)) {
      const began = performance.now();
      try {
        const finished = await time.within(async (deadline) => last.part.stop(deadline));
        if (!finished) undrained.push(last.name);
        this.#emit({ event: "part-stopped", part: last.name, ms: performance.now() - began });
      } catch (error) {
        undrained.push(last.name);
        this.#emit({ event: "part-failed", part: last.name, stage: "stop", error });
      }
      this.#running.pop();
    }
    time.end();
    this.#state = "stopped";
    return { undrained };
  }

  #emit(event: LogEvent): void {
    this.#options.onEvent?.(event);
  }
}

/** One deadline for all; once it has passed, each still gets a moment to end at once. */
function startClock(drainMs: number) {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), drainMs);
  const passed = new Promise<void>((resolve) =>
    deadline.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  return {
    async within(work: (deadline: AbortSignal) => Promise<void>): Promise<boolean> {
      const over = new AbortController();
      const done = work(deadline.signal).then(() => true);
      const late = passed.then(() => sleep(HURRY_MS, false, { signal: over.signal })).catch(() => false);
      try {
        return await Promise.race([done, late]);
      } finally {
        over.abort();
        // Should it fail after we left it behind, that must not end the process half-way through the others.
        done.catch(() => {});
      }
    },
    end: () => clearTimeout(timer),
  };
}

async function reasonOf(part: RunningPart): Promise<string | undefined> {
  const answered = new AbortController();
  const late = sleep(READY_ANSWER_MS, "no-answer", { signal: answered.signal }).catch(() => undefined);
  try {
    return await Promise.race([(async () => part.ready?.())(), late]);
  } catch {
    return "failed";
  } finally {
    answered.abort();
  }
}
