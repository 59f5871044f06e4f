import { setTimeout as sleep } from "node:timers/promises";
import type { Destination } from "../start.ts";
import { ItkClient } from "./client.ts";

const ATTEMPTS_MAX = 3;
const BACK_OFF_MS = 500;
/** Answers that wait for one destination; those beyond are not sent, and their messages come again. */
const WAITING_MAX = 1_000;

/** The address that ITK is posted to. */
export function itkUrlOf(to: { host: string; port: number; isSecure: boolean; path: string }): string {
  const name = to.host.includes(":") ? `[${to.host}]` : to.host;
  return `${to.isSecure ? "https" : "http"}://${name}:${to.port}${to.path}`;
}

/**
 * Posts answers to destinations that want them on a connection of their own (WS-Addressing ReplyTo). They are kept nowhere:
 * a sender that hears nothing sends its message again, and is answered again.
 */
export class CallBacks {
  readonly #clients: ReadonlyMap<string, ItkClient>;
  readonly #waiting = new Map<string, number>();
  readonly #stopping = new AbortController();

  constructor(destinations: readonly Destination[]) {
    this.#clients = new Map(
      destinations.flatMap(({ acknowledgements, tls, limits, ...address }) => {
        if (acknowledgements === undefined) return [];
        const url = itkUrlOf({ ...address, isSecure: tls !== undefined, path: acknowledgements.path });
        return [[url, new ItkClient({ url, tls, ...limits })]];
      }),
    );
  }

  /** Never rejects. Nobody is called who is no destination. */
  async send(url: string, { action, body }: { readonly action: string; readonly body: string }): Promise<void> {
    const client = this.#clients.get(url);
    const waiting = this.#waiting.get(url) ?? 0;
    if (client === undefined || waiting >= WAITING_MAX) return;
    this.#waiting.set(url, waiting + 1);
    try {
      for (let attempt = 1; attempt <= ATTEMPTS_MAX && !this.#stopping.signal.aborted; attempt++) {
        const reply = await client.post(action, body);
        if (reply.kind === "answer" && reply.status < 500) return;
        await sleep(BACK_OFF_MS * attempt, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    } finally {
      this.#waiting.set(url, (this.#waiting.get(url) ?? 1) - 1);
    }
  }

  close(): void {
    this.#stopping.abort();
    for (const client of this.#clients.values()) client.close();
  }
}
