import type { Socket } from "node:net";
import type { MllpPeer } from "./event.ts";

/** Connections by remote address, against one limit for each. */
export class Addresses {
  readonly #connectionsMax: number;
  readonly #counts = new Map<string, number>();

  constructor(connectionsMax: number) {
    this.#connectionsMax = connectionsMax;
  }

  /** False, and nothing counted, when the address is at its limit. */
  enter(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#connectionsMax) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  leave(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }
}

export function peerOf(socket: Socket, id: string): MllpPeer {
  return Object.freeze({ id, remoteAddress: plainAddress(socket.remoteAddress), remotePort: socket.remotePort ?? 0 });
}

/** An IPv4 peer of a dual-stack listener by the address it is known by. Empty when the peer was gone at once. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
