import type { OpenMessage } from "../documents/part-content.ts";

/** Of messages in memory, as received: those that were asked for last. One larger than that is there alone. */
const OPEN_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Messages that documents are taken from, each opened once as long as it is among those that were asked for last: of one
 * message the documents, and the facts that they belong to, follow each other.
 */
export class OpenMessages {
  readonly #open: (journalId: number) => Promise<OpenMessage | undefined>;
  readonly #bytesMax: number;
  /** The last asked for at the end. */
  readonly #messages = new Map<number, OpenMessage | undefined>();

  constructor(open: (journalId: number) => Promise<OpenMessage | undefined>, bytesMax: number = OPEN_BYTES_MAX) {
    this.#open = open;
    this.#bytesMax = bytesMax;
  }

  /** Undefined where the journal does not have it any more. */
  async get(journalId: number): Promise<OpenMessage | undefined> {
    const isOpen = this.#messages.has(journalId);
    const message = isOpen ? this.#messages.get(journalId) : await this.#open(journalId);
    this.#messages.delete(journalId);
    let room = this.#bytesMax - (message?.size ?? 0);
    for (const [id, { size } = { size: 0 }] of [...this.#messages].toReversed()) {
      room -= size;
      if (room < 0) this.#messages.delete(id);
    }
    this.#messages.set(journalId, message);
    return message;
  }
}
