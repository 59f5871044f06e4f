import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { mutantOf, Random } from "../packages/hl7/src/mutation.ts";
import { chunksAtRandom, FrameReference, framedAtRandom } from "./wire-fuzz-framing.ts";

/** What one connection sends, and what that means by the standard. */
export type Session = {
  readonly inputs: number;
  readonly chunks: readonly Buffer[];
  /** Whole frames, in order, and the faults around them. */
  readonly frames: readonly Buffer[];
  readonly faults: readonly string[];
  /** The sender vanishes with its last byte instead of closing its side and reading on. */
  readonly isCut: boolean;
};

/** What came of it. */
export type SessionResult = { readonly session: Session; readonly localPort: number; readonly answers: Buffer[] };

const SESSION_INPUTS_MAX = 40;
const SESSION_BYTES_MAX = 1024 * 1024;

/** Mutants `from` and those after it, as long as the connection can be expected to live. */
export function sessionOf(corpus: readonly Uint8Array[], seed: number, from: number, inputsMax: number): Session {
  const random = new Random((seed ^ Math.imul(from + 1, 0x85ebca6b)) >>> 0);
  const most = Math.min(inputsMax, 1 + random.below(SESSION_INPUTS_MAX));
  const reference = new FrameReference();
  const sent: Buffer[] = [];
  let bytes = 0;
  while (sent.length < most && bytes < SESSION_BYTES_MAX && !reference.hasEnded) {
    const index = from + sent.length;
    const before = sent.at(-1);
    // Now and then the same bytes again, as a sender does that has missed an answer.
    const isResend = before !== undefined && random.below(12) === 0;
    // A good one between them: what mutants leave behind must not harm it.
    const isGood = random.below(4) === 0;
    const message = isGood ? (random.oneOf(corpus) ?? Buffer.alloc(0)) : mutantOf(corpus, seed, index);
    const next = isResend ? before : framedAtRandom(withControlId(message, `F${index.toString(36)}`, random), random);
    sent.push(next);
    reference.push(next);
    bytes += next.length;
  }
  reference.end();
  return {
    inputs: sent.length,
    chunks: chunksAtRandom(Buffer.concat(sent), random),
    frames: reference.frames,
    faults: reference.faults,
    isCut: random.below(12) === 0,
  };
}

/** Most mutants get a control id of their own, or the journal would see little but conflicts. */
function withControlId(message: Uint8Array, controlId: string, random: Random): Uint8Array {
  const text = Buffer.from(message).toString("latin1");
  const header = /^MSH(.)[^\r\n]*/.exec(text)?.[0];
  if (header === undefined || random.below(4) === 0) return message;
  const fields = header.split(header.charAt(3));
  if (fields.length < 10) return message;
  fields[9] = controlId;
  return Buffer.from(fields.join(header.charAt(3)) + text.slice(header.length), "latin1");
}

/** Sends a session and reads until the other side has closed. */
export async function play(port: number, session: Session): Promise<SessionResult> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
  // The other side may hang up first: that is for the one who reads the answers to judge.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const reference = new FrameReference();
  socket.on("data", (chunk: Buffer) => reference.push(chunk));
  socket.on("end", () => socket.end());
  await once(socket, "connect");
  const localPort = socket.localPort ?? 0;
  for (const chunk of session.chunks) await written(socket, chunk, closed);
  if (session.isCut) socket.destroy();
  else socket.end();
  await closed;
  if (!session.isCut && reference.faults.length > 0)
    throw new Error(`Answers are no MLLP: ${reference.faults.join()}.`);
  return { session, localPort, answers: reference.frames };
}

async function written(socket: Socket, chunk: Buffer, closed: Promise<void>): Promise<void> {
  if (socket.destroyed || !socket.writable) return;
  if (!socket.write(chunk)) await Promise.race([once(socket, "drain").catch(() => {}), closed]);
  // Small pieces are to arrive as such.
  else if (chunk.length < 1_000) await turn();
}
