import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTlsServer,
  TLSSocket,
  type TlsOptions,
} from "node:tls";
import { onTestFinished } from "vitest";
import type { FrameAnswer } from "./answers.ts";
import type { MllpEvent, MllpPeer } from "./event.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import type { MllpLimits } from "./limits.ts";
import { type MllpServer, type MllpServerOptions, startMllpServer } from "./server.ts";

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
  readonly connection: MllpPeer;
  answer(answer?: Partial<FrameAnswer>): void;
  fail(error: unknown): void;
};

/** What a listener under test told and handed over. */
export class Ear {
  readonly events = new Arrivals<MllpEvent>();
  readonly handed = new Arrivals<Handed>();

  /** Frames wait to be answered by the test. */
  readonly onFrame: MllpServerOptions["onFrame"] = (frame, connection) => {
    const text = Buffer.from(frame).toString("latin1");
    const { promise, resolve, reject } = Promise.withResolvers<FrameAnswer>();
    this.handed.add({
      text,
      connection,
      answer: (answer) => resolve({ reply: Buffer.from(`re ${text}`, "latin1"), ...answer }),
      fail: reject,
    });
    return promise;
  };

  readonly onEvent = (event: MllpEvent): void => this.events.add(event);

  /** Resolves with the first event of a kind (and a reason or cause). */
  async event(kind: MllpEvent["kind"], why?: string): Promise<MllpEvent> {
    const isIt = (event: MllpEvent) => event.kind === kind && (why === undefined || whyOf(event) === why);
    await this.events.until((all) => all.some(isIt));
    const found = this.events.all.find(isIt);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found;
  }
}

export type Rig = Pick<Ear, "events" | "handed"> & {
  readonly server: MllpServer;
  event(kind: MllpEvent["kind"], why?: string): Promise<MllpEvent>;
  peer(): Promise<RawPeer>;
};

/** A listener on a free port of the loopback, stopped when the test ends. */
export async function startRig(
  limits: Partial<MllpLimits> = {},
  options: Pick<MllpServerOptions, "framing" | "tls" | "onFrameTooLarge"> = {},
): Promise<Rig> {
  const ear = new Ear();
  const { events, handed, onFrame, onEvent } = ear;
  const server = await startMllpServer({ host: "127.0.0.1", port: 0, limits, onEvent, onFrame, ...options });
  onTestFinished(() => server.stop(0));
  return {
    server,
    events,
    handed,
    event: (kind, why) => ear.event(kind, why),
    peer: () => RawPeer.connect(server.port),
  };
}

/** Where the code under test connects to: the test speaks through a RawPeer for every connection. */
export type FarSide = { readonly port: number; readonly peers: Arrivals<RawPeer>; stop(): Promise<void> };

export async function startFarSide(
  options: { readonly port?: number; readonly tls?: TlsOptions } = {},
): Promise<FarSide> {
  const peers = new Arrivals<RawPeer>();
  const accept = (socket: Socket) => peers.add(new RawPeer(socket));
  const server = options.tls ? createTlsServer(options.tls, accept) : createServer({ allowHalfOpen: true }, accept);
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const peer of peers.all) peer.socket.destroy();
    });
  onTestFinished(stop);
  const address = server.address();
  return { port: address !== null && typeof address === "object" ? address.port : 0, peers, stop };
}

function whyOf(event: MllpEvent): string | undefined {
  if (event.kind === "fault") return event.reason;
  return event.kind === "disconnected" || event.kind === "paused" ? event.cause : undefined;
}

/** A bare socket that writes what it is told and collects the frames that come back. */
export class RawPeer {
  readonly socket: Socket;
  readonly answers = new Arrivals<string>();
  /** Whose certificate the other end showed, if any. */
  readonly certificateSubject: string | undefined;
  readonly closed: Promise<void>;

  /** Resolves as well when the connection is refused: `closed` has resolved then. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
    return RawPeer.#ready(socket, "connect");
  }

  /** Over TLS. Resolves as well when the handshake fails: `closed` has resolved then. */
  static connectTls(port: number, options: ConnectionOptions): Promise<RawPeer> {
    const socket = connectTls({ host: "127.0.0.1", port, ...options });
    socket.allowHalfOpen = true;
    return RawPeer.#ready(socket, "secureConnect");
  }

  static async #ready(socket: Socket, event: "connect" | "secureConnect"): Promise<RawPeer> {
    const peer = new RawPeer(socket);
    const connected = new Promise<void>((resolve) => socket.once(event, () => resolve()));
    await Promise.race([connected, peer.closed]);
    return peer;
  }

  /** Takes over a socket, which is closed when the test ends. */
  constructor(socket: Socket) {
    this.socket = socket;
    this.certificateSubject = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined;
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
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
