import { randomUUID } from "node:crypto";
import {
  type Addressing,
  ANONYMOUS,
  documentMarkup,
  type Envelope,
  type EnvelopeError,
  type EnvelopeHead,
  type EnvelopeToSend,
  FAULT_ACTION,
  faultBody,
  infrastructureEnvelope,
  type PayloadToSend,
  type Refusal,
  SERVICES,
  simpleResponseBody,
  writeEnvelope,
  writeSoap,
  XML_DECLARATION,
} from "@chesil/itk";
import type { XmlMarkup } from "@chesil/xml";

/** An answer of HTTP. */
export type ItkReply = {
  readonly status: number;
  readonly contentType: string;
  /** The SOAP action of the answer, for where it goes on a connection of its own. */
  readonly action: string;
  readonly body: string;
};

/** What answers are made with. */
export type Answering = {
  /** Our own ODS code. */
  readonly organisation: string;
  readonly at: Date;
  /** A UUID in capital letters, another one each time. */
  readonly newId: () => string;
  /** Where the answer goes, if not on the same connection. */
  readonly to?: string | undefined;
};

const XML = "text/xml; charset=utf-8";
const OK = 200;
/** SOAP 1.1, 6.2: of every fault, whoever is to blame. */
const FAULT = 500;

/** That all of it is kept; `acknowledgements` are those of HL7, one for each of its messages, where the service has them. */
export function acceptance(
  addressing: Addressing | undefined,
  envelope: Envelope,
  acknowledgements: readonly Uint8Array[],
  answering: Answering,
): ItkReply {
  const { service, trackingId } = envelope;
  const { responseUri, carries } = SERVICES.get(service) ?? {};
  if (responseUri === undefined)
    return inReply(addressing, simpleResponseBody(trackingId), `${service}Response`, answering);
  const said = carries === "envelope" ? infrastructure(envelope, [], answering) : undefined;
  const answer = said ?? hl7Envelope(envelope, acknowledgements, answering);
  return inReply(addressing, writeEnvelope({ ...answer, service: responseUri }), responseUri, answering);
}

/** That an envelope can not be read, to who waits for an envelope. */
export function infrastructureRefusal(
  addressing: Addressing | undefined,
  head: EnvelopeHead,
  errors: readonly EnvelopeError[],
  answering: Answering,
): ItkReply {
  const answer = infrastructure(head, errors, answering);
  const responseUri = SERVICES.get(head.service)?.responseUri ?? answer.service;
  return inReply(addressing, writeEnvelope({ ...answer, service: responseUri }), responseUri, answering);
}

/** That nothing was taken, or not all, and what to do. */
export function fault(addressing: Addressing | undefined, refusal: Refusal, answering: Answering): ItkReply {
  const body = faultBody(refusal, answering.newId());
  const soap = writeSoap({ addressing: answerTo(addressing ?? {}, FAULT_ACTION, answering), body });
  return { status: FAULT, contentType: XML, action: FAULT_ACTION, body: soap };
}

/** The same, where nothing of the message was read. */
export const faultReply = (refusal: Refusal, at: Date): ItkReply =>
  fault(undefined, refusal, { organisation: "", at, newId: () => randomUUID().toUpperCase() });

function inReply(addressing: Addressing | undefined, body: XmlMarkup, action: string, answering: Answering): ItkReply {
  // Who sends no SOAP gets none.
  const text =
    addressing === undefined
      ? XML_DECLARATION + body
      : writeSoap({ addressing: answerTo(addressing, action, answering), body });
  return { status: OK, contentType: XML, action, body: text };
}

const answerTo = ({ messageId }: Addressing, action: string, { newId, to = ANONYMOUS }: Answering): Addressing => ({
  messageId: newId(),
  action,
  to,
  ...(messageId === undefined ? {} : { relatesTo: messageId }),
});

function infrastructure(head: EnvelopeHead, errors: readonly EnvelopeError[], answering: Answering): EnvelopeToSend {
  const { newId } = answering;
  return infrastructureEnvelope(
    head,
    errors.map((error) => ({ ...error, id: newId() })),
    { trackingId: newId(), payloadId: newId(), ...ourselves(answering) },
  );
}

const ourselves = ({ organisation, at }: Answering) => ({
  at,
  identity: { uri: `urn:nhs-uk:identity:ods:${organisation}` },
  sender: { uri: `urn:nhs-uk:addressing:ods:${organisation}` },
});

/** HL7's own acknowledgements, in the form that the messages came in. */
function hl7Envelope(
  { sender, service }: Envelope,
  acknowledgements: readonly Uint8Array[],
  answering: Answering,
): EnvelopeToSend {
  const us = ourselves(answering);
  return {
    service,
    trackingId: answering.newId(),
    addresses: sender === undefined ? [] : [sender],
    auditIdentities: [us.identity],
    sender: us.sender,
    handling: new Map(),
    payloads: acknowledgements.map((bytes) => payloadOf(bytes, `uuid_${answering.newId()}`)),
  };
}

function payloadOf(bytes: Uint8Array, id: string): PayloadToSend {
  const markup = documentMarkup(bytes);
  return markup.ok
    ? { id, mimeType: "text/xml", content: { xml: markup.xml } }
    : { id, mimeType: "text/plain", content: { bytes } };
}
