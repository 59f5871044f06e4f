import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADT_A01, MSH_A01, wire } from "../example-messages.ts";
import { buildMessage, type FieldContent } from "./build.ts";
import { headerBytesText, type Message, readMessage } from "./message.ts";
import type { FieldView } from "./place.ts";
import { messageTree } from "./tree.ts";

const HEADER =
  "<MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.3><HD.1>PAS</HD.1></MSH.3>" +
  "<MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9><MSH.10>C0001</MSH.10></MSH>";

const document = (body: string, root = 'ADT_A01 xmlns="urn:hl7-org:v2xml"') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${body}</${root.split(" ")[0]}>`;

function messageOf(xml: string | Uint8Array): Message {
  const read = readMessage(typeof xml === "string" ? Buffer.from(xml) : xml);
  if (!read.ok) throw new Error(read.text);
  return read.message;
}

const failureOf = (xml: string | Uint8Array) => {
  const read = readMessage(typeof xml === "string" ? Buffer.from(xml) : xml);
  return read.ok ? undefined : { reason: read.reason, text: read.text };
};

const escaped = (text: string) => text.replace(/[<>&\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The message as another system would write it: for each field its repetitions, for each of those its parts. */
function asXml(message: Message): string {
  const leafOf = (view: FieldView) => (view.state === "null" ? '""' : escaped(view.text));
  const numbered = (type: string, contents: string[]) =>
    contents.map((content, index) => `<${type}.${index + 1}>${content}</${type}.${index + 1}>`).join("");
  const fieldOf = (name: string, repetition: FieldView) => {
    const isPlain = repetition.components.length === 1 && repetition.subcomponents.length === 1;
    const contents = repetition.components.map(({ subcomponents }) => {
      const [only] = subcomponents;
      return subcomponents.length === 1 && only ? leafOf(only) : numbered("YY", subcomponents.map(leafOf));
    });
    return `<${name}>${isPlain ? leafOf(repetition) : numbered("XX", contents)}</${name}>`;
  };
  const segments = message.segments().map((segment) => {
    const fields = Array.from({ length: segment.fieldCount }, (_, index) => {
      const name = `${segment.id}.${index + 1}`;
      if (segment.id === "MSH" && index < 2) return `<${name}>${escaped(segment.fieldRaw(index + 1) ?? "")}</${name}>`;
      return segment
        .field(index + 1)
        .repetitions.map((each) => fieldOf(name, each))
        .join("");
    });
    return `<${segment.id}>${fields.join("")}</${segment.id}>`;
  });
  return document(segments.join(""));
}

/** Every leaf and what it says. */
function leavesOf(message: Message) {
  return message.segments().map((segment) => ({
    id: segment.id,
    fields: Array.from({ length: segment.fieldCount }, (_, index) =>
      segment
        .field(index + 1)
        .repetitions.map((repetition) =>
          repetition.components.map((component) => component.subcomponents.map((leaf) => `${leaf.state} ${leaf.text}`)),
        ),
    ),
  }));
}

describe("HL7 v2.xml", () => {
  it("says what the same message says with delimiters", () => {
    const read = messageOf(asXml(messageOf(ADT_A01)));
    expect(read.encoding).toBe("xml");
    expect(read.text).toBe(messageOf(ADT_A01).text);
    expect(messageTree(read)).toEqual(messageTree(messageOf(ADT_A01)));
  });

  it("reads any message back to the same fields", () => {
    const text = fc
      .string({ unit: fc.constantFrom(..."aZ09 |^~\\&<>\"'é李\u{1f600}.\r") })
      .filter((each) => each !== '""' && (/\S/.test(each) || !/\r/.test(each)));
    const value = fc.oneof(text, fc.constant(null));
    const part = fc.oneof(value, fc.record({ subcomponents: fc.array(value, { minLength: 1, maxLength: 3 }) }));
    const repetition = fc.array(part, { minLength: 1, maxLength: 4 });
    const field = fc.record({ repetitions: fc.array(repetition, { minLength: 1, maxLength: 3 }) });
    const delimiters = fc.constantFrom(["|", "^~\\&"], ["|", "^~\\&#"], ["@", "~&#\\"], ["!", "$%/+"]);
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), delimiters, (fields, [mark, set]) => {
        const header = ["MSH", mark ?? "", set ?? "", "SIM"] as const;
        const er7 = messageOf(buildMessage([header, ["ZZZ", ...(fields as FieldContent[])]]));
        expect(leavesOf(messageOf(asXml(er7)))).toEqual(leavesOf(er7));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a default namespace", document(HEADER)],
    ["a prefix", document(HEADER.replace(/<(\/?)/g, "<$1v:"), 'v:ADT_A01 xmlns:v="urn:hl7-org:v2xml"')],
    ["no declaration", `<ADT_A01 xmlns="urn:hl7-org:v2xml">${HEADER}</ADT_A01>`],
    ["a byte order mark", `\ufeff${document(HEADER)}`],
    ["blank lines around", `\r\n \n${document(HEADER)}\r\n`],
    ["comments", document(`<!-- of a test -->${HEADER}`)],
    ["layout", document(HEADER.replaceAll("><", ">\n  <"))],
    [
      "groups",
      document(
        `${HEADER}<ADT_A01.PATIENT><ADT_A01.VISIT><PV1><PV1.2>I</PV1.2></PV1></ADT_A01.VISIT></ADT_A01.PATIENT>`,
      ),
    ],
    ["other attributes", document(HEADER, 'ADT_A01 xmlns="urn:hl7-org:v2xml" xmlns:x="urn:x" x:schemaLocation="a b"')],
  ])("is read with %s", (_, xml) => {
    const message = messageOf(xml);
    expect(message.get("MSH", 3)).toBe("PAS");
    expect(message.get("MSH", 9, { component: 2 })).toBe("A01");
    expect(message.get("MSH", 10)).toBe("C0001");
    expect(Buffer.from(message.toBytes()).toString()).toBe(xml);
  });

  it("keeps the three states, repetitions and parts apart", () => {
    const pid =
      "<PID><PID.3><CX.1>0001</CX.1><CX.4><HD.1>RDZ</HD.1><HD.3>ISO</HD.3></CX.4></PID.3><PID.3><CX.1>2</CX.1></PID.3>" +
      '<PID.5><XPN.1><FN.1>O\'Hara</FN.1></XPN.1><XPN.2>""</XPN.2></PID.5><PID.8>""</PID.8><PID.10/></PID>';
    const segment = messageOf(document(HEADER + pid)).segment("PID");
    expect(segment?.raw).toBe('PID|||0001^^^RDZ&&ISO~2||O\'Hara^""|||""||');
    expect([5, 8, 10, 11].map((n) => segment?.field(n).state)).toEqual(["value", "null", "empty", "absent"]);
  });

  it("escapes what would separate, and knows the escapes of XML", () => {
    const body = `${HEADER}<OBX><OBX.5>a|b^c &amp; <escape V=".br"/>d<![CDATA[<e>]]>\\F\\</OBX.5></OBX>`;
    const message = messageOf(document(body));
    expect(message.get("OBX", 5)).toBe("a|b^c & \nd<e>\\F\\");
  });

  it("gives a value that lies deeper than delimiters reach as its own first part", () => {
    const pid =
      "<PID><PID.5><XPN.10><DR.1><TS.1>2026</TS.1><TS.2>D</TS.2></DR.1><DR.2>2027</DR.2></XPN.10></PID.5></PID>";
    expect(messageOf(document(HEADER + pid)).segment("PID")?.raw).toBe("PID|||||^^^^^^^^^2026&2027");
  });

  it("keeps its own delimiters, and takes the usual where those could not say everything", () => {
    const other = document(HEADER.replace("|<", "@<").replace("^~\\&amp;", "$%/+"));
    expect(messageOf(other).segment("MSH")?.raw).toBe("MSH@$%/+@PAS@@@@@@ADT$A01@C0001");
    expect(messageOf(document(HEADER.replace("^~\\&amp;", "^~"))).delimiters.encodingCharacters).toBe("^~\\&");
    expect(messageOf(document("<MSH><MSH.3>PAS</MSH.3></MSH>")).segment("MSH")?.raw).toBe("MSH|^~\\&|PAS");
  });

  it.each([
    ["ISO-8859-1", Buffer.from([0xe9])],
    ["windows-1252", Buffer.from([0xe9])],
    ["UTF-8", Buffer.from("é")],
  ])("is read in %s", (encoding, letter) => {
    const [before = "", after = ""] = document(`${HEADER}<NTE><NTE.3>?</NTE.3></NTE>`)
      .replace("UTF-8", encoding)
      .split("?</NTE");
    const message = messageOf(Buffer.concat([Buffer.from(before), letter, Buffer.from(`</NTE${after}`)]));
    expect(message.get("NTE", 3)).toBe("é");
  });

  it.each([
    ["UTF-16", Buffer.from(document(HEADER), "utf16le")],
    ["UTF-16 by its mark", Buffer.from(`\ufeff${document(HEADER)}`, "utf16le")],
    ["UTF-16 by its declaration", document(HEADER).replace("UTF-8", "UTF-16")],
    ["a set nobody reads", document(HEADER).replace("UTF-8", "EBCDIC-CP-US")],
    ["bytes that are no UTF-8", Buffer.concat([Buffer.from(document(HEADER)), Buffer.from([0xe9])])],
  ])("refuses %s as a character set", (_, xml) => expect(failureOf(xml)?.reason).toBe("charset"));

  const many = (count: number, text: string) => text.repeat(count);
  it.each([
    ["nothing but a tag", "<"],
    ["a cut document", document(HEADER).slice(0, -10)],
    ["two roots", document(HEADER) + document(HEADER)],
    ["text after the root", `${document(HEADER)}x`],
    ["a document type", document(HEADER).replace("<ADT", '<!DOCTYPE ADT_A01 [<!ENTITY a "b">]><ADT')],
    ["an entity", document(`${HEADER}<NTE><NTE.3>&lol;</NTE.3></NTE>`)],
    ["a processing instruction", document(`<?php echo 1 ?>${HEADER}`)],
    ["a character that XML has not", document(`${HEADER}<NTE><NTE.3>&#0;</NTE.3></NTE>`)],
    ["a character of XML 1.1", document(`${HEADER}<NTE><NTE.3>&#1;</NTE.3></NTE>`).replace('"1.0"', '"1.1"')],
    ["no namespace", "<ADT_A01><MSH/></ADT_A01>"],
    ["another namespace inside", document(`${HEADER}<x:PID xmlns:x="urn:x"/>`)],
    ["depth", document(`${HEADER}${many(70, "<ADT_A01.G>")}${many(70, "</ADT_A01.G>")}`)],
    ["attributes", document(`${HEADER}<PID ${Array.from({ length: 65 }, (_, n) => `a${n}=""`).join(" ")}/>`)],
    ["elements", document(HEADER + many(200_001, "<NTE/>"))],
    ["a field of another segment", document(`${HEADER}<PID><PV1.3>x</PV1.3></PID>`)],
    ["a field number out of range", document(`${HEADER}<PID><PID.301>x</PID.301></PID>`)],
    ["a field number zero", document(`${HEADER}<PID><PID.0>x</PID.0></PID>`)],
    ["a component number out of range", document(`${HEADER}<PID><PID.3><CX.100/></PID.3></PID>`)],
    ["a component twice", document(`${HEADER}<PID><PID.3><CX.1>1</CX.1><CX.1>2</CX.1></PID.3></PID>`)],
    ["text beside elements", document(`${HEADER}<PID><PID.3>x<CX.1>1</CX.1></PID.3></PID>`)],
    ["text in a segment", document(`${HEADER}<PID>x</PID>`)],
    ["text in a group", document(`${HEADER}x`)],
    ["an escape that would break out", document(`${HEADER}<NTE><NTE.3><escape V="F\\|"/></NTE.3></NTE>`)],
    ["delimiters that are none", document(HEADER.replace("^~\\&amp;", "^^^^"))],
    ["delimiters after the fact", document("<MSH><MSH.3>x</MSH.3><MSH.2>$%/+</MSH.2></MSH>")],
  ])("refuses %s", (_, xml) => {
    expect(failureOf(xml)).toMatchObject({ reason: "not-readable", text: expect.stringMatching(/^(The XML|MSH\.1)/) });
  });

  it("takes what is just within its limits", () => {
    const deep = (depth: number) => `${many(depth, "<ADT_A01.G>")}${many(depth, "</ADT_A01.G>")}`;
    const attributes = Array.from({ length: 64 }, (_, n) => `a${n}=""`).join(" ");
    expect(failureOf(document(HEADER + deep(63)))).toBeUndefined();
    expect(failureOf(document(HEADER + deep(64)))?.text).toMatch(/64 elements deep/);
    expect(failureOf(document(`${HEADER}<PID ${attributes}/>`))).toBeUndefined();
    const elements = HEADER.split("<").length - 1 - HEADER.split("</").length + 1;
    expect(failureOf(document(HEADER + many(200_000 - 1 - elements, "<NTE/>")))).toBeUndefined();
    expect(failureOf(document(HEADER + many(200_000 - elements, "<NTE/>")))?.text).toMatch(/200000 elements/);
    const pid = messageOf(document(`${HEADER}<PID><PID.3><CX.99>x</CX.99></PID.3><PID.300>y</PID.300></PID>`));
    expect([pid.get("PID", 3, { component: 99 }), pid.get("PID", 300)]).toEqual(["x", "y"]);
  });

  it.each([
    ["no segments", document("")],
    ["another segment first", document(`<EVN/>${HEADER}`)],
  ])("finds no header in %s", (_, xml) => expect(failureOf(xml)?.reason).toBe("no-header"));

  it("never quotes what stood there", () => {
    const text = failureOf(document(`${HEADER}<PID><PID.5>Marsh</PID.4></PID>`))?.text;
    expect(text).toMatch(/^The XML is not well-formed \(line \d+, column \d+\)\.$/);
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "/",
      "&",
      ";",
      '"',
      "MSH",
      "MSH.1",
      "PID.3",
      " ",
      "x",
      "]]>",
      "<![CDATA[",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(document(HEADER).length), fc.boolean(), (pieces, at, isInside) => {
        const whole = document(HEADER);
        const text = isInside ? whole.slice(0, at) + pieces.join("") + whole.slice(at) : `<${pieces.join("")}`;
        const read = readMessage(Buffer.from(text));
        if (read.ok) messageTree(read.message);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives an answer the bytes to echo", () => {
    const message = messageOf(document(HEADER.replace("PAS", "Zoë")));
    expect(message.isByteText).toBe(false);
    expect(headerBytesText(message)).toBe("MSH|^~\\&|ZoÃ«||||||ADT^A01|C0001");
  });

  it("is not thought of where a message begins with MSH", () => {
    expect(messageOf(wire(MSH_A01, "NTE|1||<xml/>")).encoding).toBe("er7");
  });
});
