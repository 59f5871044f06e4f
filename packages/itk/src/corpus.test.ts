import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMessage } from "@chesil/hl7";
import { readXml } from "@chesil/xml";
import { describe, expect, it } from "vitest";
import { acknowledgementsIn } from "./answer.ts";
import { readBusiness, writeBusiness } from "./business.ts";
import type { Envelope } from "./envelope.ts";
import { isEnvelope, readEnvelope } from "./envelope-reader.ts";
import { AT, bytesOf, documentOf } from "./example-messages.ts";
import { acknowledgementsDue } from "./handling.ts";
import { writeInfrastructure } from "./infrastructure.ts";
import { payloadKind } from "./payload-kind.ts";
import { SERVICES } from "./services.ts";
import { readSoap } from "./soap.ts";

/** Real messages that nobody here wrote, when the folder that CHESIL_CORPUS names is there. */
const ROOT = join(process.env.CHESIL_CORPUS ?? "", "itk");
const isThere = process.env.CHESIL_CORPUS !== undefined && existsSync(ROOT);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with itk in it)";

const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const messages = isThere
  ? readdirSync(ROOT, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith(".xml"))
      .sort()
  : [];

/** As the toolkit would fill its templates in. */
const filled = (template: string) =>
  template
    .replace("__TO_OID__", "")
    .replace("__TO_URI__", "urn:nhs-uk:addressing:ods:RYY")
    .replaceAll("__SENDER__", "urn:nhs-uk:addressing:ods:RXX")
    .replaceAll("__AUDIT_ID__", "urn:nhs-uk:identity:ods:RXX")
    .replaceAll("__TIMESTAMP__", "2026-03-01T12:30:00Z")
    .replaceAll("__EXPIRES__", "2026-03-01T12:30:10Z")
    .replaceAll("__ERROR_DIAGNOSTICS__", "");

function envelopeOf(text: string): Envelope {
  const document = documentOf(text);
  const soap = isEnvelope(document.root) ? undefined : readSoap(readXml(bytesOf(text)));
  const read = readEnvelope(document, soap?.ok ? soap.message.body : document.root);
  if (!read.ok) throw new Error(read.errors.map(({ text: words }) => words).join(" "));
  return read.envelope;
}

/** Names and attributes, one under another. */
function shapeOf(text: string): string {
  return text
    .replace(/>[^<]+</g, "><")
    .replace(/="[^"]*"/g, "")
    .replace(/\s+/g, " ")
    .replace(/ xmlns:xsi| __\w+__/g, "")
    .replace(/<([\w:.]+)([^>]*)><\/\1>/g, "<$1$2/>")
    .trim();
}

describe.skipIf(!isThere)(`the ITK messages of the corpora${skipped}`, () => {
  it("are read, each with its payloads", () => {
    const table = messages.map((path) => {
      const { service, payloads } = envelopeOf(filled(textOf(path)));
      return `${path} ${SERVICES.has(service)} ${payloads.map(payloadKind).join(" ")}`;
    });
    expect(table).toMatchInlineSnapshot(`
      [
        "nhs111/adastra-itk-ooh-referral-dx06-itk-request.xml true cda",
        "nhs111/adastra-itk-ooh-referral-dx86-itk-request.xml true cda",
        "nhs111/cleric-itk-ooh-referral-dx09-itk-request.xml true cda",
        "nhs111/cleric-itk-ooh-referral-dx10-itk-request.xml true cda",
        "nhs111/conformance-example-adastra-ooh-itk-request.xml true cda",
        "nhs111/conformance-example-adastra-original-itk-request.xml true cda",
        "nhs111/conformance-example-ic24-original-itk-request.xml true cda",
        "nhs111/example-adastra-ooh-itk-request.xml true cda",
        "nhs111/ic24-itk-ooh-referral-dx06-itk-request.xml true cda",
        "nhs111/ic24-itk-ooh-referral-dx07-itk-request.xml true cda",
        "nhs111/primary-emergency-itk-request.xml true cda",
        "nhs111/repeat-caller-exampleV1-itk-request.xml true cda cda cda cda cda cda",
        "nhs111/repeat-caller-itk-request.xml true cda cda cda cda cda cda",
        "nhs111/tpp-ooh-T6-skillset.xml true cda",
        "toolkit/INFNACKTriggerMessage.xml true cda",
        "toolkit/ITKEvents_ACK_2010_05.xml false hl7v2-acknowledgement",
        "toolkit/ITKEvents_RSP_K21-2010-05.xml false hl7v2-response",
        "toolkit/ITKEvents_RSP_K22-2010-05.xml false hl7v2-response",
        "toolkit/ITKEvents_RSP_ZV2-2010-05.xml false hl7v2-response",
        "toolkit/ITK_DE.xml true cda",
        "toolkit/ITK_SOAP.xml true cda",
      ]
    `);
  });

  it("give documents that stand alone, and HL7 that packages/hl7 reads", () => {
    for (const path of messages) {
      for (const payload of envelopeOf(filled(textOf(path))).payloads) {
        const alone = readXml(payload.bytes);
        expect([path, alone.ok]).toEqual([path, true]);
        if (payloadKind(payload).startsWith("hl7v2"))
          expect([path, readMessage(payload.bytes).ok]).toEqual([path, true]);
      }
    }
  });

  it("ask for acknowledgements as their handling specifications say", () => {
    const asking = messages.filter((path) => acknowledgementsDue(envelopeOf(filled(textOf(path)))).infrastructure);
    expect(asking).toEqual(["toolkit/INFNACKTriggerMessage.xml", "toolkit/ITK_DE.xml", "toolkit/ITK_SOAP.xml"]);
  });

  it("the toolkit's infrastructure acknowledgements are read, and ours have their shape", () => {
    for (const [name, isOk] of [
      ["infrastructure_ack", true],
      ["infrastructure_nack", false],
    ] as const) {
      const template = filled(textOf(`toolkit/${name}_template.xml.txt`));
      const [received] = acknowledgementsIn(envelopeOf(template));
      expect(received).toMatchObject({
        kind: "infrastructure",
        acknowledgement: {
          isOk,
          trackingId: "__TRACKING_ID_REF__",
          service: "__SERVICE_REF__",
          at: AT,
          errors: isOk ? [] : [{ code: "__ERROR_CODE__" }],
        },
      });
      if (received?.kind !== "infrastructure") continue;
      const theirs = /<itk:InfrastructureResponse.*<\/itk:InfrastructureResponse>/s.exec(template)?.[0] ?? "";
      expect(shapeOf(writeInfrastructure(received.acknowledgement))).toBe(shapeOf(theirs).replaceAll("> <", "><"));
    }
  });

  it("the toolkit's business acknowledgements are read, and ours have their shape", () => {
    for (const [name, code] of [
      ["business-ack", "AA"],
      ["business-nack", "AE"],
    ] as const) {
      const template = textOf(`toolkit/${name}-payload-template.txt`);
      const received = readBusiness(documentOf(template).root);
      expect(received).toMatchObject({
        code,
        trackingId: "__INBOUND_TRANSMISSIONID__",
        interaction: "__INTERACTION_ID__",
        items: [{ payloadId: "__INBOUND_PAYLOAD_ID__", code }],
        details: code === "AA" ? [] : [{ type: "ER", code: "__ERROR_CODE__", text: "__ERROR_TEXT__" }],
      });
      if (received === undefined) continue;
      const ours = writeBusiness(received, {
        at: AT,
        sender: { uri: "x" },
        receiver: { uri: "y" },
        organisation: { odsCode: "RXX", name: "A record" },
        software: { id: "C", model: "Chesil", name: "chesil" },
      });
      expect(shapeOf(ours)).toBe(shapeOf(template).replaceAll("> <", "><"));
    }
  });
});
