import type { Socket } from "node:net";
import { ByteBudget } from "./byte-budget.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import type { MllpEvent, MllpPeer } from "./event.ts";
import type { MllpLimits } from "./limits.ts";
import { Turns } from "./pace.ts";

/** How long a stop waits for answers in flight unless told otherwise. */
export const DRAIN_MS = 10_000;

/** The connections of one listener that are open, and what they have in common. */
export class OpenConnections {
  readonly #context: ConnectionContext;
  readonly #connections = new Set<Connection>();

  constructor(
    limits: MllpLimits,
    options: Pick<ConnectionContext, "onFrame" | "onFrameTooLarge"> & Partial<Pick<ConnectionContext, "framing">>,
    onEvent: (event: MllpEvent) => void,
  ) {
    const { onFrame, onFrameTooLarge, framing = {} } = options;
    this.#context = {
      limits,
      framing,
      budget: new ByteBudget(limits.bufferedBytesMax),
      turns: new Turns(),
      onFrame,
      onFrameTooLarge,
      onEvent,
      onClosed: (connection) => this.#connections.delete(connection),
    };
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Takes over a socket that is ready to be read. */
  add(socket: Socket, peer: MllpPeer): void {
    const connection = new Connection(socket, peer, this.#context);
    this.#connections.add(connection);
    connection.start();
  }

  /** Resolves when every connection has closed and told so; after `drainMs` they are cut off. */
  async stop(drainMs: number): Promise<void> {
    const told = [...this.#connections].map((connection) => connection.stop());
    const drained = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, drainMs);
    await Promise.all(told);
    clearTimeout(drained);
  }
}
