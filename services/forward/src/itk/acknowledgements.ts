import { businessEnvelope, type Envelope, infrastructureEnvelope, writeEnvelope } from "@chesil/itk";
import type { ItkEnvelope } from "@chesil/store";
import type { Judged } from "./judged.ts";
import { type ItkMessage, uuidOf } from "./message.ts";
import { addressOf, identityOf } from "./wrap.ts";

/** Who acknowledges. */
export type Acknowledger = { readonly odsCode: string; readonly organisation: string };

const SOFTWARE = { id: "CHESIL", model: "Chesil", name: "chesil" };

/** Both are the same bytes however often they are made: what is sent again is a resend. */

export function infrastructureMessage(
  { firstId, receivedAt }: ItkEnvelope,
  received: Envelope,
  { odsCode }: Acknowledger,
): ItkMessage {
  const given = acknowledging(["infrastructure", odsCode, received.trackingId, String(firstId)], receivedAt, odsCode);
  return messageOf(infrastructureEnvelope(received, [], given));
}

export function businessMessage(
  { firstId }: ItkEnvelope,
  received: Envelope,
  judged: Judged,
  { odsCode, organisation }: Acknowledger,
): ItkMessage {
  const { code, decidedBy, decidedAt } = judged;
  const parts = ["business", odsCode, received.trackingId, String(firstId), code, String(decidedBy)];
  const who = { organisation: { odsCode, name: organisation }, software: SOFTWARE };
  return messageOf(businessEnvelope(received, judged, acknowledging(parts, decidedAt, odsCode), who));
}

function acknowledging(parts: readonly string[], at: Date, odsCode: string) {
  const trackingId = uuidOf(...parts);
  const payloadId = uuidOf("payload", trackingId);
  return { trackingId, payloadId, at, identity: identityOf(odsCode), sender: addressOf(odsCode) };
}

function messageOf(envelope: Parameters<typeof writeEnvelope>[0]): ItkMessage {
  return { service: envelope.service, trackingId: envelope.trackingId, envelope: writeEnvelope(envelope) };
}
