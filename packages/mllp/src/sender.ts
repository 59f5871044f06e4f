import { setTimeout as sleep } from "node:timers/promises";
import { backOffMs } from "./back-off.ts";
import { isFrameable } from "./frame.ts";
import { DEFAULT_MLLP_LIMITS, limitProblems } from "./limits.ts";
import { errorCode, openSocket } from "./open-socket.ts";
import { type AnswerStage, AttemptError, SenderConnection } from "./sender-connection.ts";
import { type DialTls, type SecureDestination, secureDestination } from "./tls.ts";

/** Every limit of a sender. Times are milliseconds. */
export type MllpSenderLimits = {
  /** The time one attempt to connect has, without its TLS handshake. */
  readonly connectMs: number;
  readonly tlsHandshakeMs: number;
  /** The longest wait for an answer; for the application's, counted from the accept acknowledgement. */
  readonly answerMs: number;
  /** Times one message is tried, whether a connection could be had or not. */
  readonly attemptsMax: number;
  /** The first wait before another attempt. Doubled with every failure, less up to half. */
  readonly reconnectMsMin: number;
  /** The longest such wait. */
  readonly reconnectMsMax: number;
  /** Messages that wait for their turn. One more is refused. */
  readonly waitingMax: number;
  /** Bytes of one answer. */
  readonly answerBytesMax: number;
};

export const DEFAULT_SENDER_LIMITS: MllpSenderLimits = {
  connectMs: DEFAULT_MLLP_LIMITS.connectMs,
  tlsHandshakeMs: DEFAULT_MLLP_LIMITS.tlsHandshakeMs,
  answerMs: 30_000,
  attemptsMax: 8,
  reconnectMsMin: DEFAULT_MLLP_LIMITS.reconnectMsMin,
  reconnectMsMax: DEFAULT_MLLP_LIMITS.reconnectMsMax,
  waitingMax: 1_000,
  answerBytesMax: DEFAULT_MLLP_LIMITS.frameBytesMax,
};

export type MllpSenderOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls?: DialTls;
  /**
   * Which answer is whose: MSA-2 and MSH-10, byte for byte. An answer that is nobody's is late, or strayed, and is
   * dropped. Must not throw.
   */
  readonly matches: (answer: Uint8Array, message: Uint8Array) => AnswerStage;
  /** "application" (unless given): an accept acknowledgement is not enough. "accept": the first answer is. */
  readonly expect?: "accept" | "application";
  readonly limits?: Partial<MllpSenderLimits>;
  /** Must not throw. */
  readonly onEvent?: (event: MllpSenderEvent) => void;
};

export type MllpSenderEvent =
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected" }
  /** `retryMs`: the wait before the next attempt; undefined when there is none. */
  | { readonly kind: "attempt-failed"; readonly code: string; readonly attempts: number; readonly retryMs?: number }
  /** An answer that was dropped. */
  | { readonly kind: "unmatched"; readonly bytes: Uint8Array };

export type Delivered = {
  readonly answer: Uint8Array;
  /** The accept acknowledgement that came before it. */
  readonly accept?: Uint8Array;
  /** How often the message was tried: more than once, and the receiver may have it more than once. */
  readonly attempts: number;
};

/**
 * `not-frameable`: the message holds VT or FS CR. `waiting-full`: `waitingMax`. `closed`: by `close`. `unanswered`:
 * `attemptsMax` is used up. `accepted-only`: the receiver has it safe, but the application's answer did not come; a
 * resend would be a second message, so there is none.
 */
export type MllpDeliveryErrorCode = "not-frameable" | "waiting-full" | "closed" | "unanswered" | "accepted-only";

/** What became of a message that was not delivered. */
export type DeliveryFailure = {
  /** True: the receiver may have it, and sending it again may make it two. */
  readonly mayHaveArrived: boolean;
  readonly attempts: number;
  /** Why the last attempt failed: the system's code, OpenSSL's, or ours. */
  readonly lastCode?: string;
  readonly accept?: Uint8Array;
};

export class MllpDeliveryError extends Error {
  readonly code: MllpDeliveryErrorCode;
  readonly mayHaveArrived: boolean;
  readonly attempts: number;
  readonly lastCode: string | undefined;
  readonly accept: Uint8Array | undefined;

  constructor(code: MllpDeliveryErrorCode, { mayHaveArrived, attempts, lastCode, accept }: DeliveryFailure) {
    const why = lastCode === undefined ? "" : ` (${lastCode})`;
    super(`MLLP: ${code}${why} after ${attempts} attempts${mayHaveArrived ? ", outcome unknown" : ", not sent"}.`);
    this.name = "MllpDeliveryError";
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
    this.attempts = attempts;
    this.lastCode = lastCode;
    this.accept = accept;
  }
}

const NOT_TRIED: DeliveryFailure = { mayHaveArrived: false, attempts: 0 };
/** How long a close waits for the answer that is due. */
const DRAIN_MS = 10_000;

/**
 * Sends messages to one receiver, one after another: the next leaves when the one before it is answered. It connects
 * when there is something to send, keeps the connection, and tries again with longer and longer waits when it is lost
 * or an answer does not come. It remembers nothing over a restart: the queue is the caller's.
 */
export class MllpSender {
  readonly #options: MllpSenderOptions;
  readonly #limits: MllpSenderLimits;
  readonly #onEvent: (event: MllpSenderEvent) => void;
  readonly #closing = new AbortController();
  #secure: SecureDestination | undefined;
  #connection: SenderConnection | undefined;
  /** Settles when the last message taken on is done with. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Does not connect yet. Throws a RangeError for bad limits or TLS that can not be used. */
  constructor(options: MllpSenderOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_SENDER_LIMITS, ...options.limits };
    const problems = limitProblems(this.#limits);
    if (problems.length > 0) throw new RangeError(`MLLP sender limits: ${problems.join("; ")}.`);
    this.#onEvent = options.onEvent ?? (() => {});
    this.#secure = options.tls && secureDestination(options.tls);
  }

  /** Resolves with the message's own answer, and with nothing else. Rejects with an MllpDeliveryError. */
  deliver(message: Uint8Array): Promise<Delivered> {
    return this.#inTurn(message, async (connection, attempts) => ({ ...(await connection.ask(message)), attempts }));
  }

  /** Sends what nobody answers: an acknowledgement. Resolves when the operating system has it; it may yet be lost. */
  sendOneWay(message: Uint8Array): Promise<void> {
    return this.#inTurn(message, (connection) => connection.tell(message));
  }

  /** For the next connection. Throws a RangeError, and keeps what it had, as `MllpDialer` does. */
  reloadTls(next: DialTls): void {
    if (this.#secure === undefined) throw new RangeError("MLLP TLS: the sender was made without it.");
    this.#secure = secureDestination(next);
  }

  /** Takes no more messages and sends none that wait; the answer that is due has `drainMs` to come. */
  async close(drainMs = DRAIN_MS): Promise<void> {
    this.#closing.abort();
    const drained = setTimeout(() => this.#connection?.destroy(), drainMs);
    await this.#lastTurn;
    this.#connection?.end();
    await this.#connection?.closed;
    clearTimeout(drained);
  }

  #inTurn<T>(message: Uint8Array, send: (connection: SenderConnection, attempts: number) => Promise<T>): Promise<T> {
    const refusal = this.#refusal(message);
    if (refusal !== undefined) return Promise.reject(new MllpDeliveryError(refusal, NOT_TRIED));
    this.#waiting++;
    const turn = this.#lastTurn.then(() => {
      this.#waiting--;
      return this.#tryUntilSent(send);
    });
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  #refusal(message: Uint8Array): MllpDeliveryErrorCode | undefined {
    if (this.#closing.signal.aborted) return "closed";
    if (!isFrameable(message)) return "not-frameable";
    return this.#waiting >= this.#limits.waitingMax ? "waiting-full" : undefined;
  }

  async #tryUntilSent<T>(send: (connection: SenderConnection, attempts: number) => Promise<T>): Promise<T> {
    const { signal } = this.#closing;
    let failure = NOT_TRIED;
    while (!signal.aborted) {
      const attempts = failure.attempts + 1;
      let mayHaveArrived = failure.mayHaveArrived;
      try {
        const connection = await this.#connected();
        mayHaveArrived = true;
        return await send(connection, attempts);
      } catch (error) {
        const accept = error instanceof AttemptError ? error.accept : undefined;
        failure = { attempts, mayHaveArrived, lastCode: errorCode(error), ...(accept && { accept }) };
      }
      if (failure.accept !== undefined) throw new MllpDeliveryError("accepted-only", failure);
      await this.#backOff(failure);
    }
    throw new MllpDeliveryError("closed", failure);
  }

  /** Waits before the next attempt. Rejects when there is none. */
  async #backOff({ attempts, lastCode = "unknown", ...failure }: DeliveryFailure): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return;
    if (attempts >= this.#limits.attemptsMax) {
      this.#onEvent({ kind: "attempt-failed", code: lastCode, attempts });
      throw new MllpDeliveryError("unanswered", { ...failure, attempts, lastCode });
    }
    const retryMs = backOffMs(attempts, this.#limits);
    this.#onEvent({ kind: "attempt-failed", code: lastCode, attempts, retryMs });
    await sleep(retryMs, undefined, { signal }).catch(() => {});
  }

  /** The connection that stands, or a new one. */
  async #connected(): Promise<SenderConnection> {
    if (this.#connection?.isOpen) return this.#connection;
    const { host, port, matches, expect = "application" } = this.#options;
    const { connectMs, tlsHandshakeMs, answerBytesMax, answerMs } = this.#limits;
    const destination = { host, port, connectMs, tlsHandshakeMs, secure: this.#secure };
    const socket = await openSocket(destination, this.#closing.signal);
    this.#onEvent({ kind: "connected" });
    const connection = new SenderConnection(socket, {
      answerBytesMax,
      answerMs,
      expect,
      matches,
      onUnmatched: (bytes) => this.#onEvent({ kind: "unmatched", bytes }),
      onClosed: () => {
        if (this.#connection === connection) this.#connection = undefined;
        this.#onEvent({ kind: "disconnected" });
      },
    });
    this.#connection = connection;
    return connection;
  }
}
