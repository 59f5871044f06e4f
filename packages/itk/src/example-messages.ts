import { Buffer } from "node:buffer";
import { readXml, type XmlReading, xmlElement, xmlText } from "@chesil/xml";
import type { EnvelopeToSend, PayloadToSend } from "./envelope-writer.ts";
import { writeEnvelope } from "./envelope-writer.ts";
import { HANDLING } from "./handling.ts";
import { writeSoap } from "./soap.ts";

/** Messages for tests. Everything in them is made up. */

export const AT = new Date("2026-03-01T12:30:00Z");
export const SERVICE = "urn:nhs-itk:services:201005:SendCDADocument-v2-0";
export const TRACKING_ID = "2D6E7A50-0F4B-4E0C-9F0B-3C1B5A0E7A01";
export const PAYLOAD_ID = "uuid_7B0E4C52-5C1F-4B57-8D4B-0B7C6E1A2F02";

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
export const reading = (text: string): XmlReading => readXml(bytesOf(text));

export function documentOf(text: string) {
  const read = reading(text);
  if (!read.ok) throw new Error(read.fault.text);
  return read.document;
}

export const ER7 = [
  "MSH|^~\\&|PAS|RXX|ROUTE|ROUTE|20260301123000||ADT^A01^ADT_A01|00042|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0",
  "EVN||20260301123000",
  "PID|||0012345^^^RXX^MR||MARSH^ELLEN||19450214|2",
  "PV1||I|WARD1^^^RXX",
  "",
].join("\r");

export const V2_XML =
  '<v2:ADT_A01 xmlns:v2="urn:hl7-org:v2xml"><v2:MSH><v2:MSH.1>|</v2:MSH.1><v2:MSH.2>^~\\&amp;</v2:MSH.2>' +
  "<v2:MSH.9><v2:MSG.1>ADT</v2:MSG.1><v2:MSG.2>A01</v2:MSG.2></v2:MSH.9><v2:MSH.10>00042</v2:MSH.10></v2:MSH></v2:ADT_A01>";

export const CDA_MARKUP = xmlElement("ClinicalDocument", { xmlns: "urn:hl7-org:v3", classCode: "DOCCLIN" }, [
  xmlElement("title", {}, [xmlText("Discharge summary")]),
]);

export const CDA_PAYLOAD: PayloadToSend = {
  id: PAYLOAD_ID,
  mimeType: "text/xml",
  profileId: "urn:nhs-en:profile:dischargeReport-v6-1",
  content: { xml: CDA_MARKUP },
};

export const envelopeWith = (...payloads: PayloadToSend[]): EnvelopeToSend => ({
  service: SERVICE,
  trackingId: TRACKING_ID,
  addresses: [
    { uri: "urn:nhs-uk:addressing:ods:RXX" },
    { uri: "2000006423", type: "2.16.840.1.113883.2.1.3.2.4.18.44" },
  ],
  auditIdentities: [{ uri: "urn:nhs-uk:identity:ods:RYY" }],
  sender: { uri: "urn:nhs-uk:addressing:ods:RYY:PAS" },
  handling: new Map([
    [HANDLING.infrastructureAcknowledgement, "true"],
    [HANDLING.businessAcknowledgement, "true"],
    [HANDLING.interaction, "urn:nhs-itk:interaction:primaryRecipientDischargeDocument-v1-0"],
  ]),
  payloads,
});

export const ENVELOPE: string = writeEnvelope(envelopeWith(CDA_PAYLOAD));

export const SOAP_MESSAGE: string = writeSoap({
  addressing: {
    messageId: "0D3C1A52-7E0B-4B57-9D4B-1B7C6E1A2F03",
    action: SERVICE,
    to: "https://record.example/itk",
    from: "https://pas.example/itk",
    replyTo: "http://www.w3.org/2005/08/addressing/anonymous",
  },
  security: {
    created: AT,
    expires: new Date(AT.getTime() + 10_000),
    username: "PAS of RYY",
    id: "uuid_5C1F4B57-0000-4B57-8D4B-0B7C6E1A2F04",
  },
  body: writeEnvelope(envelopeWith(CDA_PAYLOAD)),
});
