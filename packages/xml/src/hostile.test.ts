import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documents } from "./example-documents.ts";
import { XML_LIMITS } from "./limits.ts";
import { readXml, readXmlText, XmlReader } from "./reader.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const faultOf = (source: string | Uint8Array) => {
  const reading = readXml(typeof source === "string" ? bytesOf(source) : source);
  return reading.ok ? "read" : reading.fault.code;
};

const SMALL = {
  bytesMax: 400,
  depthMax: 3,
  elementsMax: 5,
  attributesMax: 2,
  attributeLengthMax: 8,
  textLengthMax: 10,
};

describe("what is not taken", () => {
  it.each([
    ["<!DOCTYPE a><a/>", "document-type"],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "document-type"],
    ['<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>', "document-type"],
    ["<a>&nbsp;</a>", "not-well-formed"],
    ["<a>&constructor;</a>", "not-well-formed"],
    ["<a>&#0;</a>", "not-well-formed"],
    ["<a>\0</a>", "not-well-formed"],
    ["<a>]]></a>", "not-well-formed"],
    ["<a><b></a></b>", "not-well-formed"],
    ["<a/><b/>", "not-well-formed"],
    ["<a/>text", "not-well-formed"],
    ["<a x='1' x='2'/>", "not-well-formed"],
    ["<a xmlns:p='urn:1' xmlns:q='urn:1' p:x='1' q:x='2'/>", "not-well-formed"],
    ["<p:a/>", "not-well-formed"],
    ["<a p:x='1'/>", "not-well-formed"],
    ["", "not-well-formed"],
    ["  ", "not-well-formed"],
    ["MSH|^~\\&|A", "not-well-formed"],
    [`<?xml ${" ".repeat(2_000)} version="1.0"?><a/>`, "not-well-formed"],
    ['<?xml version="1.0" encoding="UTF-7"?><a/>', "charset"],
    ['<?xml version="1.0" encoding="UTF-32"?><a/>', "charset"],
    ['<?xml version="1.0" encoding="UTF-16"?><a/>', "charset"],
    ['\ufeff<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "charset"],
    [Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-8"?><a/>', "utf16le"), "charset"],
    [Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16BE"?><a/>', "utf16le"), "charset"],
    [Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16LE"?><a/>', "utf16le"), "read"],
    [Buffer.from("\ufeff<a/>x", "utf16le").subarray(0, -1), "charset"],
    [Buffer.from("<a>\u00e9</a>", "latin1"), "charset"],
    [Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>\u0081</a>', "latin1"), "charset"],
    [Buffer.from("<a/>", "utf16le"), "not-well-formed"],
  ])("%j: %s", (source, code) => {
    expect(faultOf(source)).toBe(code);
  });

  it("fetches and includes nothing: what asks for it is an element as any other", () => {
    expect(faultOf('<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/hostname"/></a>')).toBe(
      "read",
    );
    expect(faultOf('<?xml-stylesheet href="http://example.invalid/"?><a __proto__="1"><constructor/></a>')).toBe(
      "read",
    );
  });

  it.each([
    [`<a>${"<b/>".repeat(5)}</a>`, "too-many-elements"],
    ["<a><b><c><d/></c></b></a>", "too-deep"],
    ["<a x='1' y='2' z='3'/>", "too-many-attributes"],
    ["<a xmlns='urn:' xmlns:p='urn:p' z='3'/>", "too-many-attributes"],
    ["<a x='123456789'/>", "text-too-long"],
    ["<a>12345<!-- -->6<![CDATA[78901]]></a>", "text-too-long"],
    [`<a>${" ".repeat(400)}</a>`, "too-large"],
    [`<a><b><c x='12345678' y=''>1234567890</c></b><d/><e/></a>`, "read"],
  ])("%j past a limit: %s", (source, code) => {
    const readings = [readXml(bytesOf(source), SMALL), readXmlText(source, SMALL)];
    for (const reading of readings) expect(reading.ok ? "read" : reading.fault.code).toBe(code);
  });

  it("is refused where it begins to be too much, not at the end", () => {
    const reader = new XmlReader();
    const slice = bytesOf("<a>".repeat(1_000));
    expect(reader.write(slice)).toBe(false);
    expect(reader.write(slice)).toBe(false);
    expect(reader.close()).toMatchObject({ ok: false, fault: { code: "too-deep" } });
    expect(readXml(new Uint8Array(XML_LIMITS.bytesMax + 1))).toMatchObject({ fault: { code: "too-large" } });
  });

  it("any document cut short, or with more behind it", () => {
    fc.assert(
      fc.property(documents, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ text }, share) => {
        const bytes = bytesOf(text);
        expect(readXml(bytes.subarray(0, Math.floor(bytes.length * share))).ok).toBe(false);
        expect(readXml(bytesOf(`${text}<a/>`)).ok).toBe(false);
        expect(readXml(bytesOf(`${text}x`)).ok).toBe(false);
      }),
    );
  });

  it("and no bytes whatever make it throw or quote them", () => {
    const secret = "Xylophone";
    const noise = fc.tuple(documents, fc.nat(), fc.uint8Array({ maxLength: 12 })).map(([{ text }, at, junk]) => {
      const bytes = bytesOf(`<s t="${secret}">${secret}${text}</s>`);
      return Buffer.concat([bytes.subarray(0, at % bytes.length), junk, bytes.subarray((at % bytes.length) + 2)]);
    });
    fc.assert(
      fc.property(fc.oneof(noise, fc.uint8Array()), (bytes) => {
        const reading = readXml(bytes);
        if (!reading.ok) expect(reading.fault.text).not.toContain(secret);
        expect(readXml(bytes)).toEqual(reading);
      }),
    );
  });

  it("says where, and nothing of what stands there", () => {
    expect(readXml(bytesOf("<a>\n  <patient>&Smith;</patient></a>"))).toEqual({
      ok: false,
      fault: { code: "not-well-formed", text: "The XML is not well-formed (line 2, column 18)." },
    });
    const reader = new XmlReader();
    const bytes = bytesOf(`<a>\n${" ".repeat(2_000)}\n${" ".repeat(2_000)}\n<b></a>`);
    for (let at = 0; at < bytes.length; at += 500) reader.write(bytes.subarray(at, at + 500));
    expect(reader.close()).toMatchObject({ fault: { text: "The XML is not well-formed (line 4, column 7)." } });
    expect(readXml(bytes)).toEqual(reader.close());
    expect(readXml(bytesOf("<a>\n\n"))).toMatchObject({
      fault: { text: "The XML is not well-formed (line 3, column 0)." },
    });
  });

  it("takes time in proportion: what could be quadratic is read at the limits", () => {
    const many = `<a>${"<b/>".repeat(190_000)}</a>`;
    const references = `<a>${"&#65;".repeat(1_000_000)}</a>`;
    const comments = `<a>${"x<!---->".repeat(300_000)}</a>`;
    const open = `<a ${"x".repeat(4_000_000)}="1"/>`;
    const brackets = `<a>${"]".repeat(4_000_000)}</a>`;
    for (const text of [many, references, comments, open, brackets]) expect(faultOf(text)).toBe("read");
  });
});
