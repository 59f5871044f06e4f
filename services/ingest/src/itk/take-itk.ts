import { randomUUID } from "node:crypto";
import {
  accessDenied,
  type Envelope,
  invalidMessage,
  isAcknowledgement,
  judgeSecurity,
  nackDue,
  odsCodeOf,
  payloadKind,
  type Refusal,
  SERVICES,
  type Security,
} from "@chesil/itk";
import type { Appended } from "@chesil/store";
import type { FramedArrival } from "../arrival.ts";
import type { GroupCommit } from "../group-commit.ts";
import type { IngestTelemetry } from "../telemetry.ts";
import { type Answering, acceptance, fault, type ItkReply, infrastructureRefusal } from "./itk-answer.ts";
import type { ItkFeed, ItkSettings } from "./itk-feed.ts";
import { type Kept, payloadArrival } from "./payload-arrival.ts";
import { type ItkRead, readItk } from "./read-itk.ts";

/** What came over HTTP. */
export type ItkRequest = {
  readonly body: Uint8Array;
  /** The header, as it came. */
  readonly soapAction: string | undefined;
  readonly remoteAddress: string;
};

/**
 * NHS ITK: an envelope is read, each of its payloads is committed to the journal as an entry of its own, and only then is
 * it answered. An answer that says it arrived is never given for less than all of it.
 */
export class ItkTaker {
  readonly #commits: Pick<GroupCommit, "commit">;
  readonly #telemetry: IngestTelemetry;
  readonly #now: () => Date;
  readonly #nextControlId: () => string;
  readonly #settings: () => ItkSettings;

  constructor(options: {
    commits: Pick<GroupCommit, "commit">;
    telemetry: IngestTelemetry;
    now: () => Date;
    /** For the MSH-10 of what HL7 answers. */
    nextControlId: () => string;
    settings: () => ItkSettings;
  }) {
    this.#commits = options.commits;
    this.#telemetry = options.telemetry;
    this.#now = options.now;
    this.#nextControlId = options.nextControlId;
    this.#settings = options.settings;
  }

  /** Never rejects: whoever sends is told. */
  async take(request: ItkRequest): Promise<ItkReply> {
    const began = performance.now();
    const at = this.#now();
    const settings = this.#settings();
    const answering: Answering = { organisation: settings.organisation, at, newId: () => randomUUID().toUpperCase() };
    const read = await readItk(request.body, request.soapAction);
    const { addressing } = read;
    if (!read.ok) {
      const { head, errors = [], refusal } = read;
      return head && nackDue(head) && isAwaited(head.service)
        ? infrastructureRefusal(addressing, head, errors, answering)
        : fault(addressing, refusal, answering);
    }
    const judged = judge(read, settings, at);
    if ("refusal" in judged) return fault(addressing, judged.refusal, answering);
    const { feed, kept } = judged;
    const outcome = await this.#commit(read.envelope, feed, kept, { ...request, at });
    this.#telemetry.acknowledged(feed.name, (performance.now() - began) / 1000);
    return "refusal" in outcome
      ? fault(addressing, outcome.refusal, answering)
      : acceptance(addressing, read.envelope, outcome.acknowledgements, answering);
  }

  async #commit(
    { trackingId, service }: Envelope,
    feed: ItkFeed,
    kept: readonly Kept[],
    { body, remoteAddress, at }: ItkRequest & { readonly at: Date },
  ): Promise<{ readonly refusal: Refusal } | { readonly acknowledgements: readonly Uint8Array[] }> {
    const shared = { feed, trackingId, remoteAddress, receivedAt: at, body, payloads: kept.length };
    const arrivals: FramedArrival[] = [];
    for (const each of kept) arrivals.push(await payloadArrival(each, shared, this.#nextControlId()));
    let appended: Appended[];
    try {
      appended = await all(arrivals.map((arrival) => this.#commits.commit(arrival)));
    } catch (error) {
      this.#telemetry.storageFailed(feed.name, String((error as { code?: unknown }).code ?? "unknown"));
      return { refusal: NOT_STORED };
    }
    for (const { kind } of appended) this.#telemetry.received(feed.name, kind, at);
    // HL7 says for itself what it thinks of each of its messages.
    if (isAwaited(service) && kept.every(({ kind }) => kind === "hl7v2-message"))
      return { acknowledgements: appended.flatMap(({ answer }) => answer ?? []) };
    const wrong = appended.findIndex(({ kind }) => kind !== "accepted" && kind !== "duplicate");
    if (wrong < 0) return { acknowledgements: [] };
    return { refusal: notTaken(wrong, appended[wrong]?.kind, arrivals[wrong]?.refusal?.text) };
  }
}

/** Waits for all, and then rejects with what one of them failed with: nothing is on its way any more. */
async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Whether an envelope is waited for in answer. */
const isAwaited = (service: string): boolean => SERVICES.get(service)?.responseUri !== undefined;

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

type Judged = { readonly refusal: Refusal } | { readonly feed: ItkFeed; readonly kept: readonly Kept[] };

/** What the envelope and its headers alone tell: who sends, whether they may, and whether we can do anything with it. */
function judge(read: Extract<ItkRead, { ok: true }>, { feeds, clockSkewMs }: ItkSettings, at: Date): Judged {
  const { envelope, security, addressing } = read;
  const feed = feedOf(envelope, feeds);
  if (feed === undefined) return { refusal: accessDenied(UNKNOWN_SENDER) };
  const isRequired = feed.isSecurityRequired && addressing !== undefined;
  const refusal = judgeSecurity(security, { at, clockSkewMs, isRequired }) ?? judgeUsername(security, feed);
  if (refusal) return { refusal };
  if (!SERVICES.has(envelope.service)) return { refusal: invalidMessage(UNKNOWN_SERVICE) };
  const kept = envelope.payloads
    .filter(({ isMetadata }) => !isMetadata)
    .map((payload, place) => ({ payload, kind: payloadKind(payload), place }));
  if (kept.length === 0) return { refusal: invalidMessage("The envelope carries nothing that is kept.") };
  if (!isAcknowledgement(envelope) && kept.some(({ kind }) => kind === "hl7v2-query"))
    return { refusal: { faultCode: "Client", errorCode: 2200, text: NO_QUERIES } };
  return { feed, kept };
}

/** By who sends, and where that names no organisation by whom the audit identities name. */
function feedOf({ sender, auditIdentities }: Envelope, feeds: readonly ItkFeed[]): ItkFeed | undefined {
  const [code] = [sender, ...auditIdentities].flatMap((party) => (party && odsCodeOf(party)) ?? []);
  return feeds.find(({ organisation }) => organisation === code?.toUpperCase());
}

function judgeUsername(security: Security | undefined, { usernames }: ItkFeed): Refusal | undefined {
  if (usernames.length === 0 || usernames.includes(security?.username ?? "")) return undefined;
  return accessDenied("The WS-Security username is none that this organisation may use here.");
}

const UNKNOWN_SENDER =
  "Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.";
const UNKNOWN_SERVICE = "The service is none that is known here. Names are taken exactly as ITK has them.";
const NO_QUERIES = "Queries are not answered over ITK. Ask over MLLP (PIX, PDQ) or FHIR.";
