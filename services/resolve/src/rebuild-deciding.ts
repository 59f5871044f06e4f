import { type LogConsumer, postgresLog } from "@chesil/log";
import type { MatchingModel } from "@chesil/matching";
import { type Database, readPosition, type Transaction } from "@chesil/store";
import { BoundedConsumer } from "./rebuild-consumer.ts";
import { Resolver } from "./resolver.ts";
import type { ResolverEvent } from "./resolver-event.ts";
import { RESOLVE_CONSUMER } from "./start.ts";

/** So close behind the live decider is near enough to compare. */
const BEHIND_ENTRIES_MAX = 2_000;
/** A live decider that is as fast is never caught up with: after so many rounds it is left to the pause. */
const ROUNDS_MAX = 50;

export type RebuildStage = "deciding" | "completing" | "comparing" | "switching" | "switched";

export type RebuildProgress = {
  readonly stage: RebuildStage;
  /** Messages that this run has decided, and how many a second. */
  readonly messages: number;
  readonly messagesPerSecond: number;
  /** Of the journal, what share is decided; and how long the rest takes, by the pace until now. */
  readonly share: number;
  readonly secondsLeft: number | undefined;
};

export type DecidingOptions = {
  /** The live store. */
  readonly database: Database;
  /** By which records are matched until the journal activates another one. */
  readonly model: MatchingModel;
  readonly batchMessagesMax: number;
  readonly now: () => Date;
  readonly onProgress: (progress: RebuildProgress) => void;
  readonly interrupted?: AbortSignal;
};

/** A decider on the store aside, which follows the live one and never overtakes it. */
export class DecidingAside {
  readonly #options: DecidingOptions;
  readonly #consumer: BoundedConsumer;
  readonly #resolver: Resolver;
  readonly #count: { messages: number };
  readonly #started = performance.now();
  readonly #begunAt: number;
  #live = 0;

  private constructor(
    options: DecidingOptions,
    { consumer, resolver, count }: { consumer: BoundedConsumer; resolver: Resolver; count: { messages: number } },
  ) {
    this.#options = options;
    this.#consumer = consumer;
    this.#resolver = resolver;
    this.#count = count;
    this.#begunAt = consumer.position;
  }

  static async open(
    options: DecidingOptions & { aside: Database; consumer: LogConsumer<Transaction> },
  ): Promise<DecidingAside> {
    const { aside, model, batchMessagesMax, now } = options;
    const consumer = new BoundedConsumer(options.consumer);
    const count = { messages: 0 };
    const onEvent = (event: ResolverEvent) => {
      if (event.kind === "batch") count.messages += event.messages;
    };
    const resolver = await Resolver.open(
      { database: aside, log: postgresLog(aside.pool), model, batchMessagesMax, now, onEvent },
      consumer,
    );
    return new DecidingAside(options, { consumer, resolver, count });
  }

  /** Messages that were decided. */
  get messages(): number {
    return this.#count.messages;
  }

  /** Decides until it is close behind the live decider. @returns false when it was interrupted. */
  async catchUp(): Promise<boolean> {
    const { database } = this.#options;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const live = await readPosition(database.pool, RESOLVE_CONSUMER);
      if (!(await this.decideUpTo(live))) return false;
      const next = await readPosition(database.pool, RESOLVE_CONSUMER);
      if (next - live <= BEHIND_ENTRIES_MAX) return true;
    }
    return true;
  }

  /** Decides everything up to an entry. @returns false when it was interrupted. */
  async decideUpTo(entry: number): Promise<boolean> {
    const { interrupted, onProgress } = this.#options;
    this.#live = entry;
    this.#consumer.upTo = entry;
    while (interrupted?.aborted !== true) {
      if ((await this.#resolver.step()) === 0) return true;
      onProgress(this.progress("deciding"));
    }
    return false;
  }

  async signOfLife(): Promise<void> {
    // Whoever took over is noticed at the next commit.
    await this.#consumer.read(1).catch(() => {});
  }

  progress(stage: RebuildStage): RebuildProgress {
    const seconds = (performance.now() - this.#started) / 1_000;
    const entries = this.#consumer.position - this.#begunAt;
    const left = Math.max(0, this.#live - this.#consumer.position);
    return {
      stage,
      messages: this.messages,
      messagesPerSecond: seconds > 0 ? this.messages / seconds : 0,
      share: this.#live > 0 ? this.#consumer.position / this.#live : 0,
      secondsLeft: entries > 0 ? (left * seconds) / entries : undefined,
    };
  }
}
