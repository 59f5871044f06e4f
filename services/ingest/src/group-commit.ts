import { type Appended, type Arrival, LARGE_BYTES } from "@chesil/store";

/** Most arrivals in one commit, unless they came as one; what comes meanwhile waits for the next. */
export const COMMIT_ARRIVALS_MAX = 512;

/** Most bytes in one commit: a batch of documents must not become one huge statement. */
const COMMIT_BYTES_MAX = 16 * 1024 * 1024;

/** Arrivals that stand in one commit or in none: nearly always one. */
type Waiting = {
  readonly arrivals: readonly Arrival[];
  readonly bytes: number;
  readonly resolve: (appended: Appended[]) => void;
  readonly reject: (error: unknown) => void;
};

/** What one feed waits for, in its order. */
type Queue = {
  readonly waiting: Waiting[];
  taken: number;
  /** Something large of it is on its way: what comes after waits for that. */
  isHeld: boolean;
};

/**
 * Group commit across connections: while one commit is on its way to the disk, everything that arrives joins the next
 * one. A lone message is committed at once; under load a commit carries hundreds, and the disk's one wait is shared.
 *
 * A feed's arrivals keep their order. When more waits than one commit holds, feeds are served in turn, one arrival
 * each: a flood in one feed costs another's single message no more than the commit that is under way. What is large goes by
 * itself, one at a time, beside the others' commits: its own feed waits for it and nobody else.
 */
export class GroupCommit {
  readonly #append: (arrivals: readonly Arrival[]) => Promise<Appended[]>;
  /** By feed; the first has the first turn of the next commit. */
  readonly #queues = new Map<string, Queue>();
  #isCommitting = false;
  #isLargeUnderWay = false;

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
    if (!this.#isCommitting) void this.#run();
  }

  #queueOf(feed: string): Queue {
    let queue = this.#queues.get(feed);
    if (queue === undefined) {
      queue = { waiting: [], taken: 0, isHeld: false };
      this.#queues.set(feed, queue);
    }
    return queue;
  }

  async #run(): Promise<void> {
    this.#isCommitting = true;
    // Frames of one socket read arrive in one turn of the event loop: let them all in before the first commit.
    await Promise.resolve();
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) await this.#commitBatch(batch);
    this.#isCommitting = false;
  }

  /** Round after round, the next of each feed, until nobody's next fits. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let [count, bytes] = [0, 0];
    let open = [...this.#queues];
    while (open.length > 0) {
      const still: typeof open = [];
      for (const [feed, queue] of open) {
        const next = queue.waiting[queue.taken];
        if (next === undefined || queue.isHeld) continue;
        if (next.bytes >= LARGE_BYTES) {
          // Not before what came before it on its feed is committed.
          if (queue.taken === 0 && !this.#isLargeUnderWay) void this.#commitLarge(feed, queue);
          continue;
        }
        if (count > 0 && count + next.arrivals.length > COMMIT_ARRIVALS_MAX) continue;
        if (bytes + next.bytes > COMMIT_BYTES_MAX) continue;
        bytes += next.bytes;
        count += next.arrivals.length;
        queue.taken += 1;
        batch.push(next);
        still.push([feed, queue]);
      }
      open = still;
    }
    this.#passTheTurn();
    return batch;
  }

  /** The first of a feed, beside what else is committed. */
  async #commitLarge(feed: string, queue: Queue): Promise<void> {
    queue.isHeld = true;
    this.#isLargeUnderWay = true;
    await this.#commitBatch(queue.waiting.splice(0, 1));
    queue.isHeld = false;
    this.#isLargeUnderWay = false;
    // Behind the others, who may have something large, too.
    this.#queues.delete(feed);
    if (queue.waiting.length > 0) this.#queues.set(feed, queue);
    if (!this.#isCommitting) void this.#run();
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
