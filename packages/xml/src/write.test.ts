import { Buffer } from "node:buffer";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { readXml } from "./reader.ts";
import { xmlElement, xmlText } from "./write.ts";

const text = fc.string({ unit: "binary" });
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  trimValues: false,
});

/** As XML can hold it. */
const held = (value: string) =>
  value
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (character) => (/[\t\n\r\u007f-\u009f]/.test(character) ? character : "\ufffd"));

describe("what is written", () => {
  it("is read back as it was, whatever stands in it", () => {
    fc.assert(
      fc.property(text, text, (value, content) => {
        const written = xmlElement("a", { b: value, c: undefined }, [xmlText(content)]);
        const reading = readXml(new Uint8Array(Buffer.from(written)));
        expect(reading).toMatchObject({ ok: true });
        if (!reading.ok) return;
        expect([...reading.document.root.attributes]).toEqual([["b", held(value)]]);
        expect(reading.document.root.children).toEqual(content === "" ? [] : [held(content)]);
      }),
    );
  });

  it("is read by fast-xml-parser as well", () => {
    const written = xmlElement("a", { b: '0012<&>"' }, [xmlElement("c", {}, [xmlText("00<12>&]]>")])]);
    expect(parser.parse(written)).toEqual({ a: { b: '0012<&>"', c: "00<12>&]]>" } });
    expect(xmlElement("a")).toBe("<a/>");
  });
});
