import type { Socket } from "node:net";
import { Deadline } from "./deadline.ts";
import { encodeFrames, FrameDecoder, isFrameable } from "./frame.ts";
import { DEFAULT_MLLP_LIMITS } from "./limits.ts";
import { openSocket } from "./open-socket.ts";
import { type DialTls, secureDestination } from "./tls.ts";

export type MllpClientOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls?: DialTls;
  /** 10 s. As much again for the TLS handshake. */
  readonly connectTimeoutMs?: number;
  /** 30 s. The longest silence while an answer is due. */
  readonly answerTimeoutMs?: number;
  /** 1: MLLP is stop-and-wait. More keeps that many messages unanswered on the wire. */
  readonly windowMax?: number;
  /** 10,000 messages waiting for a place in the window; `send` refuses more. */
  readonly waitingMax?: number;
  /** 1 MiB: bytes of one answer. */
  readonly frameBytesMax?: number;
};

export type MllpClient = {
  /**
   * Resolves with the answer to this message, without its framing. The answers of a connection belong to its messages
   * in order. Rejects with an MllpClientError.
   */
  send(message: Uint8Array): Promise<Uint8Array>;
  /** Takes no more messages, waits for the answers due, closes. */
  close(): Promise<void>;
  /** Messages sent and not yet answered. */
  readonly inFlight: number;
};

/**
 * `not-frameable`: the message holds VT or FS CR. `waiting-full`: `waitingMax`. `closed`: after `close`.
 * `answer-timeout`, `bad-answer`, `connection-lost`: the connection is gone, for every message still on it. Answers
 * are told apart by their order alone, so a late or broken one leaves no way to go on.
 */
export type MllpClientErrorCode =
  | "not-frameable"
  | "waiting-full"
  | "closed"
  | "answer-timeout"
  | "bad-answer"
  | "connection-lost";

/** `sent` true: the receiver may have the message, whatever went wrong, and a resend may be its second copy. */
export class MllpClientError extends Error {
  readonly code: MllpClientErrorCode;
  readonly sent: boolean;

  constructor(code: MllpClientErrorCode, sent: boolean) {
    super(`MLLP: ${code}${sent ? ", outcome unknown" : ", not sent"}.`);
    this.name = "MllpClientError";
    this.code = code;
    this.sent = sent;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 30_000;
const WAITING_MAX = 10_000;

/**
 * Connects to an MLLP listener. Rejects with a RangeError for options that can not be used, else with an error whose
 * `code` is the system's, OpenSSL's, `connect-timeout` or `handshake-timeout`.
 */
export async function connectMllp(options: MllpClientOptions): Promise<MllpClient> {
  if ((options.windowMax ?? 1) < 1) throw new RangeError("windowMax must be at least 1.");
  const { host, port, connectTimeoutMs: connectMs = CONNECT_TIMEOUT_MS } = options;
  const secure = options.tls && secureDestination(options.tls);
  return new SocketClient(await openSocket({ host, port, connectMs, tlsHandshakeMs: connectMs, secure }), options);
}

type Sending = {
  readonly message: Uint8Array;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: MllpClientError) => void;
};

class SocketClient implements MllpClient {
  readonly #socket: Socket;
  readonly #decoder: FrameDecoder;
  readonly #windowMax: number;
  readonly #waitingMax: number;
  readonly #answerTimeoutMs: number;
  readonly #answerDeadline = new Deadline(() => this.#fail("answer-timeout"));
  readonly #closed: Promise<void>;
  #waiting: Sending[] = [];
  #onWire: Sending[] = [];
  #writeIsDue = false;
  #state: "open" | "closing" | "gone" = "open";

  constructor(socket: Socket, options: MllpClientOptions) {
    this.#socket = socket;
    this.#decoder = new FrameDecoder({ frameBytesMax: options.frameBytesMax ?? DEFAULT_MLLP_LIMITS.frameBytesMax });
    this.#windowMax = options.windowMax ?? 1;
    this.#waitingMax = options.waitingMax ?? WAITING_MAX;
    this.#answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    // "close" follows both; it is there that what is still due is rejected.
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#fail("connection-lost");
        resolve();
      });
    });
  }

  get inFlight(): number {
    return this.#onWire.length;
  }

  send(message: Uint8Array): Promise<Uint8Array> {
    const refusal = this.#refusal(message);
    if (refusal !== undefined) return Promise.reject(new MllpClientError(refusal, false));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#writeSoon();
    });
  }

  close(): Promise<void> {
    if (this.#state === "open") this.#state = "closing";
    this.#endWhenAnswered();
    return this.#closed;
  }

  #refusal(message: Uint8Array): MllpClientErrorCode | undefined {
    if (this.#state === "closing") return "closed";
    if (this.#state === "gone") return "connection-lost";
    if (!isFrameable(message)) return "not-frameable";
    return this.#waiting.length >= this.#waitingMax ? "waiting-full" : undefined;
  }

  /** Messages given in one turn leave in one write. */
  #writeSoon(): void {
    if (this.#writeIsDue || this.#onWire.length >= this.#windowMax) return;
    this.#writeIsDue = true;
    process.nextTick(() => this.#write());
  }

  #write(): void {
    this.#writeIsDue = false;
    const places = this.#windowMax - this.#onWire.length;
    if (this.#state === "gone" || places <= 0 || this.#waiting.length === 0) return;
    const leaving = this.#waiting.splice(0, places);
    if (this.#onWire.length === 0) this.#answerDeadline.set(this.#answerTimeoutMs);
    this.#onWire.push(...leaving);
    this.#socket.write(encodeFrames(leaving.map((sending) => sending.message)));
  }

  #received(chunk: Buffer): void {
    const answers = this.#answersIn(chunk);
    // Fewer due than came: some earlier answer was taken for another message's.
    if (answers === undefined || answers.length > this.#onWire.length) {
      this.#fail("bad-answer");
      return;
    }
    if (answers.length === 0) return;
    const answered = this.#onWire.splice(0, answers.length);
    if (this.#onWire.length === 0) this.#answerDeadline.clear();
    else this.#answerDeadline.set(this.#answerTimeoutMs);
    for (const [index, answer] of answers.entries()) answered[index]?.resolve(answer);
    if (this.#waiting.length > 0) this.#writeSoon();
    this.#endWhenAnswered();
  }

  /** Undefined after a fault that leaves open whose answer is whose. Bytes before an answer do not. */
  #answersIn(chunk: Buffer): Uint8Array[] | undefined {
    const answers: Uint8Array[] = [];
    for (const event of this.#decoder.push(chunk)) {
      if (event.kind === "frame") answers.push(event.bytes);
      else if (event.kind === "fault" && event.reason !== "junk-before-frame") return undefined;
    }
    return answers;
  }

  #endWhenAnswered(): void {
    if (this.#state !== "closing" || this.#onWire.length > 0 || this.#waiting.length > 0) return;
    // The peer owes nothing more: there is nothing to wait for but our own closing.
    this.#socket.destroySoon();
  }

  #fail(code: MllpClientErrorCode): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#answerDeadline.clear();
    this.#socket.destroy();
    for (const sending of this.#onWire.splice(0)) sending.reject(new MllpClientError(code, true));
    for (const sending of this.#waiting.splice(0)) sending.reject(new MllpClientError(code, false));
  }
}
