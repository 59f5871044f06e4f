import { readMessage, toEvent } from "@chesil/hl7";
import { type XmlMarkup, xmlElement, xmlText } from "@chesil/xml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnvelope } from "./envelope-reader.ts";
import { type PayloadToSend, writeEnvelope } from "./envelope-writer.ts";
import { AT, bytesOf, documentOf, ER7, envelopeWith } from "./example-messages.ts";

const eventOf = (bytes: Uint8Array) => {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error("The message can not be read.");
  const mapped = toEvent(read.message, { defaultAuthority: "RXX" }, AT);
  if (!mapped.ok) throw new Error("The message can not be mapped.");
  return mapped.event;
};

function throughEnvelope(mimeType: string, content: PayloadToSend["content"]): Uint8Array {
  const read = readEnvelope(documentOf(writeEnvelope(envelopeWith({ id: "uuid_1", mimeType, content }))));
  const [payload] = read.ok ? read.envelope.payloads : [];
  if (payload === undefined) throw new Error("There is no payload.");
  return payload.bytes;
}

/** The same message as v2.xml; its fields have no escapes and no subcomponents. */
function v2Xml(er7: string): XmlMarkup {
  const segments = er7
    .split("\r")
    .filter(Boolean)
    .map((line) => {
      const [id = "", ...fields] = line.startsWith("MSH|^~\\&|")
        ? ["MSH", "|", "^~\\&", ...line.slice(9).split("|")]
        : line.split("|");
      const elements = fields.flatMap((field, index) =>
        field === "" ? [] : [fieldXml(`h:${id}.${index + 1}`, field, id === "MSH" && index < 2)],
      );
      return xmlElement(`h:${id}`, {}, elements);
    });
  return xmlElement("h:ADT_A01", { "xmlns:h": "urn:hl7-org:v2xml" }, segments);
}

function fieldXml(name: string, field: string, isPlain: boolean): XmlMarkup {
  const components = field.split("^");
  if (isPlain || components.length === 1) return xmlElement(name, {}, [xmlText(field)]);
  const parts = components.flatMap((text, index) =>
    text === "" ? [] : [xmlElement(`h:C.${index + 1}`, {}, [xmlText(text)])],
  );
  return xmlElement(name, {}, parts);
}

describe("one canonical model", () => {
  it("a message says the same with bars, in an envelope (as text, in base64, compressed) and as XML", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9é'"<>]{1,9}$/);
    fc.assert(
      fc.property(word, word, fc.stringMatching(/^0[0-9]{3,8}$/), (family, given, id) => {
        const er7 = ER7.replace("MARSH", () => family)
          .replace("ELLEN", () => given)
          .replace("0012345", id);
        const bytes = bytesOf(er7);
        const event = eventOf(bytes);
        expect(JSON.stringify(event)).toContain(id);
        const ways = [
          throughEnvelope("text/plain", { text: er7 }),
          throughEnvelope("text/plain", { bytes }),
          throughEnvelope("text/plain", { bytes, isCompressed: true }),
          throughEnvelope("text/xml", { xml: v2Xml(er7) }),
          throughEnvelope("text/xml", { bytes: bytesOf(v2Xml(er7)) }),
        ];
        for (const way of ways) expect(eventOf(way)).toEqual(event);
      }),
    );
  });
});
