import {
  accessDenied,
  type Envelope,
  invalidMessage,
  judgeSecurity,
  odsCodeOf,
  type PayloadKind,
  payloadKind,
  type Refusal,
  SERVICES,
  type Security,
} from "@chesil/itk";
import type { ItkContent, ItkFeed, ItkSettings } from "./itk-feed.ts";
import type { Kept } from "./payload-arrival.ts";
import type { ItkRead } from "./read-itk.ts";

type Judged =
  | { readonly ok: false; readonly refusal: Refusal }
  | { readonly ok: true; readonly feed: ItkFeed; readonly kept: readonly Kept[]; readonly isQuery: boolean };

/** Who sends it, whether they may, and whether we can do anything with it: by the envelope and what stands around it. */
export function judgeItk(
  read: Extract<ItkRead, { ok: true }>,
  { feeds, clockSkewMs }: ItkSettings,
  { at, certificate }: { readonly at: Date; readonly certificate: string | undefined },
): Judged {
  const { envelope, security, addressing } = read;
  const feed = feedOf(envelope, feeds);
  if (feed === undefined) return refused(accessDenied(UNKNOWN_SENDER));
  const isRequired = feed.isSecurityRequired;
  const wrong =
    judgeCertificate(certificate, feed, feeds) ??
    (isRequired && addressing === undefined ? accessDenied(BARE) : undefined) ??
    judgeSecurity(security, { at, clockSkewMs, isRequired }) ??
    judgeUsername(security, feed);
  if (wrong) return refused(wrong);
  if (!SERVICES.has(envelope.service)) return refused(invalidMessage(UNKNOWN_SERVICE));
  const kept = envelope.payloads
    .filter(({ isMetadata }) => !isMetadata)
    .map((payload, place) => ({ payload, kind: payloadKind(payload), place }));
  if (kept.length === 0) return refused(invalidMessage("The envelope carries nothing that is kept."));
  const denied = kept.map(({ kind }) => CONTENTS[kind]).find((content) => content && !feed.sends.includes(content));
  if (denied) return refused(accessDenied(`This organisation may not send ${denied} here. Ask whoever runs Chesil.`));
  return judgeQueries({ feed, kept, envelope });
}

/** Whoever asks waits for the answer, and asks nothing but questions: no answer says of a message that it is kept. */
function judgeQueries({ feed, kept, envelope }: { feed: ItkFeed; kept: readonly Kept[]; envelope: Envelope }): Judged {
  const queries = kept.filter(({ kind }) => kind === "hl7v2-query").length;
  if (queries === 0) return { ok: true, feed, kept, isQuery: false };
  if (queries < kept.length) return refused(invalidMessage("Queries and messages go in envelopes of their own."));
  if (SERVICES.get(envelope.service)?.responseUri === undefined) return refused(invalidMessage(ASKED_UNHEARD));
  return { ok: true, feed, kept, isQuery: true };
}

const refused = (refusal: Refusal): Judged => ({ ok: false, refusal });

/** By who sends, and where that names no organisation by whom the audit identities name. */
function feedOf({ sender, auditIdentities }: Envelope, feeds: readonly ItkFeed[]): ItkFeed | undefined {
  const [code] = [sender, ...auditIdentities].flatMap((party) => (party && odsCodeOf(party)) ?? []);
  return feeds.find(({ organisation }) => organisation === code?.toUpperCase());
}

/** An envelope says of itself who sends it; a certificate proves it. One that is bound to a sender speaks for no other. */
function judgeCertificate(
  certificate: string | undefined,
  feed: ItkFeed,
  feeds: readonly ItkFeed[],
): Refusal | undefined {
  if (certificate !== undefined && feed.certificates.includes(certificate)) return undefined;
  if (feed.certificates.length > 0) return accessDenied(UNBOUND);
  const isOfAnother = certificate !== undefined && feeds.some((each) => each.certificates.includes(certificate));
  return isOfAnother ? accessDenied(UNBOUND) : undefined;
}

function judgeUsername(security: Security | undefined, { usernames }: ItkFeed): Refusal | undefined {
  if (usernames.length === 0 || usernames.includes(security?.username ?? "")) return undefined;
  return accessDenied("The WS-Security username is none that this organisation may use here.");
}

const CONTENTS: Readonly<Partial<Record<PayloadKind, ItkContent>>> = {
  "hl7v2-message": "messages",
  "hl7v2-query": "queries",
  cda: "documents",
};

const UNKNOWN_SENDER =
  "Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.";
const UNBOUND =
  "The organisation that sends is bound to a certificate, and this connection has shown none of its own. Ask whoever runs Chesil.";
const BARE = "An envelope without SOAP has no WS-Security, which is required of this organisation: send it in SOAP.";
const UNKNOWN_SERVICE = "The service is none that is known here. Names are taken exactly as ITK has them.";
const ASKED_UNHEARD =
  "A query needs a service that answers, such as queryPatientDemographics: nobody would hear this one.";
