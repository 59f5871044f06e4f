import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DOCUMENT_LIMITS, recogniseDocument, renderDocument } from "./index.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const codes = (found: { findings: readonly { code: string }[] }) => found.findings.map(({ code }) => code);

describe("what a document is", () => {
  it.each([
    ["%PDF-1.7\n", "application/pdf", "pdf"],
    ["\r\n%PDF-1.7\n", undefined, "pdf"],
    ["  {\\rtf1 x}", undefined, "rtf"],
    ["<!-- x --><!DOCTYPE HTML><p>", undefined, "html"],
    ['<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "application/xml", "html"],
    ["Dear <b>Dr</b>", "text/html", "html"],
    ["no markup at all", "text/html", "text"],
    ['<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "text/xml", "cda"],
    ['<v3:ClinicalDocument xmlns:v3="urn:hl7-org:v3"/>', undefined, "cda"],
    ['<?xml version="1.0"?><Observation/>', "application/xml", "xml"],
    ["\xff\xd8\xff\xe0", "image/jpeg", "jpeg"],
    ["\x89PNG\r\n\x1a\n", undefined, "png"],
    ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "word"],
    ["PK\x03\x04....word/document.xml", undefined, "docx"],
    [`${"\0".repeat(128)}DICM`, undefined, "dicom"],
    ["x^2 + y^2 is text", undefined, "text"],
    ["A temperature of < 37 & a pulse > 60", "text/plain", "text"],
    ["\xff\xfeD\0e\0a\0r\0", undefined, "text"],
    ["\x01\x02\x03\x04", undefined, "other"],
    ["", "text/plain", "empty"],
    [" \r\n", "text/plain", "empty"],
  ])("is told by its first bytes: %j said to be %s is %s", (content, said, kind) => {
    expect(recogniseDocument(bytes(content), said).kind).toBe(kind);
  });

  it.each([
    [
      "a PDF that is none",
      "Dear Dr Jones",
      "application/pdf",
      "The sender says it is a PDF; the content is plain text.",
    ],
    ["HTML said to be text", "<html><p>Dear", "text/plain", "The sender says it is plain text; the content is HTML."],
    ["RTF said to be a PDF", "{\\rtf1 x}", "application/pdf", "The sender says it is a PDF; the content is RTF."],
    [
      "a picture said to be another",
      "GIF89a",
      "image/png",
      "The sender says it is a PNG picture; the content is a GIF picture.",
    ],
  ])("is told where the sender says otherwise: %s", (_, content, said, text) => {
    expect(recogniseDocument(bytes(content), said).findings).toMatchObject([{ code: "not-what-it-says", text }]);
  });

  it.each([
    ["{\\rtf1 x}", "text/rtf"],
    ["<?xml version='1.0'?><ClinicalDocument/>", "text/xml"],
    ["%PDF-1.4", "application/octet-stream"],
    ["Dear", undefined],
    ["Dear", "text/plain; charset=utf-8"],
  ])("is not held against a sender who says no more, or the same: %j as %s", (content, said) => {
    expect(recogniseDocument(bytes(content), said).findings).toEqual([]);
  });
});

describe("text", () => {
  it("keeps its lines, and nothing in it is markup", () => {
    expect(renderDocument(bytes("Dear\r\n\r\n  <b>Dr</b>\rBP < 120\f2"), "text/plain")).toMatchObject({
      kind: "text",
      html: "<pre>Dear\n\n  &lt;b&gt;Dr&lt;/b&gt;\nBP &lt; 120\n2</pre>",
      text: "Dear\n\n  <b>Dr</b>\nBP < 120\n2",
      findings: [],
    });
  });

  it.each([
    ["UTF-8", Buffer.from("O’Brien £5 é"), {}],
    ["UTF-8 with a mark", Buffer.from("\ufeffO’Brien £5 é"), {}],
    ["Windows-1252", bytes("O\x92Brien \xa35 \xe9"), {}],
    ["UTF-16", Buffer.from("\ufeffO’Brien £5 é", "utf16le"), {}],
    ["what was decoded before", Buffer.from("O’Brien £5 é"), { charset: "utf-8" as const }],
  ])("is read in %s", (_, content, options) => {
    expect(renderDocument(content, "text/plain", options)).toMatchObject({ text: "O’Brien £5 é", findings: [] });
  });

  it.each([
    ['<?xml version="1.0" encoding="ISO-8859-2"?><html><p>\xb3', "ł", []],
    ['<meta http-equiv="Content-Type" content="text/html; charset=windows-1250"><p>\xb3', "ł", []],
    ["<meta charset=utf-8><p>\xc5\x82", "ł", []],
    ["<meta charset=utf-8><p>\xa3", "£", ["charset"]],
    ["<meta charset=klingon><p>\xa3", "£", ["charset"]],
  ])("of markup is read in the character set that it declares: %j", (content, text, findings) => {
    const rendered = renderDocument(bytes(content), "text/html");
    expect([rendered.text, codes(rendered)]).toEqual([text, findings]);
  });

  it("that came as text of a message is not decoded again by what it declares", () => {
    const page = Buffer.from("<meta charset=iso-8859-1><p>£ ł");
    expect(renderDocument(page, "text/html", { charset: "utf-8" })).toMatchObject({ text: "£ ł", findings: [] });
  });
});

describe("a document of which nothing can be seen", () => {
  it.each([
    ["HTML of a script", "<html><title>Letter</title><script>x</script><style>p{}</style>", "text/html"],
    ["HTML of a picture elsewhere", "<html><p><img src=http://evil.example/x.png></p>", "text/html"],
    ["HTML of blanks", "<html><table><tr><td>&nbsp;</td><td>\r\n&#8203;</td></tr></table><hr>", "text/html"],
    ["RTF of a picture", "{\\rtf1{\\pict 00ff}\\par}", "text/rtf"],
    ["RTF of hidden text", "{\\rtf1{\\v Dear}\\par}", "text/rtf"],
    ["text of more blanks than are looked at for its kind", " \n".repeat(40_000), "text/plain"],
    ["text that is packed", deflateSync(" \n".repeat(40_000)).toString("latin1"), undefined],
  ])("says so and is to be had as it is: %s", (_, content, type) => {
    const rendered = renderDocument(bytes(content), type);
    expect([rendered.html, rendered.text]).toEqual([null, ""]);
    expect(rendered.findings).toContainEqual({
      ...{ code: "nothing-shown", severity: "warning", count: 1 },
      text: "Nothing of the document can be shown: download it to see what it holds.",
    });
  });

  it.each([
    ["text", "\n\n.\n"],
    ["HTML", "<html><p></p><td> <b>0</b></td>"],
    ["RTF", "{\\rtf1 {\\pict 00}-}"],
    ["a picture of its own", '<html><p><img src="data:image/png;base64,AAAA"></p>'],
  ])("does not say so where there is anything: %s", (_, content) => {
    const rendered = renderDocument(bytes(content));
    expect([rendered.html === null, codes(rendered).includes("nothing-shown")]).toEqual([false, false]);
  });
});

describe("the text of a document", () => {
  it.each([
    ["<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"],
    ["<table><tr><td>Hb</td><td>98</td></tr><tr><td>WBC</td><td>7</td></tr></table>", "Hb\t98\nWBC\t7"],
    ["10<sup>9</sup>/L, 1<sup>st</sup>", "10^9/L, 1st"],
    ["dose <s>20</s> <del>15</del> 10 mg", "dose [struck out: 20] [struck out: 15] 10 mg"],
    ["&lt;b&gt; &amp;amp; &quot;x&quot;", '<b> &amp; "x"'],
  ])("says without markup what the markup says: %s", (html, text) => {
    expect(renderDocument(bytes(`<body>${html}`), "text/html").text).toBe(text);
  });
});

describe("limits", () => {
  const { renderedBytesMax, htmlLengthMax, htmlDepthMax, xmlDepthMax, rtfDepthMax } = DOCUMENT_LIMITS;

  it("a document of the largest size is shown, one byte more is not, and can be downloaded", () => {
    const largest = Buffer.alloc(renderedBytesMax, "a");
    expect(codes(renderDocument(largest, "text/plain"))).toEqual([]);
    const larger = renderDocument(Buffer.concat([largest, Buffer.from("a")]), "text/plain");
    expect([larger.html, codes(larger)]).toEqual([null, ["too-large"]]);
  });

  it.each([
    ["HTML", "htmlElementsMax", (count: number) => `<html>x${"<br>".repeat(count - 2)}<b>x</b>`],
    ["RTF", "rtfTokensMax", (count: number) => `{\\rtf1${"\\b".repeat(count - 4)} x}`],
    [
      "XML",
      "xmlElementsMax",
      (count: number) =>
        `<?xml version="1.0"?><ClinicalDocument><component><nonXMLBody><text>x${"<a/>".repeat(count - 4)}</text></nonXMLBody></component></ClinicalDocument>`,
    ],
  ] as const)("%s of the most parts is shown whole, with one more it says that it is not", (_, limit, of) => {
    const most = DOCUMENT_LIMITS[limit];
    expect(codes(renderDocument(bytes(of(most))))).toEqual([]);
    expect(codes(renderDocument(bytes(of(most + 1))))).toEqual([limit === "xmlElementsMax" ? "too-large" : "too-long"]);
  });

  it("HTML that would grow too long is cut, and says so", () => {
    const rendered = renderDocument(Buffer.alloc(renderedBytesMax, "&"), "text/plain");
    expect(codes(rendered)).toEqual(["too-long"]);
    expect(rendered.html?.length).toBeLessThanOrEqual(htmlLengthMax + "</pre>".length);
    expect(rendered.html?.length).toBeGreaterThan(htmlLengthMax / 2);
  });

  const cda = (text: string) =>
    `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><text>${text}`;
  it.each([
    ["HTML", htmlDepthMax, (depth: number) => `${"<div>".repeat(depth)}x`],
    ["RTF", rtfDepthMax, (depth: number) => `{\\rtf1 ${"{".repeat(depth - 1)}x${"}".repeat(depth)}`],
    [
      "CDA",
      xmlDepthMax,
      (depth: number) =>
        `${cda("<content>".repeat(depth - 6))}x${"</content>".repeat(depth - 6)}</text></section></component></structuredBody></component></ClinicalDocument>`,
    ],
  ])("%s as deep as may be is shown, one deeper is told", (_, depth, nested) => {
    const deepest = renderDocument(bytes(nested(depth)), "text/html");
    expect(deepest.text.endsWith("x")).toBe(true);
    expect(codes(deepest)).not.toContain("too-deep");
    expect(codes(renderDocument(bytes(nested(depth + 1)), "text/html"))).toContain("too-deep");
  });
});

describe("a picture", () => {
  const png = (width: number, height: number) => {
    const header = Buffer.alloc(24);
    header.write("\x89PNG\r\n\x1a\n", "latin1");
    header.writeUInt32BE(width, 16);
    header.writeUInt32BE(height, 20);
    return header;
  };
  it("is shown within the page, unless it would take a browser's memory", () => {
    expect(renderDocument(png(1000, 50_000), "image/png").html).toMatch(
      /^<p><img alt="[^"]+" src="data:image\/png;base64,/,
    );
    const larger = renderDocument(png(1000, 50_001), "image/png");
    expect([larger.html, codes(larger)]).toEqual([null, ["too-many-pixels"]]);
    expect(codes(renderDocument(bytes("\xff\xd8\xff\xe0\0"), "image/jpeg"))).toEqual(["broken"]);
  });

  it("of JPEG has its size in its frame header", () => {
    const jpeg = bytes("\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x0b\x08\0\x10\0\x20\x03\0\0\0");
    expect(renderDocument(jpeg, "image/jpeg")).toMatchObject({ kind: "jpeg", findings: [] });
  });
});

describe("a PDF", () => {
  it("is never shown here, and looked through", () => {
    const whole = renderDocument(bytes("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"), "application/pdf");
    expect([whole.html, codes(whole)]).toEqual([null, ["not-rendered"]]);
  });

  it.each([
    ["<</S/JavaScript/JS(x)>>", "pdf-script"],
    ["<</S/J#61vaScript>>", "pdf-script"],
    ["<</S/Launch/F(cmd.exe)>>", "pdf-launch"],
    ["<</Names<</EmbeddedFiles 3 0 R>>>>", "pdf-attachment"],
    ["trailer<</Encrypt 5 0 R>>", "pdf-encrypted"],
  ])("with %s says so", (object, code) => {
    expect(codes(renderDocument(bytes(`%PDF-1.7\n${object}\n%%EOF`), "application/pdf"))).toContain(code);
  });

  const pdf = (...objects: (string | Buffer)[]) =>
    Buffer.concat([bytes("%PDF-1.7\n"), ...objects.map((object) => Buffer.from(object)), bytes("\n%%EOF")]);
  const objectStream = (objects: string | Buffer) =>
    Buffer.concat([bytes("<</Type/ObjStm/Filter/FlateDecode>>stream\r\n"), deflateSync(objects), bytes("\nendstream")]);

  it("is looked through in its compressed object streams, so far and no further", () => {
    const { pdfUnpackedBytesMax, pdfStreamsMax } = DOCUMENT_LIMITS;
    const found = (...objects: Buffer[]) => codes(renderDocument(pdf(...objects), "application/pdf"));
    expect(found(objectStream("1 0 <</S/JavaScript>>"))).toEqual(["pdf-script", "not-rendered"]);
    expect(found(objectStream(Buffer.alloc(pdfUnpackedBytesMax, " ")))).toEqual(["not-rendered"]);
    expect(found(objectStream(Buffer.alloc(pdfUnpackedBytesMax + 1, " ")))).toEqual(["pdf-unchecked", "not-rendered"]);
    expect(found(...Array<Buffer>(pdfStreamsMax).fill(objectStream("x")))).toEqual(["not-rendered"]);
    expect(found(...Array<Buffer>(pdfStreamsMax + 1).fill(objectStream("x")))).toEqual([
      "pdf-unchecked",
      "not-rendered",
    ]);
    expect(found(bytes("<</Type/ObjStm>>stream\nnot compressed\nendstream"))).toEqual([
      "pdf-unchecked",
      "not-rendered",
    ]);
  });

  it("that has no end says so", () => {
    expect(codes(renderDocument(bytes("%PDF-1.7\n1 0 obj<</Type/Catalog>>"), "application/pdf"))).toContain(
      "pdf-incomplete",
    );
  });
});
