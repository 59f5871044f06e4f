import { createHash, randomUUID } from "node:crypto";
import { writeSoap, XML_DECLARATION } from "@chesil/itk";
import type { XmlMarkup } from "@chesil/xml";

/** A Distribution Envelope that is ready to be sent. */
export type ItkMessage = {
  readonly service: string;
  readonly trackingId: string;
  readonly envelope: XmlMarkup;
};

/** For how long what is sent may be taken: a resend is written anew. */
const VALID_MS = 5 * 60_000;

export type Wrapping = {
  readonly url: string;
  /** Who sends, for WS-Security. */
  readonly username: string;
  readonly at: Date;
  /** Without SOAP. */
  readonly isBare?: boolean;
};

/** The HTTP body. The envelope is the same however often it is sent; the SOAP around it says when. */
export function bodyOf({ service, envelope }: ItkMessage, { url, username, at, isBare }: Wrapping): string {
  if (isBare) return XML_DECLARATION + envelope;
  return writeSoap({
    addressing: { messageId: randomUUID().toUpperCase(), action: service, to: url },
    security: {
      ...{ created: at, expires: new Date(at.getTime() + VALID_MS), username },
      id: `uuid_${randomUUID().toUpperCase()}`,
    },
    body: envelope,
  });
}

/** A UUID that is the same for the same parts, in capital letters as ITK writes them. */
export function uuidOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  // Its length before each, so that no two lists of parts are one text.
  for (const part of parts) hash.update(`${Buffer.from(part).length}:`).update(part);
  const bytes = hash.digest().subarray(0, 16);
  // Version 8, "custom", and the variant of RFC 9562.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex").toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
