/**
 * The event log: journal entries, in order, to one consumer at a time per name.
 *
 * What the port promises, and `conformance.ts` checks of every adapter:
 * - order: entries arrive in the order they were appended, so any two that name one identity do;
 * - resume: a consumer goes on after the last position that was committed, whoever committed it;
 * - at least once: what was read and not committed is read again; effects and position commit together, so applied once;
 * - one owner: a second consumer of the same name gets nothing while the lease lasts, and a stale owner's commit fails.
 *
 * An entry carries the journal's id and the identities it names, never the bytes: documents of 20 MB would not fit a
 * broker. The consumer reads the bytes from the journal, a batch at a time.
 */
export type LogEntry = {
  /** Grows along the log. Not dense. */
  readonly position: number;
  readonly journalId: number;
  readonly identities: readonly string[];
  /** How much the journal holds for it, so that a consumer can bound what it loads. */
  readonly bytes: number;
};

export interface EventLog<Tx> {
  /**
   * Takes the lease on `consumer`, or answers undefined while another owner holds it. The owner that holds it may take
   * it anew, as after a crash: its earlier consumer is stale then.
   * @param leaseMs how long the lease outlives its owner's last sign of life.
   * @param from where a consumer begins that was never here before: at the first entry, or with what comes next.
   */
  consume(
    consumer: string,
    options: { owner: string; leaseMs: number; from?: "beginning" | "now" },
  ): Promise<LogConsumer<Tx> | undefined>;
}

export interface LogConsumer<Tx> {
  /** The last position that it knows to be committed. */
  readonly position: number;
  /** How often the lease had been taken when this one took it: the next taking, by whomever, is one more. */
  readonly epoch: number;
  /**
   * The next entries after the committed position, or after a later one, at most `entriesMax`; empty when there are none.
   * Also a sign of life.
   */
  read(entriesMax: number, after?: number): Promise<readonly LogEntry[]>;
  /**
   * Runs `effects` and moves the position to `position`, in one transaction.
   * @throws LeaseLostError when another owner took over; nothing is committed.
   */
  commit<T>(position: number, effects: (transaction: Tx) => Promise<T>): Promise<T>;
  /** Gives the lease back. */
  close(): Promise<void>;
}

/** Another owner has the lease. What this one did since is not committed; it must stop. */
export class LeaseLostError extends Error {
  override name = "LeaseLostError";
  constructor(consumer: string) {
    super(`Another process consumes "${consumer}" now. This one stops.`);
  }
}
