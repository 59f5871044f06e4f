import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { readXml, standalone, type XmlMarkup, type XmlReading, xmlElement, xmlText } from "@chesil/xml";
import type { EnvelopeHead, Party } from "./envelope.ts";
import { ITK } from "./names.ts";

/** An envelope to be sent. */
export type EnvelopeToSend = EnvelopeHead & { readonly payloads: readonly PayloadToSend[] };

export type PayloadToSend = {
  /** An XML name: `uuid_` and a UUID. */
  readonly id: string;
  readonly mimeType: string;
  readonly profileId?: string | undefined;
  readonly isMetadata?: boolean;
  readonly content:
    | { readonly xml: XmlMarkup }
    | { readonly text: string }
    /** In base64. */
    | { readonly bytes: Uint8Array; readonly isCompressed?: boolean };
};

export function writeEnvelope(envelope: EnvelopeToSend): XmlMarkup {
  const { payloads } = envelope;
  const count = String(payloads.length);
  const items = payloads.map(({ id, mimeType, profileId, isMetadata, content }) => {
    const base64 = "bytes" in content ? "true" : undefined;
    const compressed = "bytes" in content && content.isCompressed ? "true" : undefined;
    const metadata = isMetadata ? "true" : undefined;
    return xmlElement("itk:manifestitem", {
      id,
      mimetype: mimeType,
      profileid: profileId,
      base64,
      compressed,
      metadata,
    });
  });
  return xmlElement("itk:DistributionEnvelope", { "xmlns:itk": ITK }, [
    xmlElement("itk:header", { service: envelope.service, trackingid: envelope.trackingId }, [
      ...parties("itk:addresslist", "itk:address", envelope.addresses),
      ...parties("itk:auditIdentity", "itk:id", envelope.auditIdentities),
      xmlElement("itk:manifest", { count }, items),
      ...(envelope.sender === undefined ? [] : [xmlElement("itk:senderAddress", { ...envelope.sender })]),
      ...writeHandling(envelope),
    ]),
    xmlElement("itk:payloads", { count }, payloads.map(writePayload)),
  ]);
}

function parties(list: string, name: string, members: readonly Party[]): XmlMarkup[] {
  if (members.length === 0) return [];
  return [
    xmlElement(
      list,
      {},
      members.map(({ uri, type }) => xmlElement(name, { uri, type })),
    ),
  ];
}

function writeHandling({ handling }: EnvelopeHead): XmlMarkup[] {
  if (handling.size === 0) return [];
  const specs = [...handling].map(([key, value]) => xmlElement("itk:spec", { key, value }));
  return [xmlElement("itk:handlingSpecification", {}, specs)];
}

function writePayload({ id, content }: PayloadToSend): XmlMarkup {
  if ("xml" in content) return xmlElement("itk:payload", { id }, [content.xml]);
  if ("text" in content) return xmlElement("itk:payload", { id }, [xmlText(content.text)]);
  const bytes = content.isCompressed ? compressed(content.bytes) : content.bytes;
  return xmlElement("itk:payload", { id }, [xmlText(Buffer.from(bytes).toString("base64"))]);
}

const GZIP_SYSTEM_AT = 9;
const SYSTEM_UNKNOWN = 255;

/** The same bytes on every system: gzip would name the one it was made on. */
function compressed(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes);
  packed[GZIP_SYSTEM_AT] = SYSTEM_UNKNOWN;
  return packed;
}

/** A document's bytes as markup that an envelope can hold: without its declaration, which belongs to its own bytes. */
export function documentMarkup(bytes: Uint8Array): { ok: true; xml: XmlMarkup } | Extract<XmlReading, { ok: false }> {
  const reading = readXml(bytes);
  return reading.ok ? { ok: true, xml: standalone(reading.document, reading.document.root) } : reading;
}
