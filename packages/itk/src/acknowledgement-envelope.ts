import { type BusinessAcknowledgement, type BusinessHead, writeBusiness } from "./business.ts";
import {
  ENVELOPE_ERROR_CODES,
  type EnvelopeError,
  type EnvelopeErrorCode,
  type EnvelopeHead,
  type Party,
} from "./envelope.ts";
import type { EnvelopeToSend } from "./envelope-writer.ts";
import { HANDLING } from "./handling.ts";
import { writeInfrastructure } from "./infrastructure.ts";
import {
  ADDRESSING_PREFIX,
  BUSINESS_INTERACTION,
  BUSINESS_PROFILE,
  ENVELOPE_ERRORS,
  IDENTITY_PREFIX,
  INFRASTRUCTURE_INTERACTION,
} from "./names.ts";
import { BUSINESS_ACKNOWLEDGEMENT, INFRASTRUCTURE_ACKNOWLEDGEMENT } from "./services.ts";

/** Acknowledgements as whole envelopes, each a message of its own with a tracking id of its own. */

export type Acknowledging = {
  /** Of the acknowledgement itself, UUIDs in capital letters. */
  readonly trackingId: string;
  readonly payloadId: string;
  readonly at: Date;
  /** Who acknowledges: what it is called, and where it is reached. */
  readonly identity: Party;
  readonly sender: Party;
};

/** `errors`: why the envelope can not be read, each with an id that both sides find in their logs; none where it can. */
export function infrastructureEnvelope(
  received: EnvelopeHead,
  errors: readonly (EnvelopeError & { readonly id: string })[],
  { trackingId, payloadId, at, identity, sender }: Acknowledging,
): EnvelopeToSend {
  const xml = writeInfrastructure({
    isOk: errors.length === 0,
    trackingId: received.trackingId,
    service: received.service,
    at,
    reportedBy: [identity],
    errors: errors.map(({ id, code, text }) => ({
      id,
      code,
      codeSystem: ENVELOPE_ERRORS,
      text: ERROR_TEXTS[code],
      diagnostic: text,
    })),
  });
  return {
    service: INFRASTRUCTURE_ACKNOWLEDGEMENT,
    trackingId,
    addresses: answerAddresses(received),
    auditIdentities: [identity],
    sender,
    handling: new Map([[HANDLING.interaction, INFRASTRUCTURE_INTERACTION]]),
    payloads: [{ id: `uuid_${payloadId}`, mimeType: "text/xml", content: { xml } }],
  };
}

/** What the record did with the message; the outcome is the caller's, and never AA before it is so. */
export function businessEnvelope(
  received: EnvelopeHead,
  outcome: Pick<BusinessAcknowledgement, "code" | "details" | "items">,
  { trackingId, payloadId, at, identity, sender }: Acknowledging,
  who: Pick<BusinessHead, "organisation" | "software">,
): EnvelopeToSend {
  const addresses = answerAddresses(received);
  const [receiver = sender] = addresses;
  const interaction = received.handling.get(HANDLING.interaction);
  const xml = writeBusiness(
    { ...outcome, id: payloadId, trackingId: received.trackingId, interaction },
    { ...who, at, sender, receiver },
  );
  return {
    service: BUSINESS_ACKNOWLEDGEMENT,
    trackingId,
    addresses,
    auditIdentities: [identity],
    sender,
    handling: new Map([[HANDLING.interaction, BUSINESS_INTERACTION]]),
    payloads: [{ id: `uuid_${payloadId}`, mimeType: "text/xml", profileId: BUSINESS_PROFILE, content: { xml } }],
  };
}

/** To the sender's return address; where there is none, to whom the audit identity names. */
function answerAddresses({ sender, auditIdentities }: EnvelopeHead): Party[] {
  if (sender !== undefined) return [sender];
  const identity = auditIdentities.find(({ uri }) => uri.startsWith(IDENTITY_PREFIX));
  return identity === undefined ? [] : [{ uri: ADDRESSING_PREFIX + identity.uri.slice(IDENTITY_PREFIX.length) }];
}

const PARTS: Readonly<Record<keyof typeof ENVELOPE_ERROR_CODES, string>> = {
  envelope: "Distribution Envelope",
  header: "Header",
  addressList: "Address List",
  auditIdentity: "Audit Identity",
  id: "Id",
  manifest: "Manifest",
  manifestItem: "Manifest Item",
  senderAddress: "Sender Address",
  handlingSpecification: "Handling Specifications",
  spec: "Spec",
  payloads: "Payloads",
  payload: "Payload",
};

const ERROR_TEXTS = Object.fromEntries(
  Object.entries(ENVELOPE_ERROR_CODES).map(([part, code]) => [
    code,
    `${PARTS[part as keyof typeof ENVELOPE_ERROR_CODES]} Processing Error`,
  ]),
) as Record<EnvelopeErrorCode, string>;
