import { Buffer } from "node:buffer";
import { readXml, type XmlElement } from "@chesil/xml";
import { cdaEvent } from "./cda-event.ts";
import type { CdaContext, CdaReading, CdaResult } from "./cda-reading.ts";

/** Documents for tests. Everything in them is made up. */

export const AT = new Date("2026-03-01T12:30:00Z");
export const SET = "2D6E7A50-0F4B-4E0C-9F0B-3C1B5A0E7A01";
export const OTHER_SET = "7B0E4C52-5C1F-4B57-8D4B-0B7C6E1A2F02";
export const NUMBER = "9990004951";
/** The last digit is wrong. */
export const BAD_NUMBER = "9990004952";

export const VERIFIED = `<id root="2.16.840.1.113883.2.1.4.1" extension="${NUMBER}"/>`;
export const localId = (id: string, authority = "RXX:Example Hospital") =>
  `<id root="2.16.840.1.113883.2.1.3.2.4.18.24" extension="${id}" assigningAuthorityName="${authority}"/>`;

export const DISCHARGE = "POCD_MT150001UK06";
export const CALL = "POCD_MT200001GB02";
export const NULLIFICATION = "POCD_MT130001UK05";

/** The parts of a document as XML, or their values. */
const PARTS = {
  messageType: DISCHARGE,
  id: `<id root="6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04"/>`,
  set: `<setId root="${SET}"/>`,
  version: "1",
  time: `<effectiveTime value="20260301103005+00"/>`,
  confidentiality: "N",
  ids: VERIFIED + localId("0012345"),
  contacts: `<addr use="H"><streetAddressLine>14 Fish Street</streetAddressLine><city>Weymouth</city>
    <postalCode>dt48tu</postalCode></addr><telecom use="H" value="tel:01305 990004"/>`,
  names: `<name use="L"><family>Marsh</family><prefix>Mrs</prefix><given>Ellen</given><given>Rose</given></name>`,
  gender: `<administrativeGenderCode code="2" codeSystem="2.16.840.1.113883.2.1.3.2.4.16.25"/>`,
  birth: `<birthTime value="19450214"/>`,
  patient: "",
  practice: `<providerOrganization><id root="2.16.840.1.113883.2.1.3.2.4.19.1" extension="J99001"/>
    <name>Quay Surgery</name><standardIndustryClassCode code="001"/></providerOrganization>`,
  header: "",
  encounter: "",
  body: `<structuredBody><component><section><code code="887161000000102" codeSystem="2.16.840.1.113883.2.1.3.2.4.15"/>
    <title>Diagnoses</title><text>None</text></section></component></structuredBody>`,
};
type Parts = typeof PARTS;

export function cdaText(changed: Partial<Parts> = {}): string {
  const parts = { ...PARTS, ...changed };
  return `<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="DOCCLIN" moodCode="EVN">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <npfitlc:messageType xmlns:npfitlc="NPFIT:HL7:Localisation" root="2.16.840.1.113883.2.1.3.2.4.18.17"
    extension="${parts.messageType}"/>
  ${parts.id}<code code="373942005" codeSystem="2.16.840.1.113883.2.1.3.2.4.15" displayName="Discharge summary"/>
  <title>Discharge summary</title>${parts.time}<confidentialityCode code="${parts.confidentiality}"/>
  ${parts.set}<versionNumber value="${parts.version}"/>
  <recordTarget><patientRole>${parts.ids}${parts.contacts}
    <patient>${parts.names}${parts.gender}${parts.birth}${parts.patient}</patient>${parts.practice}
  </patientRole></recordTarget>
  <author><time value="202603011030+00"/><assignedAuthor><id root="1.2.826.0.1285.0.2.0.67" extension="role"/>
    <id root="1.2.826.0.1285.0.2.0.65" extension="200012345678"/>
    <assignedPerson><name><given>Ada</given><prefix>Dr</prefix><family>Cobb</family></name></assignedPerson>
    <representedOrganization><id root="2.16.840.1.113883.2.1.3.2.4.19.1" extension="RXX"/></representedOrganization>
  </assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="2.16.840.1.113883.2.1.3.2.4.19.1" extension="RXX"/><name>Example Hospital</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  ${parts.header}${parts.encounter}<component>${parts.body}</component></ClinicalDocument>`;
}

export function elementOf(text: string): XmlElement {
  const read = readXml(new Uint8Array(Buffer.from(text)));
  if (!read.ok) throw new Error(read.fault.text);
  return read.document.root;
}

export const READING: CdaReading = { authority: "RXX" };
export const CONTEXT: CdaContext = {
  receivedAt: AT,
  controlId: "TRACKING-1",
  content: { location: "payload[1]", bytes: 4_000 },
};

type Mapped = Extract<CdaResult, { ok: true }>;

export function mapped(changed: Partial<Parts> = {}, reading = READING, context: Partial<CdaContext> = {}): Mapped {
  const result = cdaEvent(elementOf(cdaText(changed)), reading, { ...CONTEXT, ...context });
  if (!result.ok) throw new Error(result.text);
  return result;
}
