import type { Appended, Arrival } from "@chesil/store";

/** Most arrivals in one commit; what comes meanwhile waits for the next. */
export const COMMIT_ARRIVALS_MAX = 512;

/** Most bytes in one commit: a batch of documents must not become one huge statement. */
export const COMMIT_BYTES_MAX = 16 * 1024 * 1024;

type Waiting = {
  readonly arrival: Arrival;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Group commit across connections: while one commit is on its way to the disk, everything that arrives joins the next
 * one. A lone message is committed at once; under load a commit carries hundreds, and the disk's one wait is shared.
 * Arrivals keep their order.
 */
export class GroupCommit {
  readonly #append: (arrivals: readonly Arrival[]) => Promise<Appended[]>;
  readonly #waiting: Waiting[] = [];
  #committing = false;

  constructor(append: (arrivals: readonly Arrival[]) => Promise<Appended[]>) {
    this.#append = append;
  }

  /** Resolves when the arrival is on disk. Rejects when it is not, and will not be. */
  commit(arrival: Arrival): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ arrival, resolve, reject });
      if (!this.#committing) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#committing = true;
    // Frames of one socket read arrive in one turn of the event loop: let them all in before the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commitBatch(this.#takeBatch());
    this.#committing = false;
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { arrival } of this.#waiting) {
      bytes += arrival.raw.length;
      if (count > 0 && (bytes > COMMIT_BYTES_MAX || count >= COMMIT_ARRIVALS_MAX)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const appended = await this.#append(batch.map((each) => each.arrival));
      batch.forEach((each, index) => {
        const result = appended[index];
        if (result) each.resolve(result);
        else each.reject(new Error("The journal answered for fewer arrivals than it was given."));
      });
    } catch (error) {
      // Data that the database refuses must cost only its own sender: the others of the batch are tried alone.
      if (batch.length > 1 && isDataError(error)) for (const each of batch) await this.#commitBatch([each]);
      else for (const each of batch) each.reject(error);
    }
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint): the statement's own content is at fault. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && (code.startsWith("22") || code.startsWith("23"));
}
