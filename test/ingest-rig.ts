import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { type IngestHandle, type IngestTelemetry, type MllpFeed, startIngest } from "@chesil/ingest";
import { connectMllp, encodeFrame, FrameDecoder } from "@chesil/mllp";
import type { Database } from "@chesil/store";
import { onTestFinished } from "vitest";
import { freshDatabase } from "./database.ts";
import { DIALECT } from "./region.ts";

/** A listener on a real database, for tests of what stands between a socket and the journal. */

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** What is told of a running ingest, in order. */
export type Told = {
  readonly received: string[];
  readonly failures: string[];
  readonly wire: string[];
  readonly batchFaults: string[];
  readonly undelivered: string[];
};

export const feed = (changes: Partial<MllpFeed> = {}): MllpFeed =>
  ({ name: "test", host: "127.0.0.1", port: 0, dialect: DIALECT, reuseWindowHours: 24, ...changes }) as MllpFeed;

export type Rig = {
  readonly database: Database;
  readonly ingest: IngestHandle;
  readonly told: Told;
  portOf(feed?: string): number;
};

/** Ingest on an empty database; both are gone when the test ends. */
export async function startRig(...feeds: MllpFeed[]): Promise<Rig> {
  const told: Told = { received: [], failures: [], wire: [], batchFaults: [], undelivered: [] };
  const telemetry: IngestTelemetry = {
    received: (_, kind) => told.received.push(kind),
    queried: () => {},
    acknowledged: () => {},
    connections: () => {},
    wire: (_, event) => told.wire.push(event.kind === "fault" ? event.reason : event.kind),
    batchFault: (_, reason) => told.batchFaults.push(reason),
    storageFailed: (_, code) => told.failures.push(code),
    undelivered: (_, code) => told.undelivered.push(code),
  };
  const database = await freshDatabase();
  onTestFinished(() => database.close());
  const wanted = feeds.length > 0 ? feeds : [feed()];
  const ingest = await startIngest({ database, feeds: wanted, telemetry, now: () => new Date() });
  onTestFinished(() => ingest.stop());
  const portOf = (name = wanted[0]?.name) => ingest.feeds().find((each) => each.name === name)?.port ?? 0;
  return { database, ingest, told, portOf };
}

/** A client of ours, closed when the test ends. */
export async function client(port: number, options: Omit<Parameters<typeof connectMllp>[0], "host" | "port"> = {}) {
  const connected = await connectMllp({ host: "127.0.0.1", port, ...options });
  onTestFinished(() => connected.close());
  return connected;
}

/** The other end of bare connections, with what they brought. */
export type Peer = {
  readonly port: number;
  connections(): number;
  /** Cuts every connection and takes no more. */
  close(): Promise<void>;
  /** The frames received, of all connections, once there are as many. */
  received(count: number): Promise<string[]>;
  /** Sends on every connection there is, once there is one. */
  send(...messages: Uint8Array[]): Promise<void>;
};

/** A listener that keeps what it is sent: the sender behind a feed that dials, or the place acknowledgements go to. */
export async function peer(at = 0): Promise<Peer> {
  const sockets = new Sockets();
  const server = createServer((socket) => sockets.add(socket));
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = async () => {
    sockets.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  onTestFinished(close);
  return { ...sockets.peer(), port, close };
}

/** A sender without any idea of what it may expect. */
export async function bareSender(port: number): Promise<Peer> {
  const sockets = new Sockets();
  const socket = createConnection(port, "127.0.0.1");
  await once(socket, "connect");
  sockets.add(socket);
  const close = async () => sockets.destroy();
  onTestFinished(close);
  return { ...sockets.peer(), port, close };
}

class Sockets {
  readonly #sockets = new Set<Socket>();
  readonly #frames: string[] = [];
  readonly #waiting = new Set<() => void>();

  add(socket: Socket): void {
    const decoder = new FrameDecoder({ frameBytesMax: 1024 * 1024 });
    this.#sockets.add(socket);
    this.#changed();
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      for (const event of decoder.push(chunk)) if (event.kind === "frame") this.#frames.push(text(event.bytes));
      this.#changed();
    });
  }

  peer(): Omit<Peer, "port" | "close"> {
    return {
      connections: () => this.#sockets.size,
      received: async (count) => {
        await this.#until(() => this.#frames.length >= count);
        return this.#frames;
      },
      send: async (...messages) => {
        await this.#until(() => this.#sockets.size > 0);
        for (const socket of this.#sockets) socket.write(Buffer.concat(messages.map((each) => encodeFrame(each))));
      },
    };
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }

  #until(enough: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!enough()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
