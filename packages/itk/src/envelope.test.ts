import { Buffer } from "node:buffer";
import { type XmlMarkup, xmlElement, xmlText } from "@chesil/xml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Envelope } from "./envelope.ts";
import { envelopeSteps, readEnvelope } from "./envelope-reader.ts";
import { documentMarkup, type EnvelopeToSend, type PayloadToSend, writeEnvelope } from "./envelope-writer.ts";
import {
  bytesOf,
  CDA_MARKUP,
  CDA_PAYLOAD,
  documentOf,
  ENVELOPE,
  ER7,
  envelopeWith,
  V2_XML,
} from "./example-messages.ts";
import { odsCodeOf } from "./party.ts";
import { payloadKind } from "./payload-kind.ts";

const read = (text: string) => readEnvelope(documentOf(text));

function envelopeOf(text: string): Envelope {
  const reading = read(text);
  if (!reading.ok) throw new Error(reading.errors.map(({ text: words }) => words).join(" "));
  return reading.envelope;
}

const sent = (...payloads: PayloadToSend[]) => writeEnvelope(envelopeWith(...payloads));

const word = fc.stringMatching(/^[!-~é£]{1,12}$/);
const uuid = fc.uuid().map((id) => `uuid_${id.toUpperCase()}`);
const text = fc.string({
  unit: fc.constantFrom("a", "0", "\r", "\n", " ", "<", "&", "]", ">", '"', "é", "名"),
  minLength: 1,
});
const payloadContent = fc.oneof(
  fc.record({
    mimeType: fc.constant("text/plain"),
    content: fc.record({ text: text.filter((words) => words.trim() !== "") }),
  }),
  fc.record({
    mimeType: fc.constantFrom("text/xml", "application/x+xml"),
    content: fc.record({
      xml: text.map((words) => xmlElement("d", { xmlns: "urn:hl7-org:v3", t: words }, [xmlText(words)])),
    }),
  }),
  fc.record({
    mimeType: fc.constantFrom("application/pdf", "text/plain"),
    content: fc.record({
      bytes: fc.uint8Array({ minLength: 1 }).filter(([one, two]) => !(one === 0x1f && two === 0x8b)),
      isCompressed: fc.boolean(),
    }),
  }),
);
const party = (prefix: string) =>
  fc.oneof(
    fc.record({ uri: fc.stringMatching(/^[A-Z0-9]{1,5}(:[A-Z0-9]{1,5}){0,2}$/).map((name) => `${prefix}ods:${name}`) }),
    fc.record({ uri: word, type: fc.constant("2.16.840.1.113883.2.1.3.2.4.18.44") }),
  );
const addresses = party("urn:nhs-uk:addressing:");
const envelopes: fc.Arbitrary<EnvelopeToSend> = fc.record({
  service: word,
  trackingId: word,
  addresses: fc.array(addresses, { maxLength: 3 }),
  auditIdentities: fc.array(party("urn:nhs-uk:identity:"), { maxLength: 4 }),
  sender: fc.option(addresses, { nil: undefined }),
  handling: fc
    .uniqueArray(fc.tuple(word, word), { selector: ([key]) => key, maxLength: 4 })
    .map((specs) => new Map(specs)),
  payloads: fc
    .uniqueArray(uuid, { minLength: 0, maxLength: 4 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc
            .tuple(payloadContent, fc.option(word, { nil: undefined }), fc.boolean())
            .map(([content, profileId, isMetadata]): PayloadToSend => ({ id, profileId, isMetadata, ...content })),
        ),
      ),
    ),
});

const contentBytes = ({ content }: PayloadToSend): Buffer =>
  Buffer.from("bytes" in content ? content.bytes : Buffer.from("xml" in content ? content.xml : content.text));

describe("an envelope", () => {
  it("is read as it was written, by itself or within another element", () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const markup = writeEnvelope(envelope);
        const { payloads, ...head } = envelopeOf(markup);
        const { payloads: written, ...writtenHead } = envelope;
        expect(head).toEqual(writtenHead);
        expect(payloads.map((payload) => ({ ...payload, bytes: Buffer.from(payload.bytes), xml: undefined }))).toEqual(
          written.map((each) => ({
            id: each.id,
            mimeType: each.mimeType,
            profileId: each.profileId,
            isMetadata: each.isMetadata,
            encoding: "bytes" in each.content ? "base64" : "xml" in each.content ? "xml" : "text",
            isCompressed: "bytes" in each.content && (each.content.isCompressed ?? false),
            bytes: contentBytes(each),
            xml: undefined,
          })),
        );
        const outer = documentOf(xmlElement("body", {}, [markup]));
        const [inner] = outer.root.children;
        if (inner === undefined || typeof inner === "string") throw new Error("There is no envelope.");
        const within = readEnvelope(outer, inner);
        expect(within.ok && within.envelope.payloads.map(({ bytes }) => bytes)).toEqual(
          payloads.map(({ bytes }) => bytes),
        );
        expect(writeEnvelope(envelope)).toBe(markup);
      }),
    );
  });

  it("gives each payload as what it is, whatever it is called", () => {
    const v2: PayloadToSend = { id: "uuid_1", mimeType: "text/plain", content: { bytes: bytesOf(ER7) } };
    const payloads: [PayloadToSend, string][] = [
      [v2, "hl7v2-message"],
      [{ ...v2, content: { bytes: bytesOf(ER7), isCompressed: true } }, "hl7v2-message"],
      [{ ...v2, content: { text: ER7 } }, "hl7v2-message"],
      [{ ...v2, content: { text: ER7.replace("ADT^A01^ADT_A01", "QBP^Q22") } }, "hl7v2-query"],
      [{ ...v2, mimeType: "text/xml", content: { xml: V2_XML as XmlMarkup } }, "hl7v2-message"],
      [
        { ...v2, mimeType: "text/xml", content: { xml: V2_XML.replaceAll("ADT_A01", "RSP_K22") as XmlMarkup } },
        "hl7v2-response",
      ],
      [
        { ...v2, mimeType: "text/xml", content: { xml: V2_XML.replaceAll("ADT_A01", "ACK") as XmlMarkup } },
        "hl7v2-acknowledgement",
      ],
      [{ ...v2, mimeType: "text/xml", content: { bytes: bytesOf(V2_XML) } }, "hl7v2-message"],
      [CDA_PAYLOAD, "cda"],
      [{ ...CDA_PAYLOAD, content: { bytes: bytesOf(CDA_MARKUP), isCompressed: true } }, "cda"],
      [{ ...v2, content: { bytes: bytesOf("%PDF-1.4") } }, "unknown"],
    ];
    for (const [payload, kind] of payloads) expect(envelopeOf(sent(payload)).payloads.map(payloadKind)).toEqual([kind]);
  });

  it("gives a document the declarations that it needs, and takes one in without its own declaration", () => {
    const inherited = ENVELOPE.replace(
      "<itk:payloads",
      '<itk:payloads xmlns:xsi="urn:xsi" xmlns:npfitlc="NPFIT:HL7:Localisation"',
    ).replace("<title>", "<npfitlc:messageType/><title>");
    expect(Buffer.from(envelopeOf(inherited).payloads[0]?.bytes ?? []).toString()).toBe(
      '<ClinicalDocument xmlns:npfitlc="NPFIT:HL7:Localisation" xmlns="urn:hl7-org:v3" classCode="DOCCLIN">' +
        "<npfitlc:messageType/><title>Discharge summary</title></ClinicalDocument>",
    );
    expect(documentMarkup(bytesOf(`\ufeff<?xml version="1.0"?>\n<!-- x -->${CDA_MARKUP}\n`))).toEqual({
      ok: true,
      xml: CDA_MARKUP,
    });
    expect(documentMarkup(bytesOf("<!DOCTYPE a><a/>"))).toMatchObject({ ok: false, fault: { code: "document-type" } });
  });
});

describe("odsCodeOf", () => {
  it("is the organisation, not its site or team", () => {
    const codes = [
      "urn:nhs-uk:addressing:ods:RXX",
      "urn:nhs-uk:addressing:ods:RXX:SITE:PAS",
      "urn:nhs-uk:identity:ods:RYY",
      "urn:nhs-uk:identity:cfh:nic:lab",
      "2000006423",
    ].map((uri) => odsCodeOf({ uri }));
    expect(codes).toEqual(["RXX", "RXX", "RYY", undefined, undefined]);
  });
});

describe("hostile envelopes", () => {
  it("get errors, never throw, and are answered the same each time", () => {
    const pieces = ENVELOPE.split(/(?=[<"])/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 2 })), { minLength: 1, maxLength: 3 }),
        (edits) => {
          const edited = [...pieces];
          for (const [at, from, how] of edits) {
            const place = at % edited.length;
            const other = edited[from % edited.length] ?? "";
            edited.splice(place, how === 0 ? 0 : 1, ...(how === 1 ? [] : [other]));
          }
          const text = edited.join("");
          const reading = (() => {
            try {
              return documentOf(text);
            } catch {
              return undefined;
            }
          })();
          if (reading === undefined) return;
          const result = readEnvelope(reading);
          expect(readEnvelope(reading)).toEqual(result);
          if (!result.ok) expect(result.errors).not.toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are read in steps, so that others can run between them", () => {
    const bytes = Buffer.alloc(5_000_000, "A clinical letter. ");
    const steps = [
      ...envelopeSteps(documentOf(sent({ id: "uuid_1", mimeType: "application/pdf", content: { bytes } }))),
    ];
    expect(steps.length).toBeGreaterThan(6);
  });
});
