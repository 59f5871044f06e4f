import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export type Handled = {
  readonly handled: string;
  readonly length: number;
  readonly head: string;
  readonly isWhole: boolean;
};

/** How long a row waits for what should come, and for what should not. */
const EXPECTED_MS_MAX = 2_000;
const SILENCE_MS = 150;

/** A listener under test: the process, what reached its handler, and connections to it. */
export class Listener {
  readonly handled: Handled[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #port = 0;
  #hasExited = false;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    child.once("exit", () => {
      this.#hasExited = true;
    });
  }

  static async start(name: string): Promise<Listener> {
    const script = fileURLToPath(new URL("framing-peer.ts", import.meta.url));
    const listener = new Listener(spawn(process.execPath, [script, name], { stdio: ["pipe", "pipe", "ignore"] }));
    const lines = createInterface({ input: listener.#child.stdout });
    await new Promise<void>((resolve, reject) => {
      listener.#child.once("exit", () => reject(new Error(`${name} did not start.`)));
      lines.on("line", (line) => {
        if (!line.startsWith("{")) return;
        const said = JSON.parse(line) as Handled & { port?: number };
        if (said.port === undefined) {
          listener.handled.push(said);
          return;
        }
        listener.#port = said.port;
        resolve();
      });
    });
    return listener;
  }

  get isAlive(): boolean {
    return !this.#hasExited;
  }

  /** Resident memory of the process, where the system tells. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async connect(): Promise<Wire> {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    await once(socket, "connect");
    return new Wire(socket);
  }

  /** The control ids that reached the handler, once there are `count` of them and no more come. */
  async heard(count: number): Promise<string[]> {
    const until = performance.now() + EXPECTED_MS_MAX;
    while (this.handled.length < count && performance.now() < until && this.isAlive) await sleep(5);
    await sleep(SILENCE_MS);
    return this.handled.map((each) => each.handled);
  }

  async stop(): Promise<void> {
    if (this.#hasExited) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

/** A connection, and everything that came back on it. */
export class Wire {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
    });
  }

  /** Each piece in a write of its own. */
  async send(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    for (const piece of pieces) {
      if (this.isClosed) return;
      this.socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
      await sleep(pieces.length > 20 ? 0 : 10);
    }
  }

  get text(): string {
    return this.#received.toString("latin1");
  }

  /** The answers so far: MSA-1 and MSA-2 of each frame. */
  get answers(): string[] {
    const answers: string[] = [];
    for (const frame of this.text.split("\x0b")) {
      const [answer = "", ...end] = frame.split("\x1c");
      const found = end.length > 0 ? /MSA\|([AC][AER])\|([^|\r]*)/.exec(answer) : null;
      if (found) answers.push(`${found[1]} ${found[2]}`);
    }
    return answers;
  }

  async answered(count: number): Promise<string[]> {
    const until = performance.now() + EXPECTED_MS_MAX;
    while (this.answers.length < count && performance.now() < until && !this.isClosed) await sleep(5);
    await sleep(SILENCE_MS);
    return this.answers;
  }

  close(): void {
    this.socket.destroy();
  }
}
