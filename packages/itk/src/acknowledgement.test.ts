import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { type Acknowledging, businessEnvelope, infrastructureEnvelope } from "./acknowledgement-envelope.ts";
import { FAULT_ACTION } from "./addressing.ts";
import { acknowledgementsIn, readAnswer } from "./answer.ts";
import { type BusinessAcknowledgement, type BusinessHead, readBusiness, writeBusiness } from "./business.ts";
import type { Envelope } from "./envelope.ts";
import { readEnvelope } from "./envelope-reader.ts";
import { type EnvelopeToSend, writeEnvelope } from "./envelope-writer.ts";
import { AT, CDA_PAYLOAD, documentOf, envelopeWith, reading, TRACKING_ID } from "./example-messages.ts";
import { faultBody } from "./fault.ts";
import { acknowledgementsDue, HANDLING, isAcknowledgement, nackDue } from "./handling.ts";
import { type InfrastructureAcknowledgement, readInfrastructure, writeInfrastructure } from "./infrastructure.ts";
import { invalidMessage, type Refusal } from "./refusal.ts";
import { SERVICES } from "./services.ts";
import { readSimpleResponse, simpleResponseBody } from "./simple-response.ts";
import { writeSoap } from "./soap.ts";

const OURS: Acknowledging = {
  trackingId: "9A0B4C1D-0000-4000-8000-000000000001",
  payloadId: "9A0B4C1D-0000-4000-8000-000000000002",
  at: AT,
  identity: { uri: "urn:nhs-uk:identity:ods:RXX" },
  sender: { uri: "urn:nhs-uk:addressing:ods:RXX" },
};
const WHO: Pick<BusinessHead, "organisation" | "software"> = {
  organisation: { odsCode: "RXX", name: "A shared record" },
  software: { id: "CHESIL", model: "Chesil", name: "chesil" },
};

function envelopeOf(toSend: EnvelopeToSend): Envelope {
  const read = readEnvelope(documentOf(writeEnvelope(toSend)));
  if (!read.ok) throw new Error(read.errors.map(({ text }) => text).join(" "));
  return read.envelope;
}

const rootOf = (markup: string) => documentOf(markup).root;
const second = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((time) => new Date(time.setMilliseconds(0)));
const word = fc.string({ unit: fc.constantFrom("a", "7", "<", "&", '"', "é", "]"), minLength: 1, maxLength: 8 });
const party = fc.oneof(fc.record({ uri: word }), fc.record({ uri: word, type: word }));

const infrastructures: fc.Arbitrary<InfrastructureAcknowledgement> = fc.record({
  isOk: fc.boolean(),
  trackingId: word,
  service: word,
  at: fc.option(second, { nil: undefined }),
  reportedBy: fc.array(party, { maxLength: 4 }),
  errors: fc.array(
    fc.record(
      { id: word, code: word, codeSystem: word, text: word, diagnostic: word },
      { requiredKeys: ["id", "code", "codeSystem", "text"] },
    ),
    { maxLength: 3 },
  ),
});
const code = fc.constantFrom("AA" as const, "AE" as const, "AR" as const);
const businesses: fc.Arbitrary<BusinessAcknowledgement> = fc.record({
  id: word,
  code,
  trackingId: word,
  interaction: fc.option(word, { nil: undefined }),
  details: fc.array(
    fc.record({
      type: fc.constantFrom("ER" as const, "WG" as const, "IF" as const),
      code: word,
      codeSystem: word,
      text: word,
    }),
    { maxLength: 3 },
  ),
  items: fc.array(fc.record({ payloadId: word, code, text: word }, { requiredKeys: ["payloadId", "code"] }), {
    maxLength: 3,
  }),
});

describe("acknowledgements are read as they were written", () => {
  it("infrastructure", () => {
    fc.assert(
      fc.property(infrastructures, (acknowledgement) => {
        expect(readInfrastructure(rootOf(writeInfrastructure(acknowledgement)))).toEqual(acknowledgement);
      }),
    );
  });

  it("business", () => {
    fc.assert(
      fc.property(businesses, second, party, party, (acknowledgement, at, sender, receiver) => {
        const markup = writeBusiness(acknowledgement, { at, sender, receiver, ...WHO });
        expect(readBusiness(rootOf(markup))).toEqual(acknowledgement);
      }),
    );
  });

  it("simple, and faults", () => {
    const addressing = { messageId: "1", action: FAULT_ACTION, relatesTo: "2" };
    const refusals = fc.record<Refusal>({
      faultCode: fc.constantFrom("VersionMismatch", "MustUnderstand", "Client", "Server"),
      errorCode: fc.constantFrom(1000, 2100, 2200, 3000),
      text: word,
    });
    fc.assert(
      fc.property(word, refusals, (id, refusal) => {
        expect(readAnswer(reading(writeSoap({ addressing, body: simpleResponseBody(id) })))).toEqual({
          kind: "simple",
          trackingId: id,
        });
        const { faultCode, errorCode, text } = refusal;
        expect(readAnswer(reading(writeSoap({ addressing, body: faultBody(refusal, id) })))).toEqual({
          kind: "fault",
          fault: { faultCode, errorCode: String(errorCode), errorId: id, text, mayRetry: errorCode === 2100 },
        });
      }),
    );
    expect(
      readSimpleResponse(
        rootOf('<i:SimpleMessageResponse xmlns:i="urn:nhs-itk:ns:201005">OK</i:SimpleMessageResponse>'),
      ),
    ).toBe("");
    expect(
      readSimpleResponse(
        rootOf('<i:SimpleMessageResponse xmlns:i="urn:nhs-itk:ns:201005">NO:1</i:SimpleMessageResponse>'),
      ),
    ).toBeUndefined();
  });

  it("by fast-xml-parser as well, which knows nothing of how we write", () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      parseTagValue: false,
      removeNSPrefix: true,
    });
    const soap = writeSoap({ addressing: { action: FAULT_ACTION }, body: faultBody(invalidMessage("0012 <&>"), "7") });
    const { Envelope } = parser.parse(soap);
    expect(Envelope.Header.Action).toBe(FAULT_ACTION);
    expect(Envelope.Body.Fault.faultcode).toBe("soap:Client");
    expect(Envelope.Body.Fault.detail.ToolkitErrorInfo).toMatchObject({
      ErrorID: "7",
      ErrorCode: { "#text": "1000", "@codeSystem": "2.16.840.1.113883.2.1.3.2.4.17.268" },
      ErrorDiagnosticText: "0012 <&>",
    });
  });

  it("what another system means by failure, and what it leaves out", () => {
    const itk = 'xmlns="urn:nhs-itk:ns:201005"';
    expect(readInfrastructure(rootOf(`<InfrastructureResponse ${itk} result="ERROR" trackingIdRef="1"/>`))).toEqual({
      isOk: false,
      trackingId: "1",
      service: "",
      at: undefined,
      reportedBy: [],
      errors: [],
    });
    expect(readInfrastructure(rootOf(`<InfrastructureResponse ${itk} result="OK"/>`))).toBeUndefined();
    expect(readInfrastructure(rootOf('<InfrastructureResponse result="OK" trackingIdRef="1"/>'))).toBeUndefined();
    const business = (typeCode: string) =>
      `<BusinessResponseMessage xmlns="urn:hl7-org:v3"><acknowledgedBy3 typeCode="${typeCode}"><conveyingTransmission><id root="1"/></conveyingTransmission></acknowledgedBy3></BusinessResponseMessage>`;
    expect(readBusiness(rootOf(business("AA")))).toMatchObject({ code: "AA", trackingId: "1", items: [] });
    expect(readBusiness(rootOf(business("OK")))).toBeUndefined();
  });
});

describe("acknowledgements as envelopes", () => {
  const received = envelopeOf(envelopeWith(CDA_PAYLOAD));
  const good = envelopeOf(infrastructureEnvelope(received, [], OURS));
  const bad = envelopeOf(
    infrastructureEnvelope(
      received,
      [{ code: "DE0012", text: "Payload 1 of the manifest is no base64.", id: "E1" }],
      OURS,
    ),
  );
  const done = envelopeOf(
    businessEnvelope(
      received,
      { code: "AA", details: [], items: [{ payloadId: CDA_PAYLOAD.id, code: "AA" }] },
      OURS,
      WHO,
    ),
  );

  it("go to who sent the message, name it, and say what is so", () => {
    for (const { addresses, trackingId, payloads } of [good, bad, done]) {
      expect({ addresses, trackingId, count: payloads.length }).toEqual({
        addresses: [received.sender],
        trackingId: OURS.trackingId,
        count: 1,
      });
    }
    expect(acknowledgementsIn(good)).toMatchObject([
      { kind: "infrastructure", acknowledgement: { isOk: true, trackingId: TRACKING_ID, errors: [] } },
    ]);
    expect(acknowledgementsIn(bad)).toMatchObject([
      {
        kind: "infrastructure",
        acknowledgement: {
          isOk: false,
          trackingId: TRACKING_ID,
          errors: [
            { code: "DE0012", text: "Payload Processing Error", diagnostic: "Payload 1 of the manifest is no base64." },
          ],
        },
      },
    ]);
    expect(acknowledgementsIn(done)).toMatchObject([
      {
        kind: "business",
        acknowledgement: {
          code: "AA",
          trackingId: TRACKING_ID,
          interaction: received.handling.get(HANDLING.interaction),
        },
      },
    ]);
  });

  it("go to whom the audit identity names, where there is no return address", () => {
    const { addresses } = infrastructureEnvelope({ ...received, sender: undefined }, [], OURS);
    expect(addresses).toEqual([{ uri: "urn:nhs-uk:addressing:ods:RYY" }]);
    expect(infrastructureEnvelope({ ...received, sender: undefined, auditIdentities: [] }, [], OURS).addresses).toEqual(
      [],
    );
  });

  it("are due as the sender asks", () => {
    const asking = (infrastructure: string, business: string) => ({
      ...received,
      handling: new Map([
        [HANDLING.infrastructureAcknowledgement, infrastructure],
        [HANDLING.businessAcknowledgement, business],
      ]),
    });
    expect(acknowledgementsDue(asking("true", "true"))).toEqual({ infrastructure: true, business: true });
    expect(acknowledgementsDue(asking("false", "1"))).toEqual({ infrastructure: false, business: true });
    expect(acknowledgementsDue({ ...received, handling: new Map() })).toEqual({
      infrastructure: false,
      business: false,
    });
    expect([nackDue(asking("true", "false")), nackDue(asking("false", "true")), nackDue(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("are never acknowledged themselves, whatever they ask for and whatever service carries them", () => {
    const nothing = { infrastructure: false, business: false };
    const asked = new Map([
      [HANDLING.infrastructureAcknowledgement, "true"],
      [HANDLING.businessAcknowledgement, "true"],
    ]);
    const services = [...SERVICES.values()].flatMap(({ uri, responseUri }) => [uri, responseUri ?? uri]);
    for (const acknowledgement of [good, bad, done]) {
      expect(isAcknowledgement(acknowledgement)).toBe(true);
      for (const service of services) {
        expect(acknowledgementsDue({ ...acknowledgement, service, handling: asked })).toEqual(nothing);
      }
      expect(nackDue({ ...acknowledgement, handling: asked })).toBe(false);
    }
    const answers = [...SERVICES.values()].flatMap(({ responseUri }) => responseUri ?? []);
    for (const service of answers)
      expect(acknowledgementsDue({ ...received, service, handling: asked })).toEqual(nothing);
    expect(answers.length).toBeGreaterThan(20);
  });

  it("are what two systems tell each other over SOAP", () => {
    const body = writeEnvelope(infrastructureEnvelope(received, [], OURS));
    expect(readAnswer(reading(writeSoap({ addressing: { messageId: "1" }, body })))).toMatchObject({
      kind: "envelope",
      acknowledgements: [{ kind: "infrastructure", acknowledgement: { isOk: true, trackingId: TRACKING_ID } }],
    });
    for (const nonsense of [
      "",
      "<html/>",
      writeSoap({ addressing: {}, body: simpleResponseBody("") }).replace("OK:", ""),
    ]) {
      expect(readAnswer(reading(nonsense))).toMatchObject({ kind: "unreadable" });
    }
  });
});
