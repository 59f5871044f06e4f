import { randomUUID } from "node:crypto";
import { type PayloadToSend, writeEnvelope, writeSoap } from "@chesil/itk";
import { readXml, standalone } from "@chesil/xml";
import { cdaText } from "../../packages/itk/src/cda/example-cda.ts";

/** What the ITK benchmark sends. Everything in it is made up. */

const PREFIX = "urn:nhs-itk:services:201005:";
const ADMIT = `${PREFIX}admitPatientPH-v1-0`;
const DOCUMENT = `${PREFIX}SendCDADocument-v2-0`;
const TRACKING_ID = "00000000-0000-4000-8000-000000000000";

/** An ADT of so many bytes, most of them observations. */
export function adtOf(bytes: number): string {
  const head = [
    "MSH|^~\\&|PAS|RXX|CHESIL|QVV|20260301080000||ADT^A01^ADT_A01|C1|P|2.4",
    "EVN|A01|20260301080000",
    "PID|1||6001^^^RXX^MR||MARSH^ELLEN^ROSE||19450214|F|||14 FISH STREET^^WEYMOUTH^^DT4 8TU",
    "PV1|1|I|WARD1^BAY2^BED3^RXX||||C123^COBB^ADA|||100||||||||V1^^^RXX",
  ];
  const observation = (index: number) =>
    `OBX|${index}|TX|NOTE^Note||Seen on the ward round and comfortable overnight, drinking well||||||F`;
  let text = `${head.join("\r")}\r`;
  for (let index = 1; text.length < bytes; index++) text += `${observation(index)}\r`;
  return text;
}

/** A CDA document of so many bytes, most of them words in tables; or an attachment in base64. */
export function cdaOf(bytes: number, kind: "words" | "attachment" = "words"): string {
  if (kind === "attachment") {
    const content = Buffer.alloc(Math.ceil((bytes * 3) / 4), "letter ").toString("base64");
    return cdaText({
      body: `<nonXMLBody><text mediaType="application/pdf" representation="B64">${content}</text></nonXMLBody>`,
    });
  }
  const row =
    "<tr><td>Amlodipine 5 mg tablets</td><td>One a day, in the morning</td><td>Continue; blood pressure well controlled</td></tr>";
  const section = (rows: number) =>
    `<component><section><code code="933361000000108" codeSystem="2.16.840.1.113883.2.1.3.2.4.15"/><title>Medications</title><text><table><tbody>${row.repeat(rows)}</tbody></table></text></section></component>`;
  const sections = Math.max(1, Math.round(bytes / section(20).length));
  return cdaText({ body: `<structuredBody>${section(20).repeat(sections)}</structuredBody>` });
}

/** SOAP messages without end, each under a tracking id of its own. */
export function soapWithoutEnd(service: string, payload: Omit<PayloadToSend, "id">): () => Buffer {
  const envelope = writeEnvelope({
    ...{ service, trackingId: TRACKING_ID, addresses: [], auditIdentities: [], handling: new Map() },
    sender: { uri: "urn:nhs-uk:addressing:ods:RXX:PAS" },
    payloads: [{ id: "uuid_00000000-0000-4000-8000-000000000001", ...payload }],
  });
  const created = new Date();
  const soap = writeSoap({
    addressing: { messageId: randomUUID().toUpperCase(), action: service, to: "https://record.example/itk" },
    security: { created, expires: new Date(created.getTime() + 3_600_000), username: "PAS", id: "uuid_T" },
    body: envelope,
  });
  const [before = "", after = ""] = soap.split(TRACKING_ID);
  return () => Buffer.from(before + randomUUID().toUpperCase() + after);
}

export const admissionsWithoutEnd = (bytes: number): (() => Buffer) =>
  soapWithoutEnd(ADMIT, { mimeType: "text/plain", content: { bytes: Buffer.from(adtOf(bytes)) } });

export function documentsWithoutEnd(text: string): () => Buffer {
  const read = readXml(Buffer.from(text));
  if (!read.ok) throw new Error(read.fault.text);
  const xml = standalone(read.document, read.document.root);
  return soapWithoutEnd(DOCUMENT, { mimeType: "text/xml", content: { xml } });
}
