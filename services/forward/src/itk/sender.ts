import { setTimeout as sleep } from "node:timers/promises";
import { ItkClient, type ItkTarget } from "./client.ts";
import { bodyOf, type ItkMessage } from "./message.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

export type ItkSenderOptions = ItkTarget & {
  /** Who sends, for WS-Security. */
  readonly username: string;
  readonly isBare?: boolean;
  /** Attempts at one message before it is given up. */
  readonly attemptsMax?: number;
  /** 100 ms before the second attempt, twice as long before each one after, up to 5 s. */
  readonly backOffMs?: number;
  readonly now: () => Date;
};

const ATTEMPTS_MAX = 8;
const BACK_OFF_MS = 100;
const BACK_OFF_MAX_MS = 5_000;

/** Sends messages one after another, each until it is taken, refused or given up. */
export class ItkSender {
  readonly #options: ItkSenderOptions;
  readonly #client: ItkClient;

  /** Throws a RangeError for an address that is none, and for a certificate without its key. */
  constructor(options: ItkSenderOptions) {
    this.#options = options;
    this.#client = new ItkClient(options);
  }

  /** The last verdict: `again` where it was given up. @param stop ends the waiting for another attempt. */
  async send(message: ItkMessage, stop?: AbortSignal): Promise<Verdict & { readonly attempts: number }> {
    const { url, username, isBare = false, now, attemptsMax = ATTEMPTS_MAX, backOffMs = BACK_OFF_MS } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const body = bodyOf(message, { url, username, isBare, at: now() });
      const verdict = verdictOf(await this.#client.post(message.service, body), message.trackingId);
      if (verdict.kind !== "again" || attempts >= attemptsMax || stop?.aborted) return { ...verdict, attempts };
      const waitMs = Math.min(backOffMs * 2 ** (attempts - 1), BACK_OFF_MAX_MS);
      // An aborted wait is over, which is all that is wanted of it.
      await sleep(waitMs, undefined, stop ? { signal: stop } : {}).catch(() => {});
      if (stop?.aborted) return { ...verdict, attempts };
    }
  }

  close(): void {
    this.#client.close();
  }
}
