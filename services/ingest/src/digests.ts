import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { contentWithoutTransport } from "@chesil/hl7";

/** What a message is known by: its bytes, and its bytes without what a resend may stamp anew. */
export type Digests = { readonly sha256: Buffer; readonly contentSha256: Buffer };

/** Hashed between two turns of the event loop: some milliseconds. */
const BYTES_A_TURN = 2 * 1024 * 1024;

export function digestsOf(message: Uint8Array): Digests {
  return { sha256: sha256([message]), contentSha256: sha256(contentWithoutTransport(message)) };
}

/** The same for a message of any size, with a turn for everybody else now and then. */
export async function digestsInTurns(message: Uint8Array): Promise<Digests> {
  const digest = await sha256InTurns([message]);
  return { sha256: digest, contentSha256: await sha256InTurns(contentWithoutTransport(message)) };
}

function sha256(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

async function sha256InTurns(pieces: readonly Uint8Array[]): Promise<Buffer> {
  const hash = createHash("sha256");
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += BYTES_A_TURN) {
      hash.update(piece.subarray(from, from + BYTES_A_TURN));
      if (piece.length > BYTES_A_TURN) await turn();
    }
  }
  return hash.digest();
}
