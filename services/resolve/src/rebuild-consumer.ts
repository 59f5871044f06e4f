import type { LogConsumer, LogEntry } from "@chesil/log";
import type { Transaction } from "@chesil/store";

/**
 * The log as whoever decides aside reads it: never further than the live decider stands. What that one journals while it
 * decides, such as the next slice of a walk, is there before it is asked for.
 */
export class BoundedConsumer implements LogConsumer<Transaction> {
  /** The last entry that may be read. No bound until one is set: what is in force is read off the entry that comes next. */
  upTo = Number.POSITIVE_INFINITY;
  readonly #consumer: LogConsumer<Transaction>;

  constructor(consumer: LogConsumer<Transaction>) {
    this.#consumer = consumer;
  }

  get position(): number {
    return this.#consumer.position;
  }

  get epoch(): number {
    return this.#consumer.epoch;
  }

  async read(entriesMax: number, after?: number): Promise<readonly LogEntry[]> {
    const entries = await this.#consumer.read(entriesMax, after);
    return entries.filter(({ position }) => position <= this.upTo);
  }

  commit<T>(position: number, effects: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#consumer.commit(position, effects);
  }

  close(): Promise<void> {
    return this.#consumer.close();
  }
}
