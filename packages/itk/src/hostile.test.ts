import { Buffer } from "node:buffer";
import { readXml, standalone } from "@chesil/xml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { businessEnvelope, infrastructureEnvelope } from "./acknowledgement-envelope.ts";
import { acknowledgementsIn, readAnswer } from "./answer.ts";
import { readEnvelope, refusalOf } from "./envelope-reader.ts";
import { writeEnvelope } from "./envelope-writer.ts";
import { AT, CDA_PAYLOAD, envelopeWith, SOAP_MESSAGE } from "./example-messages.ts";
import { faultBody } from "./fault.ts";
import { acknowledgementsDue, nackDue } from "./handling.ts";
import { payloadKind } from "./payload-kind.ts";
import { judgeSecurity } from "./security.ts";
import { judgeAction, readSoap, writeSoap } from "./soap.ts";

const SECRET = "Xylophone";
const ours = {
  trackingId: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C01",
  payloadId: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C02",
  at: AT,
  identity: { uri: "urn:nhs-uk:identity:ods:RXX" },
  sender: { uri: "urn:nhs-uk:addressing:ods:RXX" },
};
const who = { organisation: { odsCode: "RXX", name: "A record" }, software: { id: "C", model: "C", name: "c" } };
const received = envelopeWith(CDA_PAYLOAD);
const inSoap = (envelope: Parameters<typeof writeEnvelope>[0]) =>
  writeSoap({ addressing: {}, body: writeEnvelope(envelope) });
const MESSAGES = [
  SOAP_MESSAGE,
  inSoap(infrastructureEnvelope(received, [{ code: "DE0012", text: "x", id: "1" }], ours)),
  inSoap(
    businessEnvelope(
      received,
      { code: "AE", details: [], items: [{ payloadId: "1", code: "AE", text: "x" }] },
      ours,
      who,
    ),
  ),
].map((text) => text.replaceAll("RYY", SECRET));

/** Some bytes of a message cut, changed or put elsewhere. */
const hostile = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 6 })), { maxLength: 3 }),
  )
  .map(([message, edits]) =>
    edits.reduce((bytes, [at, length, junk]) => {
      const start = at % bytes.length;
      return Buffer.concat([bytes.subarray(0, start), junk, bytes.subarray(start + length)]);
    }, Buffer.from(message)),
  );
/** The same, but well-formed: words swapped with one another. */
const crooked = fc.tuple(fc.constantFrom(...MESSAGES), fc.nat(), fc.nat()).map(([message, from, to]) => {
  const words = message.match(/[\w.-]+|[^\w.-]+/g) ?? [];
  const places = words.flatMap((word, index) => (/\w/.test(word) ? [index] : []));
  const word = words[places[from % places.length] ?? 0] ?? "";
  return Buffer.from(message.replaceAll(word, words[places[to % places.length] ?? 0] ?? ""));
});

/** All that is done with a message; what is said of it. */
function everythingOf(bytes: Uint8Array): unknown {
  const xml = readXml(bytes);
  const soap = readSoap(xml);
  const answer = readAnswer(xml);
  if (!soap.ok) return [soap.refusal, answer, faultBody(soap.refusal, "1")];
  const { document, body, addressing, security } = soap.message;
  const judged = judgeSecurity(security, { at: AT, clockSkewMs: 0, isRequired: true });
  const read = readEnvelope(document, body);
  if (!read.ok) {
    const errors = read.errors.map((error) => ({ ...error, id: "1" }));
    const nack = read.head && nackDue(read.head) ? infrastructureEnvelope(read.head, errors, ours) : undefined;
    return [judged, refusalOf(read.errors), nack && writeEnvelope(nack)];
  }
  const { envelope } = read;
  acknowledgementsIn(envelope);
  for (const payload of envelope.payloads) if (payload.xml) standalone(document, payload.xml.root);
  return [
    judged,
    judgeAction({ action: addressing.action, service: envelope.service }),
    acknowledgementsDue(envelope),
    envelope.payloads.map(payloadKind),
  ];
}

describe("whatever bytes come", () => {
  it("they get a refusal, errors or an envelope: nothing throws, and the same is said each time", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, crooked, fc.uint8Array()), (bytes) => {
        expect(everythingOf(bytes)).toEqual(everythingOf(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it("nothing of them is quoted in what is said about them", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, crooked), (bytes) => {
        const soap = readSoap(readXml(bytes));
        const read = soap.ok ? readEnvelope(soap.message.document, soap.message.body) : undefined;
        const said = [soap.ok ? undefined : soap.refusal, read?.ok === false ? read.errors : undefined];
        expect(JSON.stringify(said)).not.toContain(SECRET);
      }),
      { numRuns: 500 },
    );
  });
});
