import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";

const FONTS =
  "{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\froman\\fcharset238 Times{\\*\\falt X};}{\\f2\\fcharset128 Mincho;}}";
const rtf = (body: string, head = "\\ansi\\ansicpg1252\\deff0") =>
  renderDocument(
    Buffer.from(
      `{\\rtf1${head}${FONTS}{\\colortbl;\\red255;}{\\stylesheet{\\s1 Heading;}}{\\info{\\author A}}${body}}`,
      "latin1",
    ),
    "application/rtf",
  );
const codes = (body: string) => rtf(body).findings.map(({ code, count }) => `${code} ${count}`);

describe("RTF", () => {
  it.each([
    [
      "paragraphs",
      "Dear Dr\\par\\pard Thank you\\line and\\tab so on\\par",
      "<p>Dear Dr</p><p>Thank you<br>and\tso on</p>",
    ],
    [
      "bold and italic, in a group and without",
      "{\\b bold} \\i it\\b both\\b0\\i0 plain\\par",
      "<p><b>bold</b> <i>it</i><b><i>both</i></b>plain</p>",
    ],
    [
      "what is underlined, struck out, raised",
      "\\ul u\\ulnone\\strike s\\strike0 10{\\super 9}\\par",
      "<p><u>u</u><s>s</s>10<sup>9</sup></p>",
    ],
    ["plain again", "\\b\\i x\\plain y\\par", "<p><b><i>x</i></b>y</p>"],
    [
      "a table",
      "\\trowd\\intbl Hb\\cell 98\\cell\\row\\intbl WBC\\cell 7\\cell\\row\\pard After\\par",
      "<table><tr><td>Hb</td><td>98</td></tr><tr><td>WBC</td><td>7</td></tr></table><p>After</p>",
    ],
    [
      "several lines in a cell",
      "\\intbl one\\par two\\cell three\\cell\\row\\pard",
      "<table><tr><td>one<br>two</td><td>three</td></tr></table>",
    ],
    [
      "braces and what looks like markup",
      "\\{a\\} \\\\ <b> & \\'3cscript\\'3e\\par",
      "<p>{a} \\ &lt;b&gt; &amp; &lt;script&gt;</p>",
    ],
    ["what fields came to", '{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt see here}}\\par', "<p>see here</p>"],
    ["text boxes", "{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt\\pard In a box\\par}}}", "<p>In a box</p>"],
    ["numbers of lists", "{\\listtext\\pard 1.\\tab}First\\par", "<p>1.\tFirst</p>"],
    [
      "footnotes in their place",
      "Text{\\super 1}{\\footnote\\pard note} goes on\\par",
      "<p>Text<sup>1</sup> [note]  goes on</p>",
    ],
    ["a new page", "one\\page two\\par", "<p>one</p><hr><p>two</p>"],
  ])("has %s", (_, body, html) => {
    expect(rtf(body)).toMatchObject({ kind: "rtf", html });
  });

  it.each([
    ["of the document", "O\\'92Brien \\'a35", "O’Brien £5"],
    ["of a font", "\\f1 \\'b3\\f0 \\'b3", "ł³"],
    ["of two bytes, written in two ways", "\\f2 \\'83A\\'83\\'41", "アア"],
    ["in Unicode, with what stands for it", "\\u8217'\\u322\\'3f x\\uc2\\u233??y{\\uc0\\u233 z}", "’ł xéyéz"],
    ["in Unicode, in two halves", "\\u-10179?\\u-8704?", "😀"],
    ["in words", "\\lquote a\\rquote  \\emdash\\~\\bullet", "‘a’ —\u00a0•"],
    ["given twice", "{\\upr{?}{\\*\\ud{\\u322 }}}", "ł"],
  ])("has characters %s", (_, body, text) => {
    expect(rtf(`${body}\\par`).text).toBe(text);
  });

  it.each([
    ["pictures", "{\\*\\shppict{\\pict\\pngblip 89504e47}}{\\nonshppict{\\pict 00}}x", ["picture 1"]],
    ["raw bytes of pictures", "{\\pict\\bin4 }}{{}x", ["picture 1"]],
    [
      "objects, but not what is seen of them",
      "{\\object\\objemb{\\*\\objclass Excel}{\\*\\objdata 0011}{\\result x}}",
      ["object 1"],
    ],
    ["instructions of fields", "{\\field{\\*\\fldinst EVIL}{\\fldrslt x}}", ["field 1"]],
    ["what the author hid", "{\\v hidden}x", ["hidden-text 1"]],
    ["comments", "{\\*\\annotation no}x", ["annotation 1"]],
    ["what is not known", "{\\*\\whatever {nested} no}x", []],
  ])("leaves %s out, and counts", (_, body, findings) => {
    expect([rtf(body).text, codes(body)]).toEqual(["x", findings]);
  });

  it("that was cut off is shown as far as it goes, and says so", () => {
    const cut = renderDocument(Buffer.from("{\\rtf1 Dear {\\b Dr"), "application/rtf");
    expect([cut.text, cut.findings.map(({ code }) => code)]).toEqual(["Dear Dr", ["broken"]]);
  });

  it("of a character set not known here says so", () => {
    expect(rtf("\\'e9\\par", "\\ansi\\ansicpg437").findings.map(({ code }) => code)).toEqual(["charset"]);
  });

  it("that came as text of a message has its characters", () => {
    const text = renderDocument(Buffer.from("{\\rtf1\\ansi\\ansicpg1252 £ ł {\\pict é} \\'a3\\par}"), "text/rtf", {
      charset: "utf-8",
    });
    expect(text.text).toBe("£ ł  £");
  });
});
