import { randomUUID } from "node:crypto";
import {
  type Addressing,
  ANONYMOUS,
  type Envelope,
  invalidMessage,
  nackDue,
  type Refusal,
  SERVICES,
} from "@chesil/itk";
import type { Appended } from "@chesil/store";
import type { FramedArrival } from "../arrival.ts";
import type { GroupCommit } from "../group-commit.ts";
import type { AnswerQuery } from "../take-frame.ts";
import type { IngestTelemetry } from "../telemetry.ts";
import { type Answering, acceptance, fault, type ItkReply, infrastructureRefusal } from "./itk-answer.ts";
import type { ItkFeed, ItkSettings } from "./itk-feed.ts";
import { judgeItk } from "./judge-itk.ts";
import { type Kept, payloadArrival } from "./payload-arrival.ts";
import { readItk } from "./read-itk.ts";

/** What came over HTTP. */
export type ItkRequest = {
  readonly body: Uint8Array;
  /** The header, as it came. */
  readonly soapAction: string | undefined;
  readonly remoteAddress: string;
  /** The sha-256 fingerprint of the certificate that the other side has shown. */
  readonly certificate?: string | undefined;
};

/** Sends an answer to where its message wants it. Never rejects: who hears nothing sends again. */
export type CallBack = (url: string, answer: { readonly action: string; readonly body: string }) => Promise<void>;

/**
 * NHS ITK: an envelope is read, each of its payloads is committed to the journal as an entry of its own, and only then is
 * it answered. An answer that says it arrived is never given for less than all of it.
 */
export class ItkTaker {
  readonly #commits: Pick<GroupCommit, "commitTogether">;
  readonly #telemetry: IngestTelemetry;
  readonly #now: () => Date;
  readonly #nextControlId: () => string;
  readonly #settings: () => ItkSettings;
  readonly #answerQuery: AnswerQuery | undefined;
  readonly #callBack: CallBack | undefined;
  readonly #lastMessageAt = new Map<string, Date>();

  constructor(options: {
    commits: Pick<GroupCommit, "commitTogether">;
    telemetry: IngestTelemetry;
    now: () => Date;
    /** For the MSH-10 of what HL7 answers. */
    nextControlId: () => string;
    settings: () => ItkSettings;
    answerQuery?: AnswerQuery | undefined;
    callBack?: CallBack | undefined;
  }) {
    this.#commits = options.commits;
    this.#telemetry = options.telemetry;
    this.#now = options.now;
    this.#nextControlId = options.nextControlId;
    this.#settings = options.settings;
    this.#answerQuery = options.answerQuery;
    this.#callBack = options.callBack;
  }

  /** When something of the feed was taken last; null since the start of the process. */
  lastMessageAt(feed: string): Date | null {
    return this.#lastMessageAt.get(feed) ?? null;
  }

  /** Never rejects: whoever sends is told. */
  async take(request: ItkRequest): Promise<ItkReply> {
    const settings = this.#settings();
    const at = this.#now();
    const answering: Answering = { organisation: settings.organisation, at, newId: () => randomUUID().toUpperCase() };
    try {
      return await this.#taken(request, settings, answering);
    } catch (error) {
      // A fault of ours, which the same message would find again.
      this.#telemetry.storageFailed("itk", (error as Error).name);
      return fault(undefined, UNFORESEEN, answering);
    }
  }

  async #taken(request: ItkRequest, settings: ItkSettings, answering: Answering): Promise<ItkReply> {
    const began = performance.now();
    const { at } = answering;
    const read = await readItk(request.body, request.soapAction);
    const { addressing } = read;
    if (!read.ok) {
      const { head, errors = [], refusal } = read;
      return head && nackDue(head) && isAwaited(head.service)
        ? infrastructureRefusal(addressing, head, errors, answering)
        : fault(addressing, refusal, answering);
    }
    const judged = judgeItk(read, settings, { at, certificate: request.certificate });
    if (!judged.ok) return fault(addressing, judged.refusal, answering);
    const { feed, kept, isQuery } = judged;
    const taking: Taking = { ...request, at, feed, kept, envelope: read.envelope };
    const outcome = await (isQuery ? this.#ask(taking) : this.#commit(taking));
    this.#telemetry.acknowledged(feed.name, (performance.now() - began) / 1000);
    const isFault = "refusal" in outcome;
    const to = this.#elsewhere(addressing, feed, isFault);
    const reply = isFault
      ? fault(addressing, outcome.refusal, { ...answering, to })
      : acceptance(addressing, read.envelope, outcome.acknowledgements, { ...answering, to });
    if (to === undefined) return reply;
    void this.#callBack?.(to, reply);
    return TAKEN;
  }

  async #commit({ envelope, feed, kept, body, remoteAddress, at }: Taking): Promise<Outcome> {
    const { trackingId, service } = envelope;
    const shared = { feed, trackingId, remoteAddress, receivedAt: at, body, payloads: kept.length };
    const arrivals: FramedArrival[] = [];
    for (const each of kept) arrivals.push(await payloadArrival(each, shared, this.#nextControlId()));
    let appended: Appended[];
    try {
      appended = await this.#commits.commitTogether(feed.name, arrivals);
    } catch (error) {
      return this.#failed(feed, error, NOT_STORED);
    }
    this.#lastMessageAt.set(feed.name, at);
    for (const { kind } of appended) this.#telemetry.received(feed.name, kind, at);
    // HL7 says for itself what it thinks of each of its messages.
    if (isAwaited(service) && kept.every(({ kind }) => kind === "hl7v2-message"))
      return { acknowledgements: appended.flatMap(({ answer }) => answer ?? []) };
    const wrong = appended.findIndex(({ kind }) => kind !== "accepted" && kind !== "duplicate");
    if (wrong < 0) return { acknowledgements: [] };
    return { refusal: notTaken(wrong, appended[wrong]?.kind, arrivals[wrong]?.refusal?.text) };
  }

  /** Queries are answered and not journalled: they say nothing of anybody. */
  async #ask({ feed, kept, at }: Taking): Promise<Outcome> {
    const ask = this.#answerQuery;
    if (ask === undefined) return { refusal: NO_QUERIES };
    const { name, dialect } = feed;
    const asked = kept.map(({ payload: { bytes: message } }) =>
      ask({ message, feed: name, dialect, controlId: this.#nextControlId(), receivedAt: at }),
    );
    try {
      const acknowledgements = await all(asked);
      this.#telemetry.queried(name, at);
      return { acknowledgements };
    } catch (error) {
      return this.#failed(feed, error, NOT_ANSWERED);
    }
  }

  #failed({ name }: ItkFeed, error: unknown, refusal: Refusal): Outcome {
    this.#telemetry.storageFailed(name, String((error as { code?: unknown }).code ?? "unknown"));
    return { refusal };
  }

  /**
   * Where the message wants its answer, if that is the one address that is configured for its sender. Any other address is
   * never called: the answer is given on the same connection.
   */
  #elsewhere(addressing: Addressing | undefined, { replyTo }: ItkFeed, isFault: boolean): string | undefined {
    if (addressing === undefined || replyTo === undefined || this.#callBack === undefined) return undefined;
    const wanted = (isFault ? addressing.faultTo : undefined) ?? addressing.replyTo ?? ANONYMOUS;
    return URL.parse(wanted)?.href === URL.parse(replyTo)?.href ? replyTo : undefined;
  }
}

/** What is said where the answer goes elsewhere. */
const TAKEN: ItkReply = { status: 202, contentType: "", action: "", body: "" };

/** An envelope being taken. */
type Taking = ItkRequest & {
  readonly at: Date;
  readonly feed: ItkFeed;
  readonly kept: readonly Kept[];
  readonly envelope: Envelope;
};

type Outcome = { readonly refusal: Refusal } | { readonly acknowledgements: readonly Uint8Array[] };

/** Waits for all, and then rejects with what one of them failed with: nothing is on its way any more. */
async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Whether an envelope is waited for in answer. */
const isAwaited = (service: string): boolean => SERVICES.get(service)?.responseUri !== undefined;

const UNFORESEEN: Refusal = {
  faultCode: "Server",
  errorCode: 2200,
  text: "The message could not be processed, for a reason that lies here. Ask whoever runs Chesil.",
};
const NOT_ANSWERED: Refusal = {
  faultCode: "Server",
  errorCode: 2100,
  text: "The query could not be answered just now. Ask again.",
};
const NO_QUERIES: Refusal = {
  faultCode: "Server",
  errorCode: 2200,
  text: "Queries are not answered by this process. Ask another, or over FHIR.",
};
const NOT_STORED: Refusal = {
  faultCode: "Server",
  errorCode: 2100,
  text: "The message could not be stored just now. Send it again unchanged, under the same tracking id.",
};

function notTaken(place: number, kind: Appended["kind"] | undefined, text: string | undefined): Refusal {
  if (kind === "conflict")
    return invalidMessage(
      `Payload ${place + 1}: its tracking id was accepted before with other content. Send it under a new one.`,
    );
  return invalidMessage(`Payload ${place + 1}: ${text ?? "It can not be taken."}`);
}
