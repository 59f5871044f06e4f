import type { Socket } from "node:net";
import { Deadline } from "./deadline.ts";
import { encodeFrames, FrameDecoder } from "./frame.ts";

/**
 * What an answer is to a message. "accept": the receiver has it safe, and the application's own answer follows. "final":
 * nothing follows. undefined: it belongs to another message, or to none.
 */
export type AnswerStage = "accept" | "final" | undefined;

export type Answers = { readonly answer: Uint8Array; readonly accept?: Uint8Array };

/** Why one attempt had no answer, or not the last of them: `accept` had come by then. */
export class AttemptError extends Error {
  readonly code: string;
  readonly accept: Uint8Array | undefined;

  constructor(code: string, accept?: Uint8Array) {
    super(`MLLP: ${code}.`);
    this.name = "AttemptError";
    this.code = code;
    this.accept = accept;
  }
}

export type SenderConnectionOptions = {
  readonly answerBytesMax: number;
  /** The longest wait for each answer. */
  readonly answerMs: number;
  readonly expect: "accept" | "application";
  readonly matches: (answer: Uint8Array, message: Uint8Array) => AnswerStage;
  readonly onUnmatched: (answer: Uint8Array) => void;
  readonly onClosed: () => void;
};

type Asking = {
  readonly message: Uint8Array;
  accept: Uint8Array | undefined;
  readonly resolve: (answers: Answers) => void;
  readonly reject: (error: AttemptError) => void;
};

/** One connection of a sender, with at most one message on it that waits for its answer. */
export class SenderConnection {
  readonly #socket: Socket;
  readonly #options: SenderConnectionOptions;
  readonly #decoder: FrameDecoder;
  readonly #deadline = new Deadline(() => this.#lose("answer-timeout"));
  readonly closed: Promise<void>;
  #asking: Asking | undefined;
  #isOpen = true;

  constructor(socket: Socket, options: SenderConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#decoder = new FrameDecoder({ frameBytesMax: options.answerBytesMax });
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    // "close" follows both; it is there that the connection is lost.
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#lose("connection-lost");
        options.onClosed();
        resolve();
      });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends one message and waits for its answers. Rejects with an AttemptError; the connection is gone then. */
  ask(message: Uint8Array): Promise<Answers> {
    return new Promise((resolve, reject) => {
      this.#asking = { message, accept: undefined, resolve, reject };
      this.#deadline.set(this.#options.answerMs);
      this.#socket.write(encodeFrames([message]));
    });
  }

  /** Resolves once the operating system has all of the message, which a peer that does not read can hold up. */
  tell(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#deadline.set(this.#options.answerMs);
      this.#socket.write(encodeFrames([message]), (error) => {
        this.#deadline.clear();
        if (error) reject(new AttemptError("connection-lost"));
        else resolve();
      });
    });
  }

  /** What was written still leaves. */
  end(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    for (const event of this.#decoder.push(chunk)) {
      if (event.kind === "frame") this.#answered(event.bytes);
    }
    // Junk and frames given up are no answers, but leave the next one readable. After anything worse nothing is.
    if (this.#decoder.state === "ended") this.#lose("bad-answer");
  }

  #answered(answer: Uint8Array): void {
    const asking = this.#asking;
    const stage = asking && this.#options.matches(answer, asking.message);
    if (asking === undefined || stage === undefined) {
      this.#options.onUnmatched(answer);
    } else if (stage === "accept" && this.#options.expect === "application") {
      asking.accept ??= answer;
      this.#deadline.set(this.#options.answerMs);
    } else {
      this.#asking = undefined;
      this.#deadline.clear();
      asking.resolve({ answer, ...(asking.accept && { accept: asking.accept }) });
    }
  }

  #lose(code: string): void {
    this.#isOpen = false;
    this.#deadline.clear();
    this.#socket.destroy();
    const asking = this.#asking;
    this.#asking = undefined;
    asking?.reject(new AttemptError(code, asking.accept));
  }
}
