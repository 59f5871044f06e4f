import type { Appended, Arrival } from "@chesil/store";

/** Most arrivals in one commit, unless they came as one; what comes meanwhile waits for the next. */
export const COMMIT_ARRIVALS_MAX = 512;

/** Most bytes in one commit: a batch of documents must not become one huge statement. */
export const COMMIT_BYTES_MAX = 16 * 1024 * 1024;

/** Room that a message larger than a whole commit leaves beside it, so that nobody waits for two such messages. */
export const COMMIT_BYTES_BESIDE = 1024 * 1024;

/** Arrivals that stand in one commit or in none: nearly always one. */
type Waiting = {
  readonly arrivals: readonly Arrival[];
  readonly bytes: number;
  readonly resolve: (appended: Appended[]) => void;
  readonly reject: (error: unknown) => void;
};

/** What one feed waits for, in its order. */
type Queue = { readonly waiting: Waiting[]; taken: number };

/**
 * Group commit across connections: while one commit is on its way to the disk, everything that arrives joins the next
 * one. A lone message is committed at once; under load a commit carries hundreds, and the disk's one wait is shared.
 *
 * A feed's arrivals keep their order. When more waits than one commit holds, feeds are served in turn, one arrival
 * each: a flood in one feed costs another's single message no more than the commit that is under way.
 */
export class GroupCommit {
  readonly #append: (arrivals: readonly Arrival[]) => Promise<Appended[]>;
  /** By feed; the first has the first turn of the next commit. */
  readonly #queues = new Map<string, Queue>();
  #committing = false;

  constructor(append: (arrivals: readonly Arrival[]) => Promise<Appended[]>) {
    this.#append = append;
  }

  /** Resolves when the arrival is on disk. Rejects when it is not, and will not be. */
  commit(arrival: Arrival): Promise<Appended> {
    return new Promise((resolve, reject) =>
      this.#wait(arrival.feed, [arrival], ([appended]) => appended && resolve(appended), reject),
    );
  }

  /** Arrivals of one feed that are all on disk when this resolves, and none of them when it rejects. */
  commitTogether(feed: string, arrivals: readonly Arrival[]): Promise<Appended[]> {
    return new Promise((resolve, reject) => this.#wait(feed, arrivals, resolve, reject));
  }

  #wait(feed: string, arrivals: readonly Arrival[], resolve: Waiting["resolve"], reject: Waiting["reject"]): void {
    const bytes = arrivals.reduce((sum, each) => sum + bytesOf(each), 0);
    this.#queueOf(feed).waiting.push({ arrivals, bytes, resolve, reject });
    if (!this.#committing) void this.#run();
  }

  #queueOf(feed: string): Queue {
    let queue = this.#queues.get(feed);
    if (queue === undefined) {
      queue = { waiting: [], taken: 0 };
      this.#queues.set(feed, queue);
    }
    return queue;
  }

  async #run(): Promise<void> {
    this.#committing = true;
    // Frames of one socket read arrive in one turn of the event loop: let them all in before the first commit.
    await Promise.resolve();
    while (this.#queues.size > 0) await this.#commitBatch(this.#takeBatch());
    this.#committing = false;
  }

  /** Round after round, the next of each feed, until nobody's next fits. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let [count, bytes] = [0, 0];
    let bytesMax = COMMIT_BYTES_MAX;
    let open = [...this.#queues.values()];
    while (open.length > 0) {
      const still: Queue[] = [];
      for (const queue of open) {
        const next = queue.waiting[queue.taken];
        if (next === undefined || (count > 0 && count + next.arrivals.length > COMMIT_ARRIVALS_MAX)) continue;
        if (count === 0) bytesMax = Math.max(COMMIT_BYTES_MAX, next.bytes + COMMIT_BYTES_BESIDE);
        if (bytes + next.bytes > bytesMax) continue;
        bytes += next.bytes;
        count += next.arrivals.length;
        queue.taken += 1;
        batch.push(next);
        still.push(queue);
      }
      open = still;
    }
    this.#passTheTurn();
    return batch;
  }

  /** Forgets what was taken. Who had a turn goes behind who had none, so that every large message has its day. */
  #passTheTurn(): void {
    for (const [feed, queue] of [...this.#queues]) {
      if (queue.taken === 0) continue;
      this.#queues.delete(feed);
      if (queue.taken === queue.waiting.length) continue;
      queue.waiting.splice(0, queue.taken);
      queue.taken = 0;
      this.#queues.set(feed, queue);
    }
  }

  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const appended = await this.#append(batch.flatMap((each) => each.arrivals));
      let from = 0;
      for (const { arrivals, resolve, reject } of batch) {
        const results = appended.slice(from, from + arrivals.length);
        from += arrivals.length;
        if (results.length === arrivals.length) resolve(results);
        else reject(new Error("The journal answered for fewer arrivals than it was given."));
      }
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

/** With what is kept of the envelope that it came in. */
const bytesOf = ({ raw, envelope }: Arrival): number =>
  raw.length + (envelope ? envelope.header.length + envelope.trailer.length : 0);
