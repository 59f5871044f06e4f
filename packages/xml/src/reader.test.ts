import { Buffer } from "node:buffer";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { elementsOf, type XmlElement } from "./element.ts";
import { documents, type Saying, saying } from "./example-documents.ts";
import { readXml, readXmlText, XmlReader, type XmlReading } from "./reader.ts";
import { standalone } from "./standalone.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

function documentOf(reading: XmlReading) {
  if (!reading.ok) throw new Error(reading.fault.text);
  return reading.document;
}

const rootOf = (text: string) => saying(documentOf(readXml(bytesOf(text))).root);

function everyElement(element: XmlElement): XmlElement[] {
  return [element, ...elementsOf(element).flatMap(everyElement)];
}

type OracleNode = Readonly<Record<string, unknown>>;

/** What fast-xml-parser reads, its names resolved here: it knows nothing of namespaces. */
function oracleTree(node: OracleNode, scope: Readonly<Record<string, string>> = {}): Saying {
  const attributes = Object.entries((node[":@"] ?? {}) as Record<string, string>);
  const inner: Record<string, string> = { ...scope };
  for (const [key, value] of attributes) {
    if (key === "xmlns" || key.startsWith("xmlns:")) inner[key.slice(6)] = value;
  }
  const resolve = (qualified: string, fallback: string): [string, string] => {
    const [prefix = "", local] = qualified.split(":");
    return local === undefined ? [fallback, qualified] : [inner[prefix] ?? "?", local];
  };
  const tag = Object.keys(node).find((key) => key !== ":@") ?? "";
  const [namespace, name] = resolve(tag, inner[""] ?? "");
  const children: (Saying | string)[] = [];
  for (const child of node[tag] as OracleNode[]) {
    const text = child["#text"];
    const last = children.at(-1);
    if (typeof text !== "string") children.push(oracleTree(child, inner));
    else if (typeof last === "string") children[children.length - 1] = last + text;
    else if (text !== "") children.push(text);
  }
  const said = attributes
    .filter(([key]) => key !== "xmlns" && !key.startsWith("xmlns:"))
    .map(([key, value]): [string, string] => {
      const [uri, local] = resolve(key, "");
      return [uri === "" ? local : `{${uri}}${local}`, value];
    })
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return { namespace, name, attributes: said, children };
}

const oracle = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
});

describe("readXml", () => {
  it("reads the tree that was written, however it was written, as fast-xml-parser does", () => {
    fc.assert(
      fc.property(documents, ({ root, text }) => {
        expect(rootOf(text)).toEqual(root);
        const [read] = oracle.parse(text) as OracleNode[];
        expect(oracleTree(read ?? {})).toEqual(root);
      }),
    );
  });

  it("reads the same in whatever slices it is given, and of text that was decoded before", () => {
    fc.assert(
      fc.property(documents, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), ({ text }, lengths) => {
        const bytes = bytesOf(`\ufeff<?xml version="1.0"?>\r\n${text}\r\n`);
        const reader = new XmlReader();
        for (let at = 0; at < bytes.length; ) {
          const next = at + (lengths.next().value ?? 1);
          expect(reader.write(bytes.subarray(at, next))).toBe(true);
          at = next;
        }
        const whole = readXml(bytes);
        expect(reader.close()).toEqual(whole);
        expect(readXmlText(Buffer.from(bytes).toString())).toEqual(whole);
      }),
    );
  });

  it("gives every element its place, and what it needs to stand alone", () => {
    fc.assert(
      fc.property(documents, ({ text }) => {
        const document = documentOf(readXml(bytesOf(`<!-- <a> -->${text}`)));
        for (const element of everyElement(document.root)) {
          const source = document.text.slice(element.start, element.end);
          expect(source).toMatch(/^<[^!/?].*>$/s);
          expect(rootOf(standalone(document, element))).toEqual(saying(element));
        }
        expect(standalone(document, document.root)).toBe(text);
      }),
    );
  });

  it("reads UTF-16 by its mark, ISO-8859-1 and windows-1252 as declared", () => {
    fc.assert(
      fc.property(documents, ({ root, text }) => {
        const little = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${text}`, "utf16le");
        const big = Buffer.from(little).swap16();
        expect([little, big].map((bytes) => saying(documentOf(readXml(bytes)).root))).toEqual([root, root]);
        if (Buffer.from(text, "latin1").toString("latin1") !== text) return;
        for (const label of ["ISO-8859-1", "Windows-1252"]) {
          const bytes = Buffer.from(`<?xml version='1.0' encoding='${label}'?>${text}`, "latin1");
          expect(saying(documentOf(readXml(bytes)).root)).toEqual(root);
        }
      }),
    );
    const euro = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>'),
      Buffer.from([0x80, 0x92, 0xe9]),
      Buffer.from("</a>"),
    ]);
    expect(documentOf(readXml(euro)).root.children).toEqual(["€’é"]);
  });

  it("leaves values as they were sent: leading zeros, exponents, blanks, what a number would lose", () => {
    expect(rootOf('<a root="0012345"><id> 0434765919 </id><id>1e5</id><id>0x1A</id><id>1.10</id></a>')).toEqual({
      namespace: "",
      name: "a",
      attributes: [["root", "0012345"]],
      children: [" 0434765919 ", "1e5", "0x1A", "1.10"].map((text) => ({
        namespace: "",
        name: "id",
        attributes: [],
        children: [text],
      })),
    });
  });

  it("ends lines as XML does, and keeps those that were written as references", () => {
    expect(rootOf('<a b="1\r\n2&#10;3">4\r\n5\r6&#13;7</a>')).toMatchObject({
      attributes: [["b", "1 2\n3"]],
      children: ["4\n5\n6\r7"],
    });
  });
});

describe("standalone", () => {
  const cut = (text: string) => {
    const document = documentOf(readXml(bytesOf(text)));
    return elementsOf(document.root).map((element) => standalone(document, element));
  };

  it("is what was sent, character for character, where nothing is missing", () => {
    const sent = `<d  xmlns='urn:hl7-org:v3'\n x="&#65;"><!-- 1 --><e/>  </d >`;
    expect(cut(`<p:a xmlns:p="urn:p">${sent}</p:a>`)).toEqual([sent]);
  });

  it("adds the declarations of prefixes that are used, in names or in values, and of the default namespace", () => {
    expect(cut('<p:a xmlns:p="urn:p" xmlns:q="urn:q&amp;" xmlns:r="urn:r"><d t="q:CE"/><p:e/></p:a>')).toEqual([
      '<d xmlns:q="urn:q&amp;" t="q:CE"/>',
      '<p:e xmlns:p="urn:p"/>',
    ]);
    expect(cut('<a xmlns="urn:1"><d/><d xmlns=""/><d xmlns="urn:2"/></a>')).toEqual([
      '<d xmlns="urn:1"/>',
      '<d xmlns=""/>',
      '<d xmlns="urn:2"/>',
    ]);
  });
});
