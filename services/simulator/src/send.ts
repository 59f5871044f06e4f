import { setTimeout as sleep } from "node:timers/promises";
import { controlIdOf, type FeedDialect, peek, wantsAcknowledgement } from "@chesil/hl7";
import { Lane } from "./lane.ts";
import { hashText } from "./random.ts";
import { type SendProgress, type SendReport, Tally } from "./tally.ts";

/** A sender that behaves as interface engines do: stop-and-wait, in order, at least once. */

export type SendOptions = {
  /** One HL7 message each, without MLLP framing. Read no faster than they are sent. */
  readonly messages: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly host: string;
  readonly port: number;
  /** 1. Messages of one patient share a connection, so that they stay in order over any number. */
  readonly connections?: number;
  /** Messages a second over all connections; as fast as they are answered when not given. */
  readonly ratePerSecond?: number;
  /**
   * 1, stop-and-wait, as MLLP senders do. More leaves that many of one connection unanswered on the wire; after a lost
   * connection they go out again in order, but a receiver that took a later one without an earlier has them out of it.
   */
  readonly windowMax?: number;
  /** 30 s: the longest wait for an answer; then the connection is given up and the message sent again. */
  readonly answerTimeoutMs?: number;
  /** 10: connections lost or refused one after another, without a verdict between, before the sending is given up. */
  readonly reconnectsMax?: number;
  /** 100 ms before the first reconnection, twice as long before each one after, up to 5 s. */
  readonly backOffMs?: number;
  /** Called now and then, not for every message, and once at the end. */
  readonly onProgress?: (progress: SendProgress) => void;
  /** Ends the sending early, at the next message read: those on the wire still get their answer, nothing new is sent. */
  readonly signal?: AbortSignal;
};

export const CONNECTIONS_MAX = 256;
export const WINDOW_MAX = 256;
const ANSWER_TIMEOUT_MS = 30_000;
const RECONNECTS_MAX = 10;
const BACK_OFF_MS = 100;
const BACK_OFF_MAX_MS = 5000;
const PROGRESS_EVERY_MS = 200;

/** Only for dealing messages to connections: any authority will do where a sender leaves it out. */
const DIALECT: FeedDialect = { defaultAuthority: "SENDER" };

/**
 * Sends messages over MLLP and reports what became of each.
 *
 * A connection that breaks is opened again and its unanswered messages are sent once more (`resent`), so the receiver
 * may see a message twice and never loses one. A negative acknowledgement is a verdict: it is not sent again.
 * Messages are dealt to connections by their first identity; one that names several (a merge) waits until the
 * connections of all of them are quiet. Rejects with a RangeError for options out of limits, and with whatever
 * reading `messages` throws. A receiver that can not be reached is not an exception: the report says `stopped`.
 */
export async function sendMessages(options: SendOptions): Promise<SendReport> {
  const { connections = 1, windowMax = 1, ratePerSecond, signal } = options;
  requireWhole("connections", connections, CONNECTIONS_MAX);
  requireWhole("windowMax", windowMax, WINDOW_MAX);
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new RangeError("ratePerSecond must be above 0.");

  const tally = new Tally();
  const halt = new AbortController();
  let unreachable = false;
  const stop = signal === undefined ? halt.signal : AbortSignal.any([signal, halt.signal]);
  const onVerdict = progressOf(options, tally);
  const lanes = Array.from({ length: connections }, () => {
    const give = { host: options.host, port: options.port, windowMax, stop, onVerdict };
    const onUnreachable = (): void => {
      unreachable = true;
      halt.abort();
    };
    return new Lane({ ...give, ...waitsOf(options), onUnreachable }, tally);
  });
  try {
    await dealAll(options, lanes, tally, stop);
    await Promise.all(lanes.map((lane) => lane.idle()));
  } finally {
    // Also when the source failed: what is queued is dropped, the sockets are closed.
    halt.abort();
    await Promise.all(lanes.map((lane) => lane.idle()));
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  options.onProgress?.(tally.progress());
  return tally.report(unreachable ? "unreachable" : signal?.aborted ? "aborted" : undefined);
}

function requireWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${max}.`);
}

function waitsOf(options: SendOptions) {
  return {
    answerTimeoutMs: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    reconnectsMax: options.reconnectsMax ?? RECONNECTS_MAX,
    backOffMs: options.backOffMs ?? BACK_OFF_MS,
    backOffMaxMs: Math.max(options.backOffMs ?? 0, BACK_OFF_MAX_MS),
  };
}

function progressOf({ onProgress }: SendOptions, tally: Tally): () => void {
  let toldAtMs = performance.now();
  return () => {
    if (onProgress === undefined || performance.now() - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = performance.now();
    onProgress(tally.progress());
  };
}

async function dealAll(options: SendOptions, lanes: readonly Lane[], tally: Tally, stop: AbortSignal): Promise<void> {
  const startedAtMs = performance.now();
  const gapMs = options.ratePerSecond === undefined ? 0 : 1000 / options.ratePerSecond;
  if (stop.aborted) return;
  for await (const bytes of options.messages) {
    const index = tally.taken++;
    await deal({ index, bytes, controlId: controlIdOf(bytes) }, lanes, tally);
    const waitMs = startedAtMs + tally.taken * gapMs - performance.now();
    // An aborted wait is over, which is all that is wanted of it.
    if (gapMs > 0 && waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
  }
}

async function deal(message: Parameters<Lane["take"]>[0], lanes: readonly Lane[], tally: Tally): Promise<void> {
  const peeked = peek(message.bytes, DIALECT);
  const answered = peeked.ok || peeked.acknowledge;
  const header = peeked.header;
  if (!answered || !(wantsAcknowledgement(header, "accept") && wantsAcknowledgement(header, "reject"))) {
    tally.skipped.push({ index: message.index, why: "never-answered" });
    return;
  }
  const named = (peeked.ok ? peeked.identities : []).map((identity) => lanes[hashText(identity) % lanes.length]);
  const [lane = lanes[message.index % lanes.length], ...others] = named;
  if (lane === undefined) throw new RangeError("A sending without connections.");
  const apart = others.filter((other) => other !== undefined && other !== lane);
  if (apart.length === 0) {
    await lane.room();
    lane.take(message);
    return;
  }
  // A merge orders two patients: everything before it of either is answered first, nothing after it starts early.
  await Promise.all([lane, ...apart].map((each) => each?.idle()));
  lane.take(message);
  await lane.idle();
}
