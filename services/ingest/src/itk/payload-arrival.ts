import { cdaEvent, cdaReadingOf, type Payload, type PayloadKind } from "@chesil/itk";
import type { Answer } from "@chesil/store";
import { arrivalOf, compared, type FramedArrival, storable } from "../arrival.ts";
import { digestsInTurns } from "../digests.ts";
import type { ItkFeed } from "./itk-feed.ts";

/** What all payloads of an envelope share. */
export type Envelope = {
  readonly feed: ItkFeed;
  readonly trackingId: string;
  readonly remoteAddress: string;
  readonly receivedAt: Date;
  /** All that came: kept with the first payload. */
  readonly body: Uint8Array;
  readonly payloads: number;
};

/** The code under which a document stands in the journal, as messages do under MSH-9. */
const CDA_CODE = "CDA";

const HOUR_MS = 3_600_000;

/** A payload and what it is. `place`: which of those that are kept, from 0. */
export type Kept = { readonly payload: Payload; readonly kind: PayloadKind; readonly place: number };

/**
 * A payload as the journal takes it: under its tracking id and its sender's ODS code, which a resend has, too.
 *
 * @param answerControlId for the MSH-10 of what HL7 answers.
 */
export async function payloadArrival(
  { payload, kind, place }: Kept,
  envelope: Envelope,
  answerControlId: string,
): Promise<FramedArrival> {
  const { feed, trackingId, remoteAddress, receivedAt, body, payloads } = envelope;
  const arrival =
    kind === "hl7v2-message"
      ? await messageArrival(payload, envelope, answerControlId)
      : await otherArrival(payload, kind, envelope);
  const controlId = compared(place === 0 ? trackingId : `${trackingId}#${place + 1}`);
  return {
    ...arrival,
    controlId,
    sender: compared(feed.organisation),
    connection: `${remoteAddress}/itk`,
    receivedAt,
    ...(place === 0 ? { envelope: { header: body, trailer: new Uint8Array(), messages: payloads, faults: [] } } : {}),
  };
}

/** HL7 v2, by the rules that hold over MLLP. It is always answered: here somebody waits. */
async function messageArrival({ bytes }: Payload, envelope: Envelope, answerControlId: string): Promise<FramedArrival> {
  const { feed, receivedAt } = envelope;
  const { name, dialect, reuseWindowHours } = feed;
  return arrivalOf(
    bytes,
    { name, dialect, reuseWindowHours, policy: { force: "original" } },
    { connection: "", receivedAt, answerControlId },
    await digestsInTurns(bytes),
  );
}

const TAKEN: Answer = { bytes: null, code: "AA" };
const NOT_TAKEN: Answer = { bytes: null, code: "AE" };

/** Documents, acknowledgements, and what is nothing that is taken here. */
async function otherArrival(
  { bytes, xml }: Payload,
  kind: PayloadKind,
  { feed, receivedAt, trackingId }: Envelope,
): Promise<FramedArrival> {
  const { sha256 } = await digestsInTurns(bytes);
  const arrival: FramedArrival = {
    feed: feed.name,
    connection: "",
    receivedAt,
    raw: bytes,
    ...{
      sha256,
      contentSha256: sha256,
      messageCode: kind === "cda" ? CDA_CODE : "ACK",
      triggerEvent: "",
      version: "",
    },
    ...{ sender: "", controlId: "", messageAt: receivedAt, identities: [] },
    answer: TAKEN,
    conflictAnswer: () => NOT_TAKEN,
    storageAnswer: () => NOT_TAKEN,
    reuseWindowMs: feed.reuseWindowHours * HOUR_MS,
  };
  if (kind.endsWith("-acknowledgement")) return { ...arrival, nothingToApply: "It acknowledges what was sent." };
  if (kind !== "cda" || xml === undefined) {
    const refusal = { reason: "unsupported-type", text: UNSUPPORTED } as const;
    return { ...arrival, messageCode: "", refusal, answer: NOT_TAKEN };
  }
  const context = { receivedAt, controlId: trackingId, content: { location: "", bytes: bytes.length } };
  const said = cdaEvent(xml.root, cdaReadingOf(feed.dialect), context);
  if (!said.ok) return { ...arrival, refusal: { reason: said.reason, text: said.text }, answer: NOT_TAKEN };
  const { authority, localId } = said.key;
  const { recordedAt } = said.event;
  return {
    ...arrival,
    identities: [storable(`${authority}|${localId}`)],
    ...(recordedAt === undefined ? {} : { messageAt: new Date(recordedAt) }),
  };
}

const UNSUPPORTED = "It is neither a message of HL7 v2 nor a CDA document.";
