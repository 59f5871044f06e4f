import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Acknowledging, businessEnvelope, infrastructureEnvelope } from "./acknowledgement-envelope.ts";
import { ANONYMOUS, FAULT_ACTION } from "./addressing.ts";
import type { EnvelopeHead } from "./envelope.ts";
import { readEnvelope } from "./envelope-reader.ts";
import { writeEnvelope } from "./envelope-writer.ts";
import {
  AT,
  CDA_PAYLOAD,
  documentOf,
  ENVELOPE,
  envelopeWith,
  reading,
  SOAP_MESSAGE,
  TRACKING_ID,
} from "./example-messages.ts";
import { faultBody } from "./fault.ts";
import type { Refusal } from "./refusal.ts";
import { judgeSecurity } from "./security.ts";
import { simpleResponseBody } from "./simple-response.ts";
import { readSoap, writeSoap } from "./soap.ts";

/** The examples of README.md are what the code writes, byte for byte but for their line breaks. */

const OURS: Acknowledging = {
  trackingId: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C01",
  payloadId: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C02",
  at: AT,
  identity: { uri: "urn:nhs-uk:identity:ods:RXX" },
  sender: { uri: "urn:nhs-uk:addressing:ods:RXX" },
};
const WHO = {
  organisation: { odsCode: "RXX", name: "Example Shared Care Record" },
  software: { id: "CHESIL", model: "Chesil", name: "chesil" },
};
const ERROR_ID = "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C03";

const addressing = {
  messageId: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04",
  to: ANONYMOUS,
  relatesTo: "0D3C1A52-7E0B-4B57-9D4B-1B7C6E1A2F03",
};
const received: EnvelopeHead = envelopeWith(CDA_PAYLOAD);

function refusalOf(message: string): Refusal {
  const soap = readSoap(reading(message));
  if (soap.ok) throw new Error("The message is not refused.");
  return soap.refusal;
}

function businessOf(outcome: Parameters<typeof businessEnvelope>[1]): string {
  return writeEnvelope(businessEnvelope(received, outcome, OURS, WHO));
}

function failure(): string {
  const read = readEnvelope(documentOf(ENVELOPE.replace('payloads count="1"', 'payloads count="2"')));
  const errors = read.ok ? [] : read.errors.map((error) => ({ ...error, id: ERROR_ID }));
  return writeEnvelope(infrastructureEnvelope(received, errors, OURS));
}

const EXAMPLES: Readonly<Record<string, () => string>> = {
  simple: () =>
    writeSoap({
      addressing: { ...addressing, action: `${received.service}Response` },
      body: simpleResponseBody(TRACKING_ID),
    }),
  fault: () =>
    writeSoap({
      addressing: { ...addressing, action: FAULT_ACTION },
      body: faultBody(refusalOf(SOAP_MESSAGE.replace("</soap:Body>", "<b/></soap:Body>")), ERROR_ID),
    }),
  "fault-version": () =>
    faultBody(
      refusalOf(SOAP_MESSAGE.replace("schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope")),
      ERROR_ID,
    ),
  "fault-must-understand": () =>
    faultBody(
      refusalOf(SOAP_MESSAGE.replace("<soap:Header>", '<soap:Header><a:b xmlns:a="urn:a" soap:mustUnderstand="1"/>')),
      ERROR_ID,
    ),
  "fault-access": () => {
    const soap = readSoap(reading(SOAP_MESSAGE));
    const at = new Date(AT.getTime() + 60_000);
    const refusal = soap.ok
      ? judgeSecurity(soap.message.security, { at, clockSkewMs: 0, isRequired: true })
      : undefined;
    if (refusal === undefined) throw new Error("The message has not expired.");
    return faultBody(refusal, ERROR_ID);
  },
  "fault-retry": () =>
    faultBody(
      { faultCode: "Server", errorCode: 2100, text: "The message could not be stored: send it again." },
      ERROR_ID,
    ),
  "infrastructure-ok": () => writeEnvelope(infrastructureEnvelope(received, [], OURS)),
  "infrastructure-failure": failure,
  "business-aa": () => businessOf({ code: "AA", details: [], items: [{ payloadId: CDA_PAYLOAD.id, code: "AA" }] }),
  "business-ae": () =>
    businessOf({
      code: "AE",
      details: [
        { type: "ER", code: "30002", codeSystem: "2.16.840.1.113883.2.1.3.2.4.17.433", text: "Patient not known here" },
      ],
      items: [{ payloadId: CDA_PAYLOAD.id, code: "AE", text: "The document names no patient that can be found." }],
    }),
};

const README = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");

/** One element on a line; none of the bytes is between them. */
const shown = new Map(
  [...README.matchAll(/<!-- example: ([\w-]+) -->\n```xml\n(.*?)```/gs)].map(([, name = "", block = ""]) => [
    name,
    block.replace(/\n */g, "").trimStart(),
  ]),
);

describe("the examples of README.md", () => {
  it("are all there are", () => {
    expect([...shown.keys()].sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it.each(Object.keys(EXAMPLES))("%s is what is written", (name) => {
    expect(shown.get(name)).toBe(EXAMPLES[name]?.());
  });
});
