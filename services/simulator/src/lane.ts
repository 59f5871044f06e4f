import { setTimeout as sleep } from "node:timers/promises";
import { readAcknowledgement } from "@chesil/hl7";
import { connectMllp, type MllpClient, MllpClientError } from "@chesil/mllp";
import PQueue from "p-queue";
import type { Tally } from "./tally.ts";

/** One connection of the sender: messages in order, each until it has a verdict, over as many sockets as that takes. */

export type Outgoing = { readonly index: number; readonly bytes: Uint8Array; readonly controlId: string };

export type LaneOptions = {
  readonly host: string;
  readonly port: number;
  readonly windowMax: number;
  readonly answerTimeoutMs: number;
  readonly reconnectsMax: number;
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** Aborted when the sending is over, for whatever reason: nothing new is written, no connection is opened again. */
  readonly stop: AbortSignal;
  /** No connection could be had, or none that answers. */
  readonly onUnreachable: () => void;
  readonly onVerdict: () => void;
};

/** Messages waiting in one lane: enough to keep it busy while the reader waits for another, few enough to hold. */
const WAITING_MAX = 64;
/** Times one message is sent again because its answer named another message. */
const MISMATCHES_MAX = 3;

export class Lane {
  readonly #options: LaneOptions;
  readonly #tally: Tally;
  readonly #queue: PQueue;
  #connection: Promise<MllpClient | undefined> | undefined;
  #client: MllpClient | undefined;
  /** Connections lost or refused since the last verdict. */
  #failures = 0;

  constructor(options: LaneOptions, tally: Tally) {
    this.#options = options;
    this.#tally = tally;
    this.#queue = new PQueue({ concurrency: options.windowMax });
  }

  /** Resolves when there is room for another message. */
  room(): Promise<void> {
    return this.#queue.onSizeLessThan(WAITING_MAX);
  }

  /** Takes a message on. Its verdict, or the lack of one, goes to the tally. */
  take(message: Outgoing): void {
    // `#deliver` does not reject; were it to, the queue's promise would carry that to the process as it should.
    void this.#queue.add(() => this.#deliver(message));
  }

  /** Resolves when every message taken has its verdict or is given up. */
  idle(): Promise<void> {
    return this.#queue.onIdle();
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  async #deliver(message: Outgoing): Promise<void> {
    let firstWrittenAtMs: number | undefined;
    let mismatches = 0;
    while (mismatches <= MISMATCHES_MAX && !this.#options.stop.aborted) {
      // Everyone waits for the same promise, also once it is settled: so after a lost connection messages go out
      // again in the order they were in.
      this.#connection ??= this.#connect();
      const client = await this.#connection;
      if (client === undefined) break;
      if (firstWrittenAtMs === undefined) this.#tally.sent++;
      else this.#tally.resent++;
      firstWrittenAtMs ??= performance.now();
      const answer = await this.#ask(client, message);
      if (answer === "not-frameable") {
        this.#tally.sent--;
        this.#tally.skipped.push({ index: message.index, why: answer });
        return;
      }
      if (answer === "lost") continue;
      const acknowledgement = readAcknowledgement(answer);
      if (acknowledgement?.controlId === message.controlId) {
        this.#failures = 0;
        this.#tally.verdict(acknowledgement, performance.now() - firstWrittenAtMs);
        this.#options.onVerdict();
        return;
      }
      // Whose answer the next one would be is anybody's guess: a new connection starts clean.
      this.#tally.errors++;
      mismatches++;
      this.#drop(client);
    }
    this.#tally.unacknowledged.push(message.index);
  }

  async #ask(client: MllpClient, message: Outgoing): Promise<Uint8Array | "lost" | "not-frameable"> {
    try {
      return await client.send(message.bytes);
    } catch (error) {
      if (!(error instanceof MllpClientError)) throw error;
      if (error.code === "not-frameable") return "not-frameable";
      this.#drop(client);
      return "lost";
    }
  }

  /** Leaves a connection for good; the next message opens another. */
  #drop(client: MllpClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#connection = undefined;
    this.#failures++;
    // Other messages may still be waiting on it for their answers: it closes once they have them.
    void client.close();
  }

  /** A new connection, after waiting longer for every one that failed; undefined when the sending is over. */
  async #connect(): Promise<MllpClient | undefined> {
    const { host, port, windowMax, answerTimeoutMs, reconnectsMax, backOffMs, backOffMaxMs, stop } = this.#options;
    while (!stop.aborted) {
      if (this.#failures > reconnectsMax) {
        this.#options.onUnreachable();
        return undefined;
      }
      try {
        const waitMs = Math.min(backOffMaxMs, backOffMs * 2 ** (this.#failures - 1));
        if (this.#failures > 0) await sleep(waitMs, undefined, { signal: stop });
        this.#client = await connectMllp({ host, port, windowMax, answerTimeoutMs });
        return this.#client;
      } catch {
        // Refused, not found, or the wait was cut short: all of them are one failure more.
        this.#failures++;
      }
    }
    return undefined;
  }
}
