import { type Header, peek, splitMessages } from "@chesil/hl7";
import {
  HANDLING,
  isEnvelope,
  type Party,
  type PayloadToSend,
  readEnvelope,
  readSoap,
  SERVICES,
  writeEnvelope,
} from "@chesil/itk";
import { isNamed, readXml, standalone, type XmlDocument, type XmlElement } from "@chesil/xml";
import { type ItkMessage, uuidOf } from "./message.ts";

export type WrapOptions = {
  /** ODS codes, of who sends and to whom. */
  readonly sender: string;
  readonly receiver?: string | undefined;
  /** By its whole name or without what all names begin with; by what the content is unless given. */
  readonly service?: string | undefined;
  readonly asksInfrastructure: boolean;
  readonly asksBusiness: boolean;
};

export type Wrapped =
  | { readonly ok: true; readonly message: ItkMessage }
  | { readonly ok: false; readonly why: "not-itk" | "not-readable" };

const SERVICE_PREFIX = "urn:nhs-itk:services:201005:";
const CARRIER = "sendDistEnvelope";
const CDA_SERVICE = "SendCDADocument-v2-0";
const HL7_V3 = "urn:hl7-org:v3";
const HL7_V2_XML = "urn:hl7-org:v2xml";

/** The service's whole name; undefined for one that ITK does not have. */
export function serviceNamed(name: string): string | undefined {
  return [name, SERVICE_PREFIX + name].find((uri) => SERVICES.has(uri));
}

/**
 * The messages of a file, one envelope each: HL7 v2 with bars, as many as it holds; or XML, one document: CDA, HL7 v2, or
 * an envelope that is sent as it is.
 */
export function* wrapFile(file: Uint8Array, options: WrapOptions): Generator<Wrapped> {
  if (/^[\s\ufeff]*</.test(Buffer.from(file.subarray(0, 64)).toString("utf8"))) yield wrapXml(file, options);
  else for (const bytes of splitMessages(file)) yield wrapHl7(bytes, options);
}

function wrapHl7(bytes: Uint8Array, options: WrapOptions): Wrapped {
  const { header } = peek(bytes, { defaultAuthority: "SENDER" });
  if (header === undefined) return { ok: false, why: "not-readable" };
  const service = hl7Service(header, "PH");
  return wrapped(bytes, service, { mimeType: "text/plain", content: { bytes } }, options);
}

function wrapXml(bytes: Uint8Array, options: WrapOptions): Wrapped {
  const reading = readXml(bytes);
  if (!reading.ok) return { ok: false, why: "not-readable" };
  const { document } = reading;
  const { root } = document;
  const payload = { mimeType: "text/xml", content: { xml: standalone(document, root) } };
  if (isNamed(root, HL7_V3, "ClinicalDocument")) return wrapped(bytes, CDA_SERVICE, payload, options);
  const header = root.namespace === HL7_V2_XML && peek(bytes, { defaultAuthority: "SENDER" }).header;
  if (header) return wrapped(bytes, hl7Service(header, ""), payload, options);
  const soap = readSoap(reading);
  return asItIs(document, soap.ok ? soap.message.body : root);
}

function asItIs(document: XmlDocument, element: XmlElement): Wrapped {
  if (!isEnvelope(element)) return { ok: false, why: "not-itk" };
  const read = readEnvelope(document, element);
  if (!read.ok) return { ok: false, why: "not-readable" };
  const { service, trackingId } = read.envelope;
  return { ok: true, message: { service, trackingId, envelope: standalone(document, element) } };
}

/** The tracking id is the content's: the same file sent again is a resend. */
function wrapped(
  bytes: Uint8Array,
  byContent: string,
  payload: Pick<PayloadToSend, "mimeType" | "content">,
  { sender, receiver, service: given, asksInfrastructure, asksBusiness }: WrapOptions,
): Wrapped {
  const service = serviceNamed(given ?? byContent) ?? SERVICE_PREFIX + CARRIER;
  const trackingId = uuidOf("message", sender, service, bytes);
  const envelope = writeEnvelope({
    ...{ service, trackingId },
    addresses: receiver === undefined ? [] : [addressOf(receiver)],
    auditIdentities: [identityOf(sender)],
    sender: addressOf(sender),
    handling: new Map([
      ...(asksInfrastructure ? ([[HANDLING.infrastructureAcknowledgement, "true"]] as const) : []),
      ...(asksBusiness ? ([[HANDLING.businessAcknowledgement, "true"]] as const) : []),
    ]),
    payloads: [{ id: `uuid_${uuidOf("payload", trackingId)}`, ...payload }],
  });
  return { ok: true, message: { service, trackingId, envelope } };
}

export const addressOf = (odsCode: string): Party => ({ uri: `urn:nhs-uk:addressing:ods:${odsCode}` });
export const identityOf = (odsCode: string): Party => ({ uri: `urn:nhs-uk:identity:ods:${odsCode}` });

const ADT_SERVICES: Readonly<Record<string, string>> = {
  A01: "admitPatient",
  A02: "transferPatient",
  A03: "dischargePatient",
  A04: "registerOutpatient",
  A08: "updatePatient",
  A12: "cancelTransferPatient",
  A13: "cancelDischargePatient",
  A28: "updatePatient",
  A31: "updatePatient",
};
const QUERY_SERVICES: Readonly<Record<string, string>> = {
  "QBP^Q21": "queryPatientDemographics",
  "QBP^Q22": "findCandidatesQuery",
  "QBP^ZV1": "queryPatientDemographicsAndVisit",
  "QCN^J01": "cancelQuery",
};

/** What has no service of its own is carried by the one that takes any envelope. */
function hl7Service({ messageCode, triggerEvent }: Header, form: "PH" | ""): string {
  const name = messageCode === "ADT" ? ADT_SERVICES[triggerEvent] : QUERY_SERVICES[`${messageCode}^${triggerEvent}`];
  return name === undefined ? CARRIER : `${name}${form}-v1-0`;
}
