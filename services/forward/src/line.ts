import { controlIdOf, readAcknowledgement } from "@chesil/hl7";
import type { LogConsumer } from "@chesil/log";
import { type AnswerStage, MllpDeliveryError, MllpSender } from "@chesil/mllp";
import {
  type Delivery,
  type JournalEntry,
  readJournal,
  readRelease,
  type Transaction,
  writeDelivery,
} from "@chesil/store";
import type { Destination, DestinationState, ForwardOptions } from "./start.ts";

/** Entries looked at in one read of the log; those of other feeds are passed over together. */
const ENTRIES_PER_READ = 100;
const IDLE_MS = 100;
/** How often a message that is not applied yet is looked at again. */
const PENDING_MS = 50;
/** Pauses between attempts on an answer that means "later". */
const LATER_MS_MIN = 1_000;
const LATER_MS_MAX = 60_000;

type Pause = (ms: number) => Promise<void>;
type Settled = Pick<Delivery, "outcome" | "code" | "attempts" | "answer">;

/** One destination: its messages one after another, each until it is settled. */
export class Line {
  readonly destination: Destination;
  readonly #options: ForwardOptions;
  readonly #sender: MllpSender;
  #isConnected = false;
  #lastDeliveredAt: Date | null = null;

  constructor(destination: Destination, options: ForwardOptions) {
    this.destination = destination;
    this.#options = options;
    this.#sender = new MllpSender({
      host: destination.host,
      port: destination.port,
      ...(destination.tls ? { tls: destination.tls } : {}),
      ...(destination.limits ? { limits: destination.limits } : {}),
      expect: "accept",
      matches: stageOf,
      onEvent: (event) => {
        if (event.kind === "connected") this.#isConnected = true;
        if (event.kind === "disconnected") this.#isConnected = false;
        if (event.kind === "attempt-failed")
          options.telemetry.attemptFailed(destination.name, event.code, event.attempts);
      },
    });
  }

  /** The name of its place in the event log. */
  get consumer(): string {
    return `forward-${this.destination.name}`;
  }

  state(): DestinationState {
    const { name, host, port } = this.destination;
    return {
      name,
      address: `${host}:${port}`,
      connected: this.#isConnected,
      lastDeliveredAt: this.#lastDeliveredAt,
    };
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
        const [entry] = await readJournal(this.#options.database, [journalId]);
        if (entry?.kind !== "message" || !this.destination.feeds.includes(entry.feed)) continue;
        const settled = await this.#settle(entry, consumer, stopping, pause);
        if (!settled) return;
        await this.#record(consumer, position, journalId, settled);
      }
      await consumer.commit(last.position, async () => {});
    }
  }

  /** Sends until there is an answer that stands; undefined when stopped first. */
  async #settle(
    entry: JournalEntry,
    consumer: LogConsumer<Transaction>,
    stopping: AbortSignal,
    pause: Pause,
  ): Promise<Settled | undefined> {
    for (let attempts = 1, waitMs = LATER_MS_MIN; !stopping.aborted; attempts++) {
      const release = await readRelease(this.#options.database.pool, entry.journalId);
      if (release === "withheld") return { outcome: "withheld", code: "no-release", attempts: 0, answer: null };
      if (release === "pending") {
        await pause(PENDING_MS);
        // A sign of life: the lease is kept while the line waits.
        await consumer.read(1);
        continue;
      }
      const sent = await this.#send(entry.raw);
      if (sent && !this.destination.retryOn.includes(sent.code)) return { ...sent, attempts };
      await consumer.read(1);
      if (stopping.aborted) break;
      await pause(waitMs * (0.5 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, LATER_MS_MAX);
    }
    return undefined;
  }

  /** Undefined when nobody answered: the message is sent again. */
  async #send(message: Uint8Array): Promise<Omit<Settled, "attempts"> | undefined> {
    try {
      const { answer } = await this.#sender.deliver(message);
      const code = readAcknowledgement(answer)?.code ?? "";
      const isTaken = code === "AA" || code === "CA";
      return { outcome: isTaken ? "delivered" : "refused", code, answer: Buffer.from(answer) };
    } catch (error) {
      if (error instanceof MllpDeliveryError && error.code === "not-frameable")
        return { outcome: "refused", code: "not-frameable", answer: null };
      return undefined;
    }
  }

  async #record(
    consumer: LogConsumer<Transaction>,
    position: number,
    journalId: number,
    settled: Settled,
  ): Promise<void> {
    const { now, telemetry } = this.#options;
    const destination = this.destination.name;
    const at = now();
    await consumer.commit(position, (transaction) =>
      writeDelivery(transaction, { destination, journalId, at, ...settled }),
    );
    if (settled.outcome === "delivered") this.#lastDeliveredAt = at;
    telemetry.settled(destination, settled.outcome, journalId);
  }
}

/** An answer is ours when MSA-2 is our MSH-10, to the byte. CA is the first of two; everything else is the last word. */
function stageOf(answer: Uint8Array, message: Uint8Array): AnswerStage {
  const acknowledgement = readAcknowledgement(answer);
  if (acknowledgement === undefined || acknowledgement.controlId !== controlIdOf(message)) return undefined;
  return acknowledgement.code === "CA" ? "accept" : "final";
}
