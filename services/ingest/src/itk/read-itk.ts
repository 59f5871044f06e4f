import { setImmediate as turn } from "node:timers/promises";
import {
  type Addressing,
  type Envelope,
  type EnvelopeError,
  type EnvelopeHead,
  envelopeSteps,
  isEnvelope,
  judgeAction,
  type Refusal,
  readSoap,
  refusalOf,
  type Security,
} from "@chesil/itk";
import { readXmlInTurns, type XmlDocument, type XmlElement } from "@chesil/xml";

/** What came, as far as it could be read. `addressing` is undefined for an envelope that came bare, without SOAP. */
export type ItkRead = { readonly addressing: Addressing | undefined } & (
  | { readonly ok: true; readonly security: Security | undefined; readonly envelope: Envelope }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** Of an envelope that can not be read: what its head says, and what is wrong, by ITK's codes. */
      readonly head?: EnvelopeHead | undefined;
      readonly errors?: readonly EnvelopeError[];
    }
);

/**
 * A SOAP message or a bare Distribution Envelope to what is in it. Large ones are read slice by slice, with a turn for
 * everybody else between them.
 *
 * @param soapAction the HTTP header, as it came.
 */
export async function readItk(body: Uint8Array, soapAction: string | undefined): Promise<ItkRead> {
  const reading = await readXmlInTurns(body, turn);
  if (reading.ok && isEnvelope(reading.document.root)) return envelopeIn(reading.document, reading.document.root);
  const soap = readSoap(reading);
  if (!soap.ok) return { ok: false, refusal: soap.refusal, addressing: soap.addressing };
  const { document, body: content, addressing, security } = soap.message;
  const read = await envelopeIn(document, content);
  if (!read.ok) return { ...read, addressing };
  const wrong = judgeAction({ soapAction, action: addressing.action, service: read.envelope.service });
  if (wrong) return { ok: false, refusal: wrong, addressing };
  return { ...read, addressing, security };
}

async function envelopeIn(document: XmlDocument, element: XmlElement): Promise<ItkRead> {
  const steps = envelopeSteps(document, element);
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      await turn();
      continue;
    }
    const { value } = step;
    if (value.ok) return { ok: true, addressing: undefined, security: undefined, envelope: value.envelope };
    const { errors, head } = value;
    return { ok: false, addressing: undefined, refusal: refusalOf(errors), errors, head };
  }
}
