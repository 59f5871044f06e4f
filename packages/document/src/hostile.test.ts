import { Buffer } from "node:buffer";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RenderedDocument, renderDocument } from "./index.ts";
import { straysIn } from "./strays.ts";

/** What holds of every document, whoever made it: nothing comes out that runs, fetches or leads anywhere. */

function expectHarmless({ html, text, findings }: RenderedDocument): void {
  expect(straysIn(html ?? "")).toEqual([]);
  expect(text.isWellFormed() && (html ?? "").isWellFormed()).toBe(true);
  for (const { text: words, count } of findings) expect([words.length > 0, count > 0]).toEqual([true, true]);
}

const TYPES = [
  "text/html",
  "application/rtf",
  "text/plain",
  "application/pdf",
  "application/xml",
  "image/png",
  undefined,
];
const types = fc.constantFrom(...TYPES);

/** Pieces of hostile pages: whole and in halves, so that they come together in ways that nobody thought of. */
const HTML_PIECES = [
  ...[
    "<script>",
    "</script>",
    "<scr",
    "ipt>alert(1)",
    "<img src=x onerror=alert(1)>",
    '<img src="http://evil.example/p.png">',
  ],
  ...[
    "<svg/onload=alert(1)>",
    "<svg><style>",
    "<math><mtext><table><mglyph><style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
  ],
  ...[
    "<a href='java\tscript:alert(1)'>",
    "<a href=//evil.example>",
    "<iframe srcdoc='<script>1</script>'>",
    "</iframe>",
  ],
  ...[
    '<p style="background:url(//evil.example)">',
    "<p style='color:expression(1)'>",
    "<style>@import 'http://evil.example'",
    "</style>",
  ],
  ...[
    "<td background=http://evil.example>",
    "<form action=http://evil.example><input onfocus=1 autofocus>",
    "<base href=http://evil.example>",
  ],
  ...[
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<object data=x>",
    "<embed src=x>",
    "<link rel=stylesheet href=x>",
  ],
  ...[
    '<noscript><p title="</noscript><img src=x onerror=1>">',
    "<textarea>",
    "<title>",
    "<template>",
    "<plaintext>",
    "<xmp>",
  ],
  ...[
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<pre>",
    "\0",
    "\u2028",
    "&lt;script&gt;",
    "&#60;script&#62;",
  ],
  ...[
    "'",
    '"',
    "`",
    ">",
    "<",
    "=",
    "/",
    " onclick=alert(1) ",
    " style=",
    "&",
    "&#x6A;avascript:",
    "é",
    "😀",
    "\ud83d",
    "text",
  ],
  ...[
    "<img src='data:image/png;base64,AAAA'>",
    "<style>.a{display:none}u{text-decoration:line-through}b::before{content:'x'}</style>",
    "<b class=a hidden>",
    "<u style='vertical-align:super;color:white;font-family:Symbol'>",
    "<font face=Wingdings color=white>",
    "<math><msup>",
    "<tr style='text-decoration:line-through'>",
    "<a@b.c>",
    "\uf06d",
    "\u202e",
    "\u0096",
    "<img src='data:image/svg+xml;base64,AAAA'>",
    "<img src='data:text/html,<script>'>",
  ],
];
const hostileHtml = fc.array(fc.constantFrom(...HTML_PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));

const RTF_PIECES = [
  ..."{ } \\ \\b \\b0 \\par \\u60? \\u62? \\'3c \\'3e \\'22 \\'e9 \\cell \\row \\intbl \\pard \\line \\page \\v \\v0".split(
    " ",
  ),
  ...[
    "{\\*\\x ",
    "{\\pict 00ff",
    "{\\object ",
    '{\\field{\\*\\fldinst HYPERLINK "http://evil.example"}{\\fldrslt ',
    "\\bin5 ",
  ],
  ...[
    "<script>alert(1)</script>",
    "<img src=x onerror=1>",
    "{\\fonttbl{\\f1\\fcharset128 x;}}",
    "\\f1 \\'83\\'41",
    "\\bin99999999 ",
  ],
  ...[
    "{\\fonttbl{\\f3\\fcharset2 Symbol;}}",
    "\\f3 ",
    "{\\field{\\*\\fldinst SYMBOL 60 \\\\f Arial}{\\fldrslt ",
    "{\\*\\formfield\\ffres1{\\*\\ffl <b>}}",
    "\\up6 ",
    "\\u-4000?",
    "{\\colortbl;\\red255\\green255\\blue255;}\\cf1 ",
  ],
  ...[
    "\\u-10179?",
    "\\u-8704?",
    "\\uc0 ",
    "\\uc5 ",
    "{\\upr{a}{\\*\\ud{b}}}",
    "{\\footnote ",
    "\\ansicpg1250 ",
    "\\ansicpg9 ",
    " a ",
    "\n",
  ],
];
const hostileRtf = fc
  .array(fc.constantFrom(...RTF_PIECES), { maxLength: 60 })
  .map((pieces) => `{\\rtf1\\ansi ${pieces.join("")}}`);

const NARRATIVE = [
  ...[
    "<paragraph>",
    "</paragraph>",
    "<content styleCode='Bold'>",
    "</content>",
    "<list><item>x</item></list>",
    "<br/>",
  ],
  ...[
    "<table><tr><td onclick='x' colspan='2\"'>x</td></tr></table>",
    "<linkHtml href='javascript:x'>x</linkHtml>",
    "&lt;script&gt;",
  ],
  ...[
    "<renderMultiMedia referencedObject='x'/>",
    "<script>alert(1)</script>",
    "<img src='http://evil.example'/>",
    "<![CDATA[<script>]]>",
  ],
  ...[
    "<linkHtml href='http://evil.example/\"onclick=1'>x</linkHtml>",
    "<!-- x -->",
    "&amp;",
    "text",
    "<x:y xmlns:x='urn:x'/>",
  ],
];
const hostileCda = fc.array(fc.constantFrom(...NARRATIVE), { maxLength: 20 }).map((pieces) => {
  const section = `<section><title>T</title><text>${pieces.join("")}</text></section>`;
  return `<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&lt;script&gt;</title><component><structuredBody><component>${section}</component></structuredBody></component></ClinicalDocument>`;
});

/** Some characters gone, doubled or changed. */
const mutated = (source: fc.Arbitrary<string>) =>
  fc
    .tuple(
      source,
      fc.array(fc.tuple(fc.nat(2_000), fc.constantFrom("", "<", '"', "\\", "{", "}", "&", "\0")), { maxLength: 6 }),
    )
    .map(([text, changes]) =>
      changes.reduce(
        (changed, [at, by]) =>
          changed.slice(0, at % (changed.length + 1)) + by + changed.slice((at % (changed.length + 1)) + 1),
        text,
      ),
    );

const packers = fc.constantFrom(
  (bytes: Buffer) => bytes,
  (bytes: Buffer) => gzipSync(bytes),
  (bytes: Buffer) => deflateSync(bytes),
);

describe("nothing comes out that runs, fetches or leads anywhere", () => {
  it("of any bytes, whatever they are said to be", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), types, (bytes, type) =>
        expectHarmless(renderDocument(bytes, type)),
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ["HTML", hostileHtml],
    ["RTF", hostileRtf],
    ["CDA", hostileCda],
  ])("of hostile %s, whole, cut and changed, packed or not", (_, hostile) => {
    fc.assert(
      fc.property(fc.oneof(hostile, mutated(hostile)), types, packers, fc.boolean(), (source, type, pack, isText) => {
        const bytes = pack(Buffer.from(source, "utf8"));
        expectHarmless(renderDocument(bytes, type, isText ? { charset: "utf-8" } : {}));
      }),
      { numRuns: 1_500 },
    );
  });

  it("of HTML in any character set that it declares, UTF-7 and UTF-16 among them", () => {
    const charsets = fc.constantFrom(
      "utf-7",
      "utf-16",
      "utf-16le",
      "iso-2022-jp",
      "x-user-defined",
      "hz-gb-2312",
      "no-such",
      "utf-8",
    );
    fc.assert(
      fc.property(hostileHtml, charsets, fc.constantFrom("latin1", "utf8", "utf16le"), (source, charset, as) => {
        const page = `<meta charset=${charset}>+ADw-script+AD4-${source}`;
        expectHarmless(renderDocument(Buffer.from(page, as), "text/html"));
      }),
    );
  });
});

/** A few hundred kilobytes each: what takes quadratic time takes longer than a test may. */
const many = (piece: string, count = 200_000) => piece.repeat(count);
const numbered = (count: number, of: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => of(number)).join("");

describe("rendering ends, whatever the document tries", () => {
  it.each([
    ["tags that never end", many("<b>")],
    ["different tags that never end", numbered(50_000, (number) => `<b title=${number}><p>`)],
    ["end tags of nothing", many("</i>")],
    ["tables in tables", many("<table><tr><td>", 40_000)],
    ["attributes without end", `<p ${numbered(100_000, (number) => `a${number}=1 `)}>`],
    ["blanks", many(" ", 2_000_000)],
    ["comments", many("<!--", 100_000)],
    ["ampersands", many("&", 1_000_000)],
    ["entities", many("&amp;", 400_000)],
    ["quotes", `<p title='${many('"', 1_000_000)}`],
    ["forms and links", many("<form><a href=http://x>", 50_000)],
    ["styles", `<p style="${many("color:red;", 100_000)}">`],
    ["comments in styles", `<p style="${many("/*", 500_000)}"><style>${many("/*", 500_000)}`],
    ["rules", `<style>${numbered(50_000, (number) => `.a${number} b,`)}x{display:none}</style>`],
    ["rules of one class", `<style>${many(".a{color:red}", 50_000)}</style>${many("<b class=a>x</b>", 30_000)}`],
    ["blocks in blocks", `<style>${many("@media all{", 50_000)}${many("@page{", 50_000)}</style>`],
    ["sheets without an end", many("<style>", 100_000)],
    ["sheets", many("<style>a{}</style>", 50_000)],
    ["classes", `<style>.b{display:none}</style><p class="${many("a ", 200_000)}">`],
    [
      "values of one kind",
      `<p style="${many("'", 400)};font:${many("1px ", 120)};content:${many('" ', 240)};clip:rect(">`,
    ],
    ["what is no element", many("<a@b.c>", 100_000)],
    ["mathematics", many("<math><msup>", 50_000)],
    ["symbols", `<font face=Symbol>${many("m&#61549;", 100_000)}`],
    ["links with long addresses", `<a href="http://${many("x", 1_000_000)}">`],
    ["a picture of its own", `<img src="data:image/png;base64,${many("A", 2_000_000)}!">`],
  ])("HTML of %s", (_, source) => {
    expectHarmless(renderDocument(Buffer.from(`<html>${source}`), "text/html"));
  });

  it.each([
    ["groups", many("{")],
    ["backslashes", many("\\", 1_000_000)],
    ["paragraphs in bold", many("\\b x\\b0\\par ", 100_000)],
    ["cells", many("\\cell ", 200_000)],
    ["rows", many("\\intbl x\\cell\\row ", 50_000)],
    ["fonts", `{\\fonttbl${numbered(50_000, (number) => `{\\f${number}\\fcharset238 x;}`)}}x`],
    ["line ends", many("\n", 1_000_000)],
    ["digits", `\\b${many("1", 1_000_000)}`],
    ["bytes", many("\\'e9", 200_000)],
    ["symbols", `{\\fonttbl{\\f1\\fcharset2 Symbol;}}\\f1 ${many("\\'a3m", 100_000)}`],
    ["fonts with long names", `{\\fonttbl{\\f1 ${many("a\\b ", 200_000)};}}x`],
    ["instructions", many("{\\field{\\*\\fldinst SYMBOL 109", 50_000)],
    ["choices", `{\\field{\\*\\fldinst FORMDROPDOWN{\\*\\formfield${many("{\\*\\ffl x}", 50_000)}}}}`],
    ["braces too many", many("}", 500_000)],
    ["documents after each other", many("}{\\rtf1 x", 50_000)],
    ["colours", `{\\colortbl${many("\\red255;", 100_000)}}x`],
  ])("RTF of %s", (_, source) => {
    expectHarmless(renderDocument(Buffer.from(`{\\rtf1 ${source}`), "text/rtf"));
  });

  it.each([
    ["elements in elements", `<text>${many("<content>", 100_000)}`],
    ["elements", `<text>${many("<br/>", 250_000)}</text>`],
    ["entities", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><text>&b;</text>`],
    ["sections", many("<section>", 100_000)],
    ["styles", `<text>${many("<content style='color:red'/>", 100_000)}</text>`],
    ["attributes", `<text ${numbered(20_000, (number) => `a${number}="1" `)}/>`],
  ])("XML of %s", (_, source) => {
    expectHarmless(renderDocument(Buffer.from(`<ClinicalDocument xmlns="urn:hl7-org:v3">${source}`), "text/xml"));
  });
});
