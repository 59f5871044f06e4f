import type { Envelope, EnvelopeHead } from "./envelope.ts";
import { INFRASTRUCTURE_INTERACTION, ITK } from "./names.ts";
import { payloadKind } from "./payload-kind.ts";
import { isAnswer } from "./services.ts";

/** Keys of the handling specification. */
export const HANDLING = {
  infrastructureAcknowledgement: `${ITK}:infackrequested`,
  businessAcknowledgement: `${ITK}:ackrequested`,
  businessResponse: `${ITK}:busresponserequested`,
  interaction: `${ITK}:interaction`,
} as const;

export const isAsked = ({ handling }: EnvelopeHead, key: string): boolean =>
  /^(?:true|1)$/.test(handling.get(key) ?? "");

export type AcknowledgementsDue = { readonly infrastructure: boolean; readonly business: boolean };

const NOTHING_DUE: AcknowledgementsDue = { infrastructure: false, business: false };

/** Which acknowledgements the sender asked for. An acknowledgement is never acknowledged, whatever it asks for. */
export function acknowledgementsDue(envelope: Envelope): AcknowledgementsDue {
  if (isAcknowledgement(envelope)) return NOTHING_DUE;
  return askedBy(envelope);
}

/** Of an envelope that can not be read: by what its head says. There is nothing in it that could be applied. */
export function nackDue(head: EnvelopeHead | undefined): boolean {
  return head !== undefined && !isAnsweringHead(head) && askedBy(head).infrastructure;
}

const askedBy = (head: EnvelopeHead): AcknowledgementsDue => ({
  infrastructure: isAsked(head, HANDLING.infrastructureAcknowledgement),
  business: isAsked(head, HANDLING.businessAcknowledgement),
});

/** By its service, its interaction or what it holds: one of them is enough. */
export function isAcknowledgement(envelope: Envelope): boolean {
  return (
    isAnsweringHead(envelope) || envelope.payloads.some((payload) => payloadKind(payload).endsWith("-acknowledgement"))
  );
}

function isAnsweringHead(head: EnvelopeHead): boolean {
  return isAnswer(head.service) || head.handling.get(HANDLING.interaction) === INFRASTRUCTURE_INTERACTION;
}
