import { acknowledgementsDue, type Envelope, isAnsweredInEnvelope } from "@chesil/itk";
import type { LogConsumer } from "@chesil/log";
import {
  hasPassed,
  type ItkEnvelope,
  readDecidedAnew,
  readItkBody,
  readItkEnvelope,
  readItkOutcomes,
  readJournal,
  readToldCode,
  type Transaction,
  writeDelivery,
} from "@chesil/store";
import type { Destination, ForwardOptions } from "../start.ts";
import { jittered, LATER_MS_MAX, LATER_MS_MIN, type Pause, type Waiting, wait } from "../waiting.ts";
import { type Acknowledger, businessMessage, infrastructureMessage } from "./acknowledgements.ts";
import { itkUrlOf } from "./call-back.ts";
import { ItkClient } from "./client.ts";
import { judgedOf } from "./judged.ts";
import { bodyOf, type ItkMessage } from "./message.ts";
import { readStoredEnvelope } from "./stored-envelope.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** Where a destination takes acknowledgements, and as whom we give them. */
export type AcknowledgementSettings = Acknowledger & {
  /** Of the address, behind host and port. */
  readonly path: string;
};

const ENTRIES_PER_READ = 100;
const IDLE_MS = 100;
/** How often an envelope of which something is not decided yet is looked at again. */
const PENDING_MS = 50;
/** What stands for an infrastructure acknowledgement, until a business acknowledgement is told of the same. */
const READABLE = "OK";

/** `position`: how far the log is done with. */
type Place = Waiting & { readonly position: number };
/** An envelope that asked for acknowledgements. */
type Asking = { readonly stored: ItkEnvelope; readonly envelope: Envelope };
/** What is to be told next. */
type Due = { readonly code: string; readonly message: ItkMessage };

/**
 * One destination of acknowledgements: the envelopes of its senders in the order they came, each told that it can be
 * read, and what became of it. Where that changes later, by a person, it is told again.
 */
export class AcknowledgementLine {
  readonly destination: Destination;
  readonly #settings: AcknowledgementSettings;
  readonly #options: ForwardOptions;
  readonly #client: ItkClient;
  readonly #url: string;
  /** An envelope of a hundred payloads comes by a hundred times: it is read once. */
  #lastRead: { readonly firstId: number; readonly envelope: Envelope | undefined } | undefined;

  constructor(destination: Destination, settings: AcknowledgementSettings, options: ForwardOptions) {
    this.destination = destination;
    this.#settings = settings;
    this.#options = options;
    const { tls, limits } = destination;
    this.#url = itkUrlOf({ ...destination, isSecure: tls !== undefined, path: settings.path });
    this.#client = new ItkClient({ url: this.#url, tls, ...limits });
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  /** Acknowledges until stopped. @throws what the log or the database throws; the position stays where it was. */
  async run(consumer: LogConsumer<Transaction>, stopping: AbortSignal, pause: Pause): Promise<void> {
    while (!stopping.aborted) {
      const logged = await consumer.read(ENTRIES_PER_READ);
      const [first, last] = [logged[0], logged.at(-1)];
      if (!first || !last) {
        await pause(IDLE_MS);
        continue;
      }
      // Until all of them are done the place stays before them: what was told is known, and is not told again.
      const place = { consumer, stopping, pause, position: first.position - 1 };
      for (const { journalId } of logged) if (!(await this.#follow(journalId, place))) return;
      if (!(await this.#followDecided(logged, place))) return;
      await consumer.commit(last.position, async () => {});
    }
  }

  /** One entry of the log, where it is a payload of ours. False when stopped before it was done. */
  async #follow(journalId: number, place: Place): Promise<boolean> {
    const [entry] = await readJournal(this.#options.database, [journalId]);
    const isOurs = entry?.kind === "message" && this.destination.feeds.includes(entry.feed);
    return !isOurs || this.#acknowledge(journalId, place);
  }

  /** What these entries decided of others that were told of before: a person's command, or a message that was waited for. */
  async #followDecided(logged: readonly { journalId: number }[], place: Place): Promise<boolean> {
    const { database, decider } = this.#options;
    const ids = logged.map(({ journalId }) => journalId);
    while (!(await hasPassed(database, decider, Math.max(...ids)))) if (!(await wait(place, PENDING_MS))) return false;
    for (const each of await readDecidedAnew(database.pool, this.destination.name, ids))
      if (!(await this.#acknowledge(each, place))) return false;
    return true;
  }

  /** Tells all that is to be told of the envelope of an entry, each until there is an answer that stands. */
  async #acknowledge(journalId: number, place: Place): Promise<boolean> {
    const asking = await this.#askingOf(journalId);
    if (asking === undefined) return true;
    let attempts = 0;
    for (let waitMs = LATER_MS_MIN; ; ) {
      // Asked before each attempt: a destination may be down for hours, and a person decide meanwhile.
      const due = await this.#dueOf(asking);
      if (due === "nothing") return true;
      if (due === "pending") {
        if (!(await wait(place, PENDING_MS))) return false;
        continue;
      }
      attempts++;
      const verdict = await this.#send(due.message);
      if (verdict.kind !== "again") {
        await this.#record(place, asking, { code: due.code, verdict, attempts });
        [attempts, waitMs] = [0, LATER_MS_MIN];
        continue;
      }
      this.#options.telemetry.attemptFailed(this.destination.name, verdict.code, attempts);
      if (!(await wait(place, jittered(waitMs)))) return false;
      waitMs = Math.min(waitMs * 2, LATER_MS_MAX);
    }
  }

  async #askingOf(journalId: number): Promise<Asking | undefined> {
    const stored = await readItkEnvelope(this.#options.database.pool, journalId);
    if (stored === undefined) return undefined;
    const envelope = await this.#envelopeOf(stored.firstId);
    if (envelope === undefined) return undefined;
    const due = acknowledgementsDue(envelope);
    return due.infrastructure || due.business ? { stored, envelope } : undefined;
  }

  async #envelopeOf(firstId: number): Promise<Envelope | undefined> {
    if (this.#lastRead?.firstId !== firstId) {
      const body = await readItkBody(this.#options.database.pool, firstId);
      this.#lastRead = { firstId, envelope: await readStoredEnvelope(body) };
    }
    return this.#lastRead.envelope;
  }

  async #dueOf({ stored, envelope }: Asking): Promise<Due | "pending" | "nothing"> {
    const { pool } = this.#options.database;
    const asked = acknowledgementsDue(envelope);
    const told = await readToldCode(pool, this.destination.name, stored.firstId);
    if (asked.infrastructure && told === undefined && !isAnsweredInEnvelope(envelope.service))
      return { code: READABLE, message: infrastructureMessage(stored, envelope, this.#settings) };
    if (!asked.business) return "nothing";
    const judged = judgedOf(envelope, await readItkOutcomes(pool, stored.firstId, envelope.payloads.length));
    if (judged === undefined) return "pending";
    if (judged.code === told) return "nothing";
    return { code: judged.code, message: businessMessage(stored, envelope, judged, this.#settings) };
  }

  async #send(message: ItkMessage): Promise<Verdict> {
    const wrapping = { url: this.#url, username: this.#settings.odsCode, at: this.#options.now() };
    return verdictOf(await this.#client.post(message.service, bodyOf(message, wrapping)), message.trackingId);
  }

  /** Of every payload, so that it is found again by whichever is decided anew. */
  async #record(
    { consumer, position }: Place,
    { stored, envelope }: Asking,
    { code, verdict, attempts }: { code: string; verdict: Verdict; attempts: number },
  ): Promise<void> {
    const { now, telemetry, database } = this.#options;
    const destination = this.destination.name;
    const outcome = verdict.kind === "accepted" ? "delivered" : "refused";
    const payloads = await readItkOutcomes(database.pool, stored.firstId, envelope.payloads.length);
    const journalIds = new Set([stored.firstId, ...payloads.map(({ journalId }) => journalId)]);
    const at = now();
    await consumer.commit(position, async (transaction) => {
      for (const journalId of journalIds)
        await writeDelivery(transaction, {
          ...{ destination, journalId, outcome, code, attempts, at },
          answer: verdict.answer,
        });
    });
    telemetry.settled(destination, outcome, stored.firstId);
  }
}
