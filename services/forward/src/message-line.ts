import type { LogConsumer } from "@chesil/log";
import {
  type Delivery,
  hasPassed,
  type JournalEntry,
  readCorrections,
  readJournal,
  readRelease,
  readReleasedBy,
  type Transaction,
  writeDelivery,
} from "@chesil/store";
import { DestinationSender } from "./destination-sender.ts";
import type { Destination, ForwardOptions } from "./start.ts";
import { jittered, LATER_MS_MAX, LATER_MS_MIN, type Pause, type Waiting, wait } from "./waiting.ts";

/** Entries looked at in one read of the log; those of other feeds are passed over together. */
const ENTRIES_PER_READ = 100;
const IDLE_MS = 100;
/** How often a message that is not applied yet is looked at again. */
const PENDING_MS = 50;

/** Where in the log a line is, and how it waits there. */
type Place = Waiting & { readonly position: number };
type Settled = Pick<Delivery, "outcome" | "code" | "attempts" | "answer">;

/** One destination of messages: one after another, each until it is settled. */
export class MessageLine {
  readonly destination: Destination;
  readonly #options: ForwardOptions;
  readonly #sender: DestinationSender;

  constructor(destination: Destination, options: ForwardOptions) {
    this.destination = destination;
    this.#options = options;
    this.#sender = new DestinationSender(destination, options.telemetry);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Forwards until stopped. @throws what the log or the database throws; the position stays where it was. */
  async run(consumer: LogConsumer<Transaction>, stopping: AbortSignal, pause: Pause): Promise<void> {
    while (!stopping.aborted) {
      const logged = await consumer.read(ENTRIES_PER_READ);
      const last = logged.at(-1);
      if (!last) {
        await pause(IDLE_MS);
        continue;
      }
      for (const { journalId, position } of logged) {
        const isDone = await this.#forward(journalId, { consumer, position, stopping, pause });
        if (!isDone) return;
      }
      await consumer.commit(last.position, async () => {});
    }
  }

  /** One entry of the log: a message of ours, or a command that released some. False when stopped before it was done. */
  async #forward(journalId: number, place: Place): Promise<boolean> {
    const { database } = this.#options;
    const [entry] = await readJournal(database, [journalId]);
    if (entry?.kind === "message" && this.destination.feeds.includes(entry.feed)) return this.#settle(entry, place);
    if (entry?.kind !== "command") return true;
    while (!(await hasPassed(database, this.#options.decider, journalId)))
      if (!(await wait(place, PENDING_MS))) return false;
    const released = await readReleasedBy(database.pool, this.destination.name, journalId);
    for (const message of await readJournal(database, released))
      if (!(await this.#settle(message, place))) return false;
    return true;
  }

  /** Sends until there is an answer that stands, and records it. */
  async #settle(entry: JournalEntry, place: Place): Promise<boolean> {
    let attempts = 0;
    for (let waitMs = LATER_MS_MIN; ; ) {
      // Asked before each attempt: a destination may be down for hours, and somebody opt out meanwhile.
      const release = await readRelease(this.#options.database.pool, entry.journalId);
      if (release === "withheld") {
        await this.#record(place, entry.journalId, { outcome: "withheld", code: "no-release", attempts, answer: null });
        return true;
      }
      if (release === "pending") {
        if (!(await wait(place, PENDING_MS))) return false;
        continue;
      }
      attempts++;
      const said = await this.#sender.send(await this.#bytesOf(entry));
      if (said && !this.destination.retryOn.includes(said.code)) {
        await this.#record(place, entry.journalId, { ...said, attempts });
        return true;
      }
      if (!(await wait(place, jittered(waitMs)))) return false;
      waitMs = Math.min(waitMs * 2, LATER_MS_MAX);
    }
  }

  /** As received, or as a person repaired it. */
  async #bytesOf(entry: JournalEntry): Promise<Uint8Array> {
    const corrections = await readCorrections(this.#options.database.pool, [entry.journalId]);
    return corrections.get(entry.journalId)?.bytes ?? entry.raw;
  }

  /** The position goes to just before the entry: what it released beside this may still be to come. */
  async #record({ consumer, position }: Place, journalId: number, settled: Settled): Promise<void> {
    const { now, telemetry } = this.#options;
    const destination = this.destination.name;
    const at = now();
    await consumer.commit(journalId === position ? position : position - 1, (transaction) =>
      writeDelivery(transaction, { destination, journalId, at, ...settled }),
    );
    telemetry.settled(destination, settled.outcome, journalId);
  }
}
