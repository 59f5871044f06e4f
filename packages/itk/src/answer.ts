import type { XmlReading } from "@chesil/xml";
import { type BusinessAcknowledgement, readBusiness } from "./business.ts";
import type { Envelope, EnvelopeError } from "./envelope.ts";
import { isEnvelope, readEnvelope } from "./envelope-reader.ts";
import { isFault, type ReceivedFault, readFault } from "./fault.ts";
import { type InfrastructureAcknowledgement, readInfrastructure } from "./infrastructure.ts";
import type { Refusal } from "./refusal.ts";
import { readSimpleResponse } from "./simple-response.ts";
import { readSoap } from "./soap.ts";

/** What came back on a message that we sent. */
export type Answer =
  | { readonly kind: "simple"; readonly trackingId: string }
  | { readonly kind: "fault"; readonly fault: ReceivedFault }
  | {
      readonly kind: "envelope";
      readonly envelope: Envelope;
      readonly acknowledgements: readonly ReceivedAcknowledgement[];
    }
  /** It can not be read: whether the message arrived is not known. */
  | { readonly kind: "unreadable"; readonly why: Refusal | readonly EnvelopeError[] };

export type ReceivedAcknowledgement =
  | { readonly kind: "infrastructure"; readonly acknowledgement: InfrastructureAcknowledgement }
  | { readonly kind: "business"; readonly acknowledgement: BusinessAcknowledgement };

/** Never throws. */
export function readAnswer(reading: XmlReading): Answer {
  const soap = readSoap(reading);
  if (!soap.ok) return { kind: "unreadable", why: soap.refusal };
  const { document, body } = soap.message;
  const trackingId = readSimpleResponse(body);
  if (trackingId !== undefined) return { kind: "simple", trackingId };
  if (isFault(body)) return { kind: "fault", fault: readFault(body) };
  if (!isEnvelope(body)) return { kind: "unreadable", why: [] };
  const read = readEnvelope(document, body);
  if (!read.ok) return { kind: "unreadable", why: read.errors };
  return { kind: "envelope", envelope: read.envelope, acknowledgements: acknowledgementsIn(read.envelope) };
}

/** The acknowledgements that an envelope brings: of those sent before, on another connection, just as of answers. */
export function acknowledgementsIn({ payloads }: Envelope): ReceivedAcknowledgement[] {
  return payloads.flatMap(({ xml }): ReceivedAcknowledgement[] => {
    const infrastructure = xml && readInfrastructure(xml.root);
    if (infrastructure !== undefined) return [{ kind: "infrastructure", acknowledgement: infrastructure }];
    const business = xml && readBusiness(xml.root);
    return business === undefined ? [] : [{ kind: "business", acknowledgement: business }];
  });
}
