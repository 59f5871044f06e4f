import { type DialTls, MllpDeliveryError, MllpSender } from "@chesil/mllp";

/** Acknowledgements that wait for a connection; one more is given up. Its sender sends again and is answered again. */
export const ANSWERS_WAITING_MAX = 10_000;

/**
 * Acknowledgements on a connection of their own, for senders that listen for them. Each waits for those before it and
 * is tried again, with growing pauses, as long as the process lives.
 */
export class AnswerElsewhere {
  readonly #sender: MllpSender;
  readonly #onFailure: (code: string, retryMs: number) => void;

  constructor(
    to: { readonly host: string; readonly port: number; readonly tls?: DialTls },
    onFailure: (code: string, retryMs: number) => void,
  ) {
    this.#onFailure = onFailure;
    this.#sender = new MllpSender({
      ...to,
      // Nobody answers an acknowledgement.
      matches: () => undefined,
      limits: { attemptsMax: Number.MAX_SAFE_INTEGER, waitingMax: ANSWERS_WAITING_MAX },
      onEvent: (event) => {
        if (event.kind === "attempt-failed") onFailure(event.code, event.retryMs ?? 0);
      },
    });
  }

  send(answer: Uint8Array): void {
    this.#sender.sendOneWay(answer).catch((error: unknown) => {
      const code = error instanceof MllpDeliveryError ? error.code : "failed";
      if (code !== "closed") this.#onFailure(code, 0);
    });
  }

  /** Gives up what still waits. */
  close(): Promise<void> {
    return this.#sender.close();
  }
}
