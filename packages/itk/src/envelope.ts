import type { XmlDocument } from "@chesil/xml";

/** The Distribution Envelope: who sends what to whom, which acknowledgements they ask for, and the payloads. */
export type Envelope = EnvelopeHead & { readonly payloads: readonly Payload[] };

export type EnvelopeHead = {
  /** The ITK service, as the SOAP Action names it. */
  readonly service: string;
  /** The sender's own id of the message from end to end: acknowledgements name it. */
  readonly trackingId: string;
  /** All recipients are equal. */
  readonly addresses: readonly Party[];
  /** On whose behalf. */
  readonly auditIdentities: readonly Party[];
  /** Where acknowledgements go to. */
  readonly sender: Party | undefined;
  readonly handling: Handling;
};

/** An address or an identity: a URI, of the ITK type where none is given. */
export type Party = { readonly uri: string; readonly type?: string };

/** What the handling specification asks for, all its keys and values as they came. */
export type Handling = ReadonlyMap<string, string>;

export type Payload = {
  readonly id: string;
  /** In small letters, without parameters. */
  readonly mimeType: string;
  readonly profileId: string | undefined;
  /** It speaks of the other payloads. */
  readonly isMetadata: boolean;
  /** How it came: as elements or as text of the envelope, or as bytes in base64. */
  readonly encoding: "xml" | "text" | "base64";
  readonly isCompressed: boolean;
  /** Its content. Of elements: the XML as it was written, able to stand alone; of elements and of text: in UTF-8. */
  readonly bytes: Uint8Array;
  /** The same as a tree, where it is XML: its ranges count in the text of the document that it came in. */
  readonly xml: XmlDocument | undefined;
};

/** Which part of an envelope can not be processed (2.16.840.1.113883.2.1.3.2.4.17.516). */
export const ENVELOPE_ERROR_CODES = {
  envelope: "DE0001",
  header: "DE0002",
  addressList: "DE0003",
  auditIdentity: "DE0004",
  id: "DE0005",
  manifest: "DE0006",
  manifestItem: "DE0007",
  senderAddress: "DE0008",
  handlingSpecification: "DE0009",
  spec: "DE0010",
  payloads: "DE0011",
  payload: "DE0012",
} as const;

export type EnvelopeErrorCode = (typeof ENVELOPE_ERROR_CODES)[keyof typeof ENVELOPE_ERROR_CODES];

/** The text names places ("manifest item 2") and quotes nothing of the envelope. */
export type EnvelopeError = { readonly code: EnvelopeErrorCode; readonly text: string };
