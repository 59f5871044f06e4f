import { controlIdOf, peek, readAcknowledgement, wantsAcknowledgement } from "@chesil/hl7";
import type { LogConsumer } from "@chesil/log";
import { type AnswerStage, MllpDeliveryError, MllpSender } from "@chesil/mllp";
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
import type { Destination, ForwardOptions } from "./start.ts";

/** Entries looked at in one read of the log; those of other feeds are passed over together. */
const ENTRIES_PER_READ = 100;
const IDLE_MS = 100;
/** How often a message that is not applied yet is looked at again. */
const PENDING_MS = 50;
/** Pauses between attempts on an answer that means "later". */
const LATER_MS_MIN = 1_000;
const LATER_MS_MAX = 60_000;

type Pause = (ms: number) => Promise<void>;

/** Where in the log a line is, and how it waits there. */
type Place = {
  readonly consumer: LogConsumer<Transaction>;
  readonly position: number;
  readonly stopping: AbortSignal;
  readonly pause: Pause;
};

/** Waits, with a sign of life so that the lease is kept. False when stopped. */
async function wait({ consumer, stopping, pause }: Place, ms: number): Promise<boolean> {
  await pause(ms);
  if (!stopping.aborted) await consumer.read(1);
  return !stopping.aborted;
}
type Settled = Pick<Delivery, "outcome" | "code" | "attempts" | "answer">;

/** One destination: its messages one after another, each until it is settled. */
export class Line {
  readonly destination: Destination;
  readonly #options: ForwardOptions;
  readonly #sender: MllpSender;

  constructor(destination: Destination, options: ForwardOptions) {
    this.destination = destination;
    this.#options = options;
    this.#sender = new MllpSender({
      host: destination.host,
      port: destination.port,
      ...(destination.tls ? { tls: destination.tls } : {}),
      // The line itself sends again: it knows for how long, and keeps its place in the log meanwhile.
      limits: { ...destination.limits, attemptsMax: 1 },
      expect: "accept",
      matches: stageOf,
      onEvent: (event) => {
        if (event.kind === "attempt-failed")
          options.telemetry.attemptFailed(destination.name, event.code, event.attempts);
      },
    });
  }

  /** How long a forwarder that vanished holds up the next one: longer than one delivery may take. */
  get leaseMs(): number {
    const { connectMs = 10_000, answerMs = 30_000 } = this.destination.limits ?? {};
    return 2 * (connectMs + answerMs) + LATER_MS_MAX;
  }

  /** The name of its place in the event log. */
  get consumer(): string {
    return `forward-${this.destination.name}`;
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
      const sent = await this.#send(await this.#bytesOf(entry));
      if (sent && !this.destination.retryOn.includes(sent.code)) {
        await this.#record(place, entry.journalId, { ...sent, attempts });
        return true;
      }
      if (!(await wait(place, waitMs * (0.5 + Math.random() / 2)))) return false;
      waitMs = Math.min(waitMs * 2, LATER_MS_MAX);
    }
  }

  /** As received, or as a person repaired it. */
  async #bytesOf(entry: JournalEntry): Promise<Uint8Array> {
    const corrections = await readCorrections(this.#options.database.pool, [entry.journalId]);
    return corrections.get(entry.journalId)?.bytes ?? entry.raw;
  }

  /** Undefined when nobody answered: the message is sent again. */
  async #send(message: Uint8Array): Promise<Omit<Settled, "attempts"> | undefined> {
    try {
      if (!isAnswered(message)) {
        await this.#sender.sendOneWay(message);
        return { outcome: "delivered", code: "unanswered", answer: null };
      }
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

/** Whether its sender asked for an answer to a message that is taken; else the receiver is right to say nothing. */
function isAnswered(message: Uint8Array): boolean {
  const { header } = peek(message, { defaultAuthority: "" });
  return header === undefined || wantsAcknowledgement(header, "accept");
}

/** An answer is ours when MSA-2 is our MSH-10, to the byte. CA is the first of two; everything else is the last word. */
function stageOf(answer: Uint8Array, message: Uint8Array): AnswerStage {
  const acknowledgement = readAcknowledgement(answer);
  if (acknowledgement === undefined || acknowledgement.controlId !== controlIdOf(message)) return undefined;
  return acknowledgement.code === "CA" ? "accept" : "final";
}
