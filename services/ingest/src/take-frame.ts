import { setImmediate as turn } from "node:timers/promises";
import {
  acknowledgeBatch,
  type BatchEnvelope,
  type FeedDialect,
  type FrameContent,
  openFrameContent,
} from "@chesil/hl7";
import type { MllpPeer } from "@chesil/mllp";
import type { Appended, Arrival } from "@chesil/store";
import { arrivalOf, emptyBatchArrival, type FramedArrival, isQuery, type Receipt, tooLargeAnswer } from "./arrival.ts";
import { type Digests, digestsInTurns, digestsOf } from "./digests.ts";
import type { Feed } from "./feed.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { IngestTelemetry } from "./telemetry.ts";

/** What goes back for one frame, in order; nothing where nobody waits for an answer. */
export type FrameTaken = { readonly replies: Uint8Array[]; readonly receivedAt: Date };

/** A batch whose envelope does not agree with its messages: reason and evidence for operations. */
export type BatchFault = { readonly reason: "batch-envelope"; readonly bytes: Uint8Array };

/**
 * Answers a query afresh, whatever was answered before; who may see what, and that it is on record, is its affair.
 * Rejects when it can not just now.
 */
export type AnswerQuery = (query: {
  readonly message: Uint8Array;
  readonly feed: string;
  readonly dialect: FeedDialect;
  /** For the answer's MSH-10. */
  readonly controlId: string;
  readonly receivedAt: Date;
}) => Promise<Uint8Array>;

/** A frame of more than this is opened in several turns of the event loop, so that nobody else waits for it. */
const MESSAGES_A_TURN = 256;
const BYTES_A_TURN = 1024 * 1024;

/**
 * Frame, peek, commit, answer: in that order, so that an acknowledgement is never a lie. A frame holds one message, or
 * several, or a batch; each message is judged and kept for itself.
 */
export class FrameTaker {
  readonly #commits: Pick<GroupCommit, "commit">;
  readonly #telemetry: IngestTelemetry;
  readonly #now: () => Date;
  readonly #nextControlId: () => string;
  readonly #onBatchFault: (feed: string, peer: MllpPeer, fault: BatchFault) => void;
  readonly #answerQuery: AnswerQuery | undefined;
  /** Connections whose frame at hand is so large that it is opened in turns: their next frames wait, in order. */
  readonly #opening = new Map<MllpPeer, Promise<unknown>>();

  constructor(options: {
    commits: Pick<GroupCommit, "commit">;
    telemetry: IngestTelemetry;
    now: () => Date;
    nextControlId: () => string;
    onBatchFault: (feed: string, peer: MllpPeer, fault: BatchFault) => void;
    answerQuery?: AnswerQuery | undefined;
  }) {
    this.#commits = options.commits;
    this.#telemetry = options.telemetry;
    this.#now = options.now;
    this.#nextControlId = options.nextControlId;
    this.#onBatchFault = options.onBatchFault;
    this.#answerQuery = options.answerQuery;
  }

  /** Rejects when something of the frame could not be stored and its sender is not to be, or can not be, told so. */
  async take(frame: Uint8Array, feed: Feed, peer: MllpPeer): Promise<FrameTaken> {
    while (this.#opening.has(peer)) await this.#opening.get(peer);
    const began = performance.now();
    const content = contentOf(frame, feed);
    const receivedAt = this.#now();
    const between = new Map((content.envelope?.between ?? []).map((slice) => [slice.byteOffset + slice.length, slice]));
    const taking: Taking = { content, feed, peer, receivedAt, between };
    if (content.envelope && content.envelope.faults.length > 0)
      this.#onBatchFault(feed.name, peer, { reason: "batch-envelope", bytes: content.envelope.header });
    const isLarge = frame.length > BYTES_A_TURN || content.messages.length > MESSAGES_A_TURN;
    const answers = isLarge
      ? await this.#commitInTurns(taking)
      : content.messages.map((message, index) =>
          this.#answer(taking, this.#arrival(taking, index, digestsOf(message))),
        );
    const replies = this.#replies(taking, await Promise.all(answers));
    this.#telemetry.acknowledged(feed.name, (performance.now() - began) / 1000);
    return { replies, receivedAt };
  }

  /** What goes back for a frame over the limit, of which nothing is kept, by its beginning. */
  refuseTooLarge(beginning: Uint8Array, feed: Feed, bytesMax: number): Uint8Array[] {
    const receipt = { answerControlId: this.#nextControlId(), receivedAt: this.#now() };
    const answer = tooLargeAnswer(beginning, feed, bytesMax, receipt);
    return answer === null ? [] : [answer];
  }

  /** Hands over a large frame's messages, bit by bit, before anything that comes after it on its connection. */
  #commitInTurns(taking: Taking): Promise<Promise<Uint8Array | null>[]> {
    const { peer, content } = taking;
    const handOver = async () => {
      const answers: Promise<Uint8Array | null>[] = [];
      let bytes = 0;
      for (const [index, message] of content.messages.entries()) {
        bytes += message.length;
        if (index % MESSAGES_A_TURN === MESSAGES_A_TURN - 1 || bytes > BYTES_A_TURN) {
          bytes = 0;
          // What was handed over is stored before more is: a frame of many small messages is many times its own size.
          await Promise.allSettled(answers);
          await turn();
        }
        const arrival = this.#arrival(taking, index, await digestsInTurns(message));
        // Reading a large message and handing it to the database are some milliseconds each.
        if (message.length > BYTES_A_TURN) await turn();
        const answer = this.#answer(taking, arrival);
        // Looked at when all are handed over; until then a failure is nobody's surprise.
        answer.catch(() => {});
        answers.push(answer);
      }
      return answers;
    };
    const opening = handOver().finally(() => this.#opening.delete(peer));
    this.#opening.set(peer, opening);
    return opening;
  }

  /** A message is committed and then answered; a query is only answered, on a feed that may ask. */
  #answer(taking: Taking, arrival: FramedArrival): Promise<Uint8Array | null> {
    const ask = taking.feed.queries && isQuery(arrival) ? this.#answerQuery : undefined;
    return ask === undefined ? this.#commit(taking, arrival) : this.#ask(ask, taking, arrival);
  }

  async #ask(ask: AnswerQuery, { feed, receivedAt }: Taking, arrival: FramedArrival): Promise<Uint8Array | null> {
    const { raw: message } = arrival;
    const { name, dialect } = feed;
    try {
      const answer = await ask({ message, feed: name, dialect, controlId: this.#nextControlId(), receivedAt });
      this.#telemetry.queried(name, receivedAt);
      return answer;
    } catch (error) {
      return this.#notTaken(name, arrival, error);
    }
  }

  /** The answer that is due; rejects where there is none to give. */
  async #commit({ feed, receivedAt }: Taking, arrival: FramedArrival): Promise<Uint8Array | null> {
    let appended: Appended;
    try {
      appended = await this.#commits.commit(arrival);
    } catch (error) {
      return this.#notTaken(feed.name, arrival, error);
    }
    this.#telemetry.received(feed.name, appended.kind, receivedAt);
    return appended.answer;
  }

  /** What is told of what could not be stored, or answered, just now; throws where its sender is not told. */
  #notTaken(feed: string, arrival: FramedArrival, error: unknown): Uint8Array {
    this.#telemetry.storageFailed(feed, String((error as { code?: unknown }).code ?? "unknown"));
    const { bytes } = arrival.storageAnswer();
    // Who is not told must notice: its connection closes, and it sends again.
    if (bytes === null) throw error;
    return bytes;
  }

  #arrival(taking: Taking, index: number, digests: Digests): FramedArrival {
    const { content, feed, peer, receivedAt } = taking;
    const receipt: Receipt = {
      connection: `${peer.remoteAddress}/${peer.id}`,
      ...(peer.certificate ? { certificate: peer.certificate.fingerprint256 } : {}),
      receivedAt,
      answerControlId: this.#nextControlId(),
    };
    const message = content.messages[index] ?? new Uint8Array();
    if (content.emptyBatch) return emptyBatchArrival(message, content.emptyBatch, feed, receipt, digests);
    const arrival = arrivalOf(message, feed, receipt, digests);
    const envelope = envelopeBefore(taking, index);
    return envelope === undefined ? arrival : { ...arrival, envelope };
  }

  #replies({ content, receivedAt }: Taking, answers: readonly (Uint8Array | null)[]): Uint8Array[] {
    if (content.envelope === undefined) return answers.filter((answer) => answer !== null);
    const batch = acknowledgeBatch({
      envelope: content.envelope.header,
      acknowledgements: answers,
      controlId: this.#nextControlId(),
      at: receivedAt,
    });
    return batch === null ? [] : [batch];
  }
}

/** A frame being taken. */
type Taking = {
  readonly content: Content;
  readonly feed: Feed;
  readonly peer: MllpPeer;
  readonly receivedAt: Date;
  /** What stands between the batches of a frame, by where it ends. */
  readonly between: ReadonlyMap<number, Uint8Array>;
};

/** `emptyBatch`: an envelope around nothing, which is then the one thing to keep. */
type Content = FrameContent & { readonly emptyBatch?: BatchEnvelope };

/** An envelope around nothing that is no whole one either is refused, as a message would be that has no header. */
function contentOf(frame: Uint8Array, feed: Feed): Content {
  const content = openFrameContent(frame, feed.dialect);
  const { messages, envelope } = content;
  if (messages.length > 0) return content;
  return { messages: [frame], ...(envelope?.faults.length === 0 && { emptyBatch: envelope }) };
}

/** What of a batch's envelope stands before a message: nearly always all of it before the first and none elsewhere. */
function envelopeBefore({ content, between }: Taking, index: number): Arrival["envelope"] {
  const { messages, envelope } = content;
  const message = messages[index];
  if (envelope === undefined || message === undefined) return undefined;
  const { header, trailer, faults } = envelope;
  if (index === 0) return { header, trailer, messages: messages.length, faults };
  const next = between.get(message.byteOffset);
  return next && { header: next, trailer: new Uint8Array(), messages: messages.length - index, faults: [] };
}
