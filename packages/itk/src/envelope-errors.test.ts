import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readEnvelope } from "./envelope-reader.ts";
import { type PayloadToSend, writeEnvelope } from "./envelope-writer.ts";
import { bytesOf, CDA_MARKUP, CDA_PAYLOAD, documentOf, ENVELOPE, envelopeWith } from "./example-messages.ts";
import { HANDLING } from "./handling.ts";
import { ITK_LIMITS } from "./limits.ts";

const read = (text: string) => readEnvelope(documentOf(text));

const errorsOf = (text: string) => {
  const reading = read(text);
  return reading.ok ? ["read"] : reading.errors.map((error) => `${error.code} ${error.text}`);
};

const sent = (...payloads: PayloadToSend[]) => writeEnvelope(envelopeWith(...payloads));

const change = (from: string | RegExp, to: string) => {
  const changed = ENVELOPE.replace(from, to);
  expect(changed).not.toBe(ENVELOPE);
  return changed;
};
const base64 = (payload: string, flags = 'base64="true"') =>
  ENVELOPE.replace("<itk:manifestitem", `<itk:manifestitem ${flags}`)
    .replace('mimetype="text/xml"', 'mimetype="application/pdf"')
    .replace(CDA_MARKUP, payload);
const packed = (bytes: Uint8Array) => base64(Buffer.from(bytes).toString("base64"), 'base64="true" compressed="true"');

describe("what is wrong with an envelope is told by the code of its place", () => {
  it.each<[string, string, string[]]>([
    ["another root", "<a/>", ["DE0001 The message is no ITK Distribution Envelope."]],
    [
      "another namespace",
      change("urn:nhs-itk:ns:201005", "urn:nhs-:ns:201005"),
      ["DE0001 The message is no ITK Distribution Envelope."],
    ],
    [
      "no header",
      change(/<itk:header.*<\/itk:header>/, ""),
      ["DE0002 The envelope has no header.", "DE0012 Payload 1 is not in the manifest."],
    ],
    ["no service", change(/service="[^"]*"/, ""), ["DE0002 The header names no service."]],
    ["no tracking id", change(/trackingid="[^"]*"/, 'trackingid=" "'), ["DE0002 The header has no tracking id."]],
    [
      "an endless one",
      change(/trackingid="[^"]*"/, `trackingid="${"9".repeat(1_025)}"`),
      ["DE0002 The header has no tracking id."],
    ],
    [
      "an empty address list",
      change(/<itk:address u.*?<\/itk:addresslist>/, "</itk:addresslist>"),
      ["DE0003 The address list is empty."],
    ],
    [
      "an address of another shape",
      change("addressing:ods:RXX", "adressing:ods:RXX"),
      ["DE0003 Address 1 is no urn:nhs-uk:addressing:… URI."],
    ],
    [
      "an address without an organisation",
      change("ods:RXX", "ods:"),
      ["DE0003 Address 1 is no urn:nhs-uk:addressing:… URI."],
    ],
    ["no id in the audit identity", change(/<itk:id .*?\/>/, ""), ["DE0004 The audit identity has not one to 4 ids."]],
    [
      "an id of another shape",
      change("identity:ods:RYY", "identity:RYY"),
      ["DE0005 Id 1 of the audit identity is no urn:nhs-uk:identity:… URI."],
    ],
    [
      "no manifest",
      change(/<itk:manifest .*<\/itk:manifest>/, ""),
      ["DE0006 The header has no manifest.", "DE0012 Payload 1 is not in the manifest."],
    ],
    [
      "a manifest that counts wrong",
      change('manifest count="1"', 'manifest count="2"'),
      ["DE0006 The count of the manifest is not how many items it has."],
    ],
    [
      "a count that is none",
      change('manifest count="1"', 'manifest count="one"'),
      ["DE0006 The count of the manifest is not how many items it has."],
    ],
    [
      "a manifest that lies about ids",
      change('<itk:manifestitem id="uuid_7', '<itk:manifestitem id="uuid_8'),
      ["DE0012 Payload 1 is not in the manifest.", "DE0007 Manifest item 1 has no payload of its id."],
    ],
    [
      "an item twice",
      change(/(<itk:manifestitem .*?\/>)/, "$1$1"),
      [
        "DE0006 The count of the manifest is not how many items it has.",
        "DE0007 Manifest item 2 has the id of another one.",
      ],
    ],
    [
      "no media type",
      change('mimetype="text/xml"', ""),
      ["DE0007 Manifest item 1 has no media type.", "DE0012 Payload 1 is not in the manifest."],
    ],
    [
      "a flag that is none",
      change("<itk:manifestitem", '<itk:manifestitem compressed="gzip"'),
      ["DE0007 Manifest item 1 has a flag that is neither true nor false."],
    ],
    [
      "a sender address of another shape",
      change("addressing:ods:RYY:PAS", "ods:RYY"),
      ["DE0008 The sender address is no urn:nhs-uk:addressing:… URI."],
    ],
    [
      "specifications that contradict each other",
      change(
        "</itk:handlingSpecification>",
        `<itk:spec key="${HANDLING.businessAcknowledgement}" value="false"/></itk:handlingSpecification>`,
      ),
      ["DE0009 Specification 4 contradicts another one of its key."],
    ],
    ["a specification without a value", change('value="true"', ""), ["DE0010 Specification 1 has no key or no value."]],
    ["no payloads", change(/<itk:payloads.*<\/itk:payloads>/, ""), ["DE0011 The envelope has no payloads."]],
    [
      "payloads that count wrong",
      change('payloads count="1"', 'payloads count="6"'),
      ["DE0011 The count of the payloads is not how many there are."],
    ],
    [
      "a payload without an id",
      change(/payload id="[^"]*"/, "payload"),
      ["DE0012 Payload 1 has no id.", "DE0007 Manifest item 1 has no payload of its id."],
    ],
    [
      "a payload twice",
      change(/(<itk:payload .*<\/itk:payload>)/, "$1$1"),
      ["DE0011 The count of the payloads is not how many there are.", "DE0012 Payload 2 has the id of another one."],
    ],
    [
      "two documents in a payload",
      change("</itk:payload>", "<b/></itk:payload>"),
      ["DE0012 Payload 1 of the manifest holds more than one element."],
    ],
    [
      "text beside the document",
      change("</itk:payload>", "x</itk:payload>"),
      ["DE0012 Payload 1 of the manifest holds text beside its element."],
    ],
    ["an empty payload", change(CDA_MARKUP, " "), ["DE0012 Payload 1 of the manifest is empty."]],
    [
      "XML that is called a PDF",
      change("text/xml", "application/pdf"),
      ["DE0012 Payload 1 of the manifest holds elements, and the manifest says that it is no XML."],
    ],
    [
      "text that is called XML",
      change(CDA_MARKUP, "MSH|"),
      ["DE0012 Payload 1 of the manifest is text, and the manifest says that it is XML."],
    ],
    [
      "elements that are called base64",
      change("<itk:manifestitem", '<itk:manifestitem base64="1"'),
      ["DE0012 Payload 1 of the manifest holds elements, and the manifest says base64 or compressed."],
    ],
    [
      "an encrypted payload",
      change("<itk:manifestitem", '<itk:manifestitem encrypted="true"'),
      ["DE0012 Payload 1 of the manifest is encrypted, and no keys are agreed: rely on TLS and send it as it is."],
    ],
    ["base64 with junk in it", base64("QUJD!!!@@@REVG"), ["DE0012 Payload 1 of the manifest is no base64."]],
    ["base64 that goes on after its end", base64("QQ==QQ=="), ["DE0012 Payload 1 of the manifest is no base64."]],
    ["base64 cut short", base64("QUJDR"), ["DE0012 Payload 1 of the manifest is no base64: some of it is missing."]],
    [
      "compressed text",
      base64("QUJD", 'compressed="true"'),
      ["DE0012 Payload 1 of the manifest is compressed and not in base64, as the manifest has it."],
    ],
    [
      "what was never compressed",
      packed(bytesOf("plain")),
      ["DE0012 Payload 1 of the manifest is not compressed with gzip, and the manifest says that it is compressed."],
    ],
    [
      "another compression",
      packed(deflateSync("plain")),
      ["DE0012 Payload 1 of the manifest is not compressed with gzip, and the manifest says that it is compressed."],
    ],
    [
      "gzip cut short",
      packed(gzipSync("some words").subarray(0, 20)),
      ["DE0012 Payload 1 of the manifest is damaged: it can not be decompressed."],
    ],
    [
      "gzip with more behind it",
      packed(Buffer.concat([gzipSync("some"), bytesOf("words")])),
      ["DE0012 Payload 1 of the manifest is damaged: it can not be decompressed."],
    ],
    [
      "gzip of gzip",
      packed(gzipSync(gzipSync("words"))),
      ["DE0012 Payload 1 of the manifest is compressed more often than the manifest says."],
    ],
    [
      "gzip that nobody spoke of",
      base64(gzipSync("words").toString("base64")),
      ["DE0012 Payload 1 of the manifest is compressed more often than the manifest says."],
    ],
    [
      "a bomb",
      packed(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
      ["DE0012 Payload 1 of the manifest would grow beyond every measure when decompressed."],
    ],
    [
      "a small one, of a ratio of 1,000",
      packed(gzipSync(Buffer.alloc(2 * 1024 * 1024))),
      ["DE0012 Payload 1 of the manifest would grow beyond every measure when decompressed."],
    ],
    [
      "base64 that is called XML",
      base64(Buffer.from("<a><b></a>").toString("base64")).replace("application/pdf", "text/xml"),
      ["DE0012 Payload 1 of the manifest can not be read. The XML is not well-formed (line 1, column 10)."],
    ],
  ])("%s", (_, envelope, errors) => {
    expect(errorsOf(envelope)).toEqual(errors);
  });

  it("a thousand payloads, whether the manifest knows of them or not", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...CDA_PAYLOAD, id: `uuid_${index}` }));
    const limit = ITK_LIMITS.payloadsMax;
    expect(errorsOf(sent(...many))).toEqual([
      `DE0006 The manifest has more than ${limit} items: send several messages.`,
      `DE0011 There are more than ${limit} payloads: send them in several messages.`,
    ]);
    expect(errorsOf(change("</itk:payloads>", `${'<itk:payload id="x"/>'.repeat(1_000)}</itk:payloads>`))).toContain(
      `DE0011 There are more than ${limit} payloads: send them in several messages.`,
    );
    expect(errorsOf(sent(...many.slice(0, limit)))).toEqual(["read"]);
  });

  it("payloads that are together too large, and one that is", () => {
    const { payloadBytesMax, payloadsBytesMax, unpackedBytesMax } = ITK_LIMITS;
    const text = "x".repeat(payloadBytesMax + 1);
    expect(errorsOf(sent({ id: "uuid_1", mimeType: "text/plain", content: { text } }))).toEqual([
      `DE0012 Payload 1 of the manifest is larger than ${payloadBytesMax} bytes.`,
    ]);
    const noise = createHash("shake256", { outputLength: 100_000 }).update("x").digest();
    const bytes = Buffer.concat([noise, Buffer.alloc(unpackedBytesMax - noise.length)]);
    const ids = Array.from({ length: payloadsBytesMax / unpackedBytesMax + 1 }, (_, index) => `uuid_${index}`);
    const all = ids.map((id) => ({ id, mimeType: "text/plain", content: { bytes, isCompressed: true } }));
    expect(errorsOf(sent(...all.slice(1)))).toEqual(["read"]);
    expect(errorsOf(sent(...all))).toEqual([
      `DE0012 Payload ${ids.length} of the manifest makes all of them larger than ${payloadsBytesMax} bytes.`,
    ]);
  });

  it("as many errors as are of use, and quotes nothing", () => {
    const addresses = Array.from({ length: 50 }, () => ({ uri: "Xylophone" }));
    const errors = errorsOf(writeEnvelope({ ...envelopeWith(CDA_PAYLOAD), addresses }));
    expect(errors).toHaveLength(ITK_LIMITS.errorsMax);
    expect(errors.join()).not.toContain("Xylophone");
  });

  it("with the head, so that it can be answered to", () => {
    expect(read(base64("QUJD!!!"))).toMatchObject({
      ok: false,
      head: { service: expect.any(String), sender: expect.anything() },
    });
    expect(read(change(/service="[^"]*"/, ""))).toMatchObject({ ok: false, head: undefined });
  });
});
