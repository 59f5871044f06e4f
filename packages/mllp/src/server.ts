import { createServer, type Server, type Socket } from "node:net";
import type { FrameAnswer } from "./answers.ts";
import { ByteBudget } from "./byte-budget.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import type { MllpEvent, MllpPeer } from "./event.ts";
import { completeLimits, type MllpLimits } from "./limits.ts";

export type MllpServerOptions = {
  readonly host: string;
  /** 0: a free one is chosen. */
  readonly port: number;
  readonly limits?: Partial<MllpLimits>;
  /**
   * Called once for each whole frame, in order of arrival, many at a time (`framesInFlightMax` a connection). It must
   * settle. The frame is the message without VT and FS CR. Answers leave in order of arrival, whatever order they
   * resolve in. A rejection is a passing fault: the frame gets no answer, frames after it get none either, and the
   * connection closes once those before it are answered, so that the sender connects again and resends.
   */
  readonly onFrame: (frame: Uint8Array, connection: MllpPeer) => Promise<FrameAnswer>;
  /** Must not throw. */
  readonly onEvent?: (event: MllpEvent) => void;
};

export type MllpServer = {
  readonly port: number;
  /** Connections open now. */
  connections(): number;
  /**
   * Accepts and reads no more, waits for the answers in flight, closes. After `drainMs` what is left is cut off.
   * Resolves when no connection is left. A second call joins the first.
   */
  stop(drainMs?: number): Promise<void>;
};

const DRAIN_MS = 10_000;

/** Listens for MLLP. Rejects when the address can not be listened on; throws a RangeError for bad limits. */
export async function startMllpServer(options: MllpServerOptions): Promise<MllpServer> {
  const limits = completeLimits(options.limits);
  const onEvent = options.onEvent ?? (() => {});
  const connections = new Set<Connection>();
  const context: ConnectionContext = {
    limits,
    budget: new ByteBudget(limits.bufferedBytesMax),
    onFrame: options.onFrame,
    onEvent,
    onClosed: (connection) => connections.delete(connection),
  };
  let accepted = 0;

  const server = createServer({
    // A peer may close its side and still wait for its answers.
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.keepAliveMs,
  });
  server.maxConnections = limits.connectionsMax;
  server.on("connection", (socket: Socket) => {
    accepted++;
    const connection = new Connection(socket, peerOf(socket, String(accepted)), context);
    connections.add(connection);
    connection.start();
  });
  server.on("drop", (data) => onEvent({ kind: "refused", remoteAddress: plainAddress(data?.remoteAddress) }));

  const port = await listen(server, options.host, options.port);
  // From here an error means one connection could not be accepted (no descriptor left): the others go on.
  server.on("error", (error: NodeJS.ErrnoException) => onEvent({ kind: "accept-failed", code: error.code ?? "" }));

  let stopping: Promise<void> | undefined;
  return {
    port,
    connections: () => connections.size,
    stop: (drainMs = DRAIN_MS) => {
      stopping ??= stop(server, connections, drainMs);
      return stopping;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

async function stop(server: Server, connections: ReadonlySet<Connection>, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // The server may close before the last connection has told that it did.
  const told = [...connections].map((connection) => connection.stop());
  const drained = setTimeout(() => {
    for (const connection of connections) connection.destroy();
  }, drainMs);
  await Promise.all([closed, ...told]);
  clearTimeout(drained);
}

function peerOf(socket: Socket, id: string): MllpPeer {
  return Object.freeze({ id, remoteAddress: plainAddress(socket.remoteAddress), remotePort: socket.remotePort ?? 0 });
}

/** An IPv4 peer of a dual-stack listener by the address it is known by. Empty when the peer was gone at once. */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
