import { readMessage } from "@chesil/hl7";
import { isNamed } from "@chesil/xml";
import type { Payload } from "./envelope.ts";
import { HL7_V2_XML, HL7_V3, ITK } from "./names.ts";

/** What a payload is, by what it holds; what its sender says it is decides nothing. */
export type PayloadKind =
  /** HL7 v2, with bars or as XML: packages/hl7 reads both from the payload's bytes. */
  | "hl7v2-message"
  | "hl7v2-query"
  /** What a query brought, and HL7's own acknowledgement. */
  | "hl7v2-response"
  | "hl7v2-acknowledgement"
  | "cda"
  | "infrastructure-acknowledgement"
  | "business-acknowledgement"
  | "unknown";

export function payloadKind({ bytes, xml }: Payload): PayloadKind {
  if (xml === undefined) return isEr7(bytes) ? er7Kind(bytes) : "unknown";
  const { root } = xml;
  if (root.namespace === HL7_V2_XML) return messageKind(root.name.slice(0, 3));
  if (isNamed(root, HL7_V3, "ClinicalDocument")) return "cda";
  if (isNamed(root, HL7_V3, "BusinessResponseMessage")) return "business-acknowledgement";
  return isNamed(root, ITK, "InfrastructureResponse") ? "infrastructure-acknowledgement" : "unknown";
}

/** Blanks and a byte order mark may stand before it. */
const isEr7 = (bytes: Uint8Array): boolean =>
  /^[\s\xef\xbb\xbf]*(?:MSH|FHS|BHS)[^\w\s]/.test(String.fromCharCode(...bytes.subarray(0, 64)));

/** By its header alone: the rest may be a document of megabytes. */
function er7Kind(bytes: Uint8Array): PayloadKind {
  const start = bytes.findIndex((byte) => byte > 0x20);
  const length = bytes.subarray(start).findIndex((byte) => byte === 0x0d || byte === 0x0a);
  const read = readMessage(length < 0 ? bytes : bytes.subarray(start, start + length));
  return messageKind(read.ok ? read.message.get("MSH", 9, { component: 1 }) : "");
}

const QUERIES = new Set(["QBP", "QCN", "QRY", "VXQ"]);
const RESPONSES = new Set(["RSP", "ADR", "ORF"]);

function messageKind(code: string): PayloadKind {
  if (code === "ACK") return "hl7v2-acknowledgement";
  if (QUERIES.has(code)) return "hl7v2-query";
  return RESPONSES.has(code) ? "hl7v2-response" : "hl7v2-message";
}
