import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { FrameAnswer } from "./answers.ts";
import type { MllpEvent } from "./event.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import type { MllpLimits } from "./limits.ts";
import { type MllpServer, startMllpServer } from "./server.ts";

/** For tests: things that arrive over time, and a way to wait for them without a clock. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const look of this.#waiting) look();
  }

  /** Resolves once everything so far passes `enough`. The test's own time limit is the only other end. */
  until(enough: (all: readonly T[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!enough(this.all)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  count(atLeast: number): Promise<void> {
    return this.until((all) => all.length >= atLeast);
  }
}

/** A frame that the handler has, with the means to answer it. */
export type Handed = {
  readonly text: string;
  readonly connectionId: string;
  answer(answer?: Partial<FrameAnswer>): void;
  fail(error: unknown): void;
};

export type Rig = {
  readonly server: MllpServer;
  readonly events: Arrivals<MllpEvent>;
  readonly handed: Arrivals<Handed>;
  /** Resolves with the first event of a kind (and a reason or cause). */
  event(kind: MllpEvent["kind"], why?: string): Promise<MllpEvent>;
  peer(): Promise<RawPeer>;
};

/** A listener on a free port of the loopback, stopped when the test ends. Frames wait to be answered by the test. */
export async function startRig(limits: Partial<MllpLimits> = {}): Promise<Rig> {
  const events = new Arrivals<MllpEvent>();
  const handed = new Arrivals<Handed>();
  const server = await startMllpServer({
    host: "127.0.0.1",
    port: 0,
    limits,
    onEvent: (event) => events.add(event),
    onFrame: (frame, { id }) => {
      const text = Buffer.from(frame).toString("latin1");
      const { promise, resolve, reject } = Promise.withResolvers<FrameAnswer>();
      handed.add({
        text,
        connectionId: id,
        answer: (answer) => resolve({ reply: Buffer.from(`re ${text}`, "latin1"), ...answer }),
        fail: reject,
      });
      return promise;
    },
  });
  onTestFinished(() => server.stop(0));
  return {
    server,
    events,
    handed,
    event: async (kind, why) => {
      const isIt = (event: MllpEvent) => event.kind === kind && (why === undefined || whyOf(event) === why);
      await events.until((all) => all.some(isIt));
      const found = events.all.find(isIt);
      if (found === undefined) throw new Error(`no ${kind}`);
      return found;
    },
    peer: () => RawPeer.connect(server.port),
  };
}

function whyOf(event: MllpEvent): string | undefined {
  if (event.kind === "fault") return event.reason;
  return event.kind === "disconnected" || event.kind === "paused" ? event.cause : undefined;
}

/** A bare socket that writes what it is told and collects the frames that come back. */
export class RawPeer {
  readonly socket: Socket;
  readonly answers = new Arrivals<string>();
  readonly closed: Promise<void>;

  /** Resolves as well when the connection is refused: `closed` has resolved then. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
    const peer = new RawPeer(socket);
    const connected = new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    await Promise.race([connected, peer.closed]);
    return peer;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    const decoder = new FrameDecoder({ frameBytesMax: 64 * 1024 * 1024 });
    socket.on("data", (chunk: Buffer) => {
      for (const event of decoder.push(chunk)) {
        this.answers.add(event.kind === "frame" ? Buffer.from(event.bytes).toString("latin1") : event.kind);
      }
    });
    socket.on("end", () => socket.end());
  }

  write(text: string): void {
    this.socket.write(Buffer.from(text, "latin1"));
  }

  send(...messages: string[]): void {
    this.socket.write(Buffer.concat(messages.map((message) => encodeFrame(Buffer.from(message, "latin1")))));
  }
}
