import type { LogConsumer, LogEntry } from "@chesil/log";
import { type Database, readJournal, type Transaction } from "@chesil/store";
import type { Dialects } from "./dialects.ts";
import { type Interpreted, interpret, interpretInTurns } from "./interpret.ts";
import { isLargeDocument } from "./interpret-document.ts";

/** Bytes of messages loaded for one batch; a larger message is a batch alone. */
const BATCH_BYTES_MAX = 32 * 1024 * 1024;

/** Entries of the log, each understood as far as it can be by itself. */
export type Read = { readonly position: number; readonly items: readonly Interpreted[] };

export type ReadAheadOptions = {
  readonly database: Database;
  readonly batchMessagesMax: number;
};

/**
 * The next batch, read and understood while the one before it is on its way to the disk. Only what nothing else can
 * change is done ahead: the log's entries and their bytes never do.
 */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  readonly #consumer: LogConsumer<Transaction>;
  readonly #dialects: Dialects;
  #ahead: Promise<Read | undefined> | undefined;

  constructor(options: ReadAheadOptions, consumer: LogConsumer<Transaction>, dialects: Dialects) {
    this.#options = options;
    this.#consumer = consumer;
    this.#dialects = dialects;
  }

  /** The next entries; undefined when the log is drained. */
  async next(): Promise<Read | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    // What was read ahead while the log seemed drained may have grown since.
    return (await ahead) ?? (await this.#read());
  }

  /** Begins with what follows the position, unless it has begun. */
  begin(after: number): void {
    this.#ahead ??= this.#read(after);
    // Looked at by `next`; until then a failure is nobody's surprise.
    this.#ahead.catch(() => {});
  }

  /** After a failure: the position is where it was. */
  forget(): void {
    this.#ahead = undefined;
  }

  async #read(after?: number): Promise<Read | undefined> {
    const { database, batchMessagesMax } = this.#options;
    const logged = withinBytes(await this.#consumer.read(batchMessagesMax, after));
    const last = logged.at(-1);
    if (!last) return undefined;
    const entries = await readJournal(
      database,
      logged.map((entry) => entry.journalId),
    );
    const items: Interpreted[] = [];
    for (const entry of entries)
      items.push(
        isLargeDocument(entry) ? await interpretInTurns(entry, this.#dialects) : interpret(entry, this.#dialects),
      );
    return { position: last.position, items };
  }
}

function withinBytes(entries: readonly LogEntry[]): readonly LogEntry[] {
  let bytes = 0;
  const end = entries.findIndex((entry, index) => {
    bytes += entry.bytes;
    return index > 0 && bytes > BATCH_BYTES_MAX;
  });
  return end < 0 ? entries : entries.slice(0, end);
}
