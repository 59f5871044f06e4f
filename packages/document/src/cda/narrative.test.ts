import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";

const rendered = (body: string) =>
  renderDocument(
    Buffer.from(
      `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>${body}</structuredBody></component></ClinicalDocument>`,
    ),
    "text/xml",
  );
const section = (text: string) => `<component><section>${text}</section></component>`;
const said = (body: string) => {
  const { html, findings } = rendered(body);
  return [html?.replace("<h1>Clinical document</h1>", ""), findings.map(({ code, count }) => `${code} ${count}`)];
};

describe("nothing of a CDA narrative is lost or changed in silence", () => {
  it("is said in a second text of a section", () => {
    expect(said(section("<text>Aspirin</text><text>Stopped</text>"))).toEqual([
      "<div>Aspirin</div><div>Stopped</div>",
      [],
    ]);
    expect(said(section("<text/><text>Stopped</text>"))).toEqual(["<div></div><div>Stopped</div>", []]);
  });

  it("stands in a section where none belongs, or is told", () => {
    const inner = "<section><text>Stopped</text></section>";
    expect(said(section(`<text>Aspirin</text>${inner}`))).toEqual(["<div>Aspirin</div>", ["no-narrative 1"]]);
    expect(said(`${inner}${section("<text>Aspirin</text>")}`)[1]).toEqual(["no-narrative 1"]);
  });

  const SYMBOLS = "<content style='font-family:Symbol'>m</content>g";
  it.each([
    ["deleted", '<content revised="delete">old</content>', "<del>old</del>", []],
    ["deleted, in other letters", '<content revised="DELETE">old</content>', "<del>old</del>", []],
    [
      "a deleted row",
      '<table><tr revised="delete"><td>old</td><td>5</td></tr></table>',
      "<table><tr><td><del>old</del></td><td><del>5</del></td></tr></table>".replaceAll("del>", "s>"),
      [],
    ],
    [
      "struck out by an element",
      "<s>a</s><del>b</del><strike>c</strike>",
      "<s>a</s><del>b</del><strike>c</strike>",
      [],
    ],
    ["struck out by a style", '<content style="text-decoration: line-through">old</content>', "<s>old</s>", []],
    [
      "struck out by a style code",
      '<list styleCode="Strikethrough"><item>old</item></list>',
      "<ul><li><s>old</s></li></ul>",
      [],
    ],
    ["raised", '10<content styleCode="superscript">6</content>', "10<sup>6</sup>", []],
    [
      "a footnote",
      'Warfarin<footnote ID="f1">stopped</footnote> x<footnoteRef IDREF="f1"/>',
      "Warfarin [note f1: stopped]  x [note f1] ",
      [],
    ],
    ["a picture with a caption", "<renderMultiMedia><caption>ECG</caption></renderMultiMedia>", "ECG", ["picture 1"]],
    ["a picture with words", '<img alt="ECG"/>', "[ECG]", ["picture 1"]],
    ["in a symbol font", SYMBOLS, "µg", []],
    ["of the private area", "50 &#xF06D;g", "50 [symbol]g", ["symbol 1"]],
    ["hidden by a style", '<content style="display:none">No</content>', "No", ["style-unsure 1"]],
    ["of a style sheet", "<style>.a{display:none}</style>x", "x", ["style-unsure 1"]],
    [
      "in columns with blanks",
      '<table><tr><td colspan=" 2 ">x</td></tr></table>',
      '<table><tr><td colspan="2">x</td></tr></table>',
      [],
    ],
  ])("%s", (_, text, html, findings) => {
    expect(said(section(`<text>${text}</text>`))).toEqual([`<div>${html}</div>`, findings]);
  });
});
