import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";

const said = (source: string) => {
  const { text, findings } = renderDocument(Buffer.from(`<body>${source}`), "text/html");
  return [text, findings.map(({ code, count }) => `${code} ${count}`)];
};
const styled = (style: string, body: string) => said(`<style>${style}</style>${body}`);

describe("a letter of a symbol font in HTML is what it looks like", () => {
  it.each([
    ["a font element", '50 <font face="Symbol">m</font>g', "50 µg"],
    ["a style", '50 <span style="font-family:Symbol">m</span>g', "50 µg"],
    ["a style with quotes and others after it", "<span style='font-family:\"Symbol\",serif'>a</span>", "α"],
    ["the short form", "<span style='font:italic 10.0pt/1.2 Symbol'>b</span>", "β"],
    [
      "another font within",
      "<span style='font-family:Symbol'>·<span style='font:7.0pt \"Times New Roman\"'>&nbsp; m</span></span>",
      "•\u00a0 m",
    ],
    ["a class", "<style>.sy{font-family:Symbol}</style><span class='x sy'>£</span> 5", "≤ 5"],
    ["what Word calls it", "<span style='mso-char-type:symbol;mso-symbol-font-family:Wingdings'>à</span>", "→"],
    [
      "numeric entities",
      '<font face="Symbol">&#61549;&#xF0B3;</font> <font face=Wingdings>&#xF0FC;&#252;ûý</font>',
      "µ≥ ✔✔✗☒",
    ],
    ["Unicode that is no code of it", '<font face="Symbol">≥ 5</font>', "≥ 5"],
    ["what stands after", '<font face="Symbol">m</font>m', "µm"],
    ["bullets of any font", "&#61623; one &#xF0A7; two", "• one • two"],
    ["a font that it stands behind", '<font face="Arial, Symbol">m</font>', "m"],
  ])("%s", (_, source, text) => {
    expect(said(source)).toEqual([text, []]);
  });

  it.each([
    ["the private area without a font", "5 &#xF06D;g", "5 [symbol]g"],
    ["pictures", '<font face="Wingdings">$</font>', "[symbol]"],
    ["a sign that is itself or another one", '<font face="Symbol">µ</font>', "[symbol]"],
    ["quotes that may be pictures", '<font face="Wingdings">’</font>', "[symbol]"],
  ])("or is said not to be known: %s", (_, source, text) => {
    expect(said(source)).toEqual([text, ["symbol 1"]]);
  });

  it("and where whole words are set in one a finding says so", () => {
    expect(said('<font face="Symbol">Dear</font>')).toEqual(["Δεαρ", ["symbol-words 1"]]);
  });

  it("in plain text too", () => {
    const { text, findings } = renderDocument(Buffer.from("50 \uf06dg \uf0b7 5\u009610"), "text/plain");
    expect([text, findings.map(({ code }) => code)]).toEqual(["50 [symbol]g • 5–10", ["charset", "symbol"]]);
  });
});

describe("what is struck out in HTML reads as struck out", () => {
  const STRUCK = "[struck out: 50] 5";
  it.each([
    ["by a style", '<span style="text-decoration:line-through">50</span> 5'],
    [
      "by an important style",
      '<span style="TEXT-DECORATION: underline LINE-THROUGH !important; color:red">50</span> 5',
    ],
    ["by its line alone", '<span style="text-decoration-line:line-through">50</span> 5'],
    ["by a class", '<style>.old{text-decoration:line-through}</style><span class="x old">50</span> 5'],
    [
      "by a class of a sheet that comes later",
      "<span class=old>50</span> 5<style>\n<!-- span.old , i { text-decoration : line-through } -->\n</style>",
    ],
    ["by an id", '<style>#d{text-decoration:line-through}</style><span id="d">50</span> 5'],
    ["by an element's rule", "<style>/* x */ u{text-decoration:line-through}</style><u>50</u> 5"],
    [
      "by what is important",
      '<style>.a{text-decoration:line-through!important}</style><b class=a style="text-decoration:none">50</b> 5',
    ],
    [
      "by the more special rule",
      "<style>b.a{text-decoration:line-through}.a{text-decoration:none}</style><b class=a>50</b> 5",
    ],
    [
      "by what comes last",
      "<style>.b{text-decoration:none}.a{text-decoration:line-through}</style><b class='a b'>50</b> 5",
    ],
    ["within a group for screens", "<style>@media screen{.a{text-decoration:line-through}}</style><b class=a>50</b> 5"],
    [
      "after rules that say nothing",
      "<style>@import 'x.css';@font-face{font-family:a}@page{margin:0}.a{text-decoration:line-through}</style><b class=a>50</b> 5",
    ],
    ["by an element", "<del>50</del> 5"],
  ])("%s", (_, source) => {
    const [text, findings] = said(source);
    expect([text, (findings as string[]).filter((each) => !each.startsWith("remote-style"))]).toEqual([STRUCK, []]);
  });

  it("in each cell of a row and each item of a list", () => {
    const row =
      '<table><tr style="text-decoration:line-through"><td>Aspirin</td><td>75</td></tr><tr><td>x</td></tr></table>';
    expect(said(row)[0]).toBe("[struck out: Aspirin]\t[struck out: 75]\nx");
    expect(
      styled(".o{text-decoration:line-through}", "<ul class=o><li>a</li></ul><div class=o><p>b</p></div>c")[0],
    ).toBe("[struck out: a]\n\n[struck out: b\n]\nc");
  });

  it.each([
    [
      "by the less special rule",
      "<style>b.a{text-decoration:none}.a{text-decoration:line-through}</style><b class=a>50</b>",
    ],
    ["by another class", "<style>.a{text-decoration:line-through}</style><b class=aa>50</b>"],
    [
      "on paper alone",
      "<style>@media print{.a{text-decoration:line-through}}</style><style media=print>.a{text-decoration:line-through}</style><b class=a>50</b>",
    ],
    ["in a comment", "<!-- <style>.a{text-decoration:line-through}</style> --><b class=a>50</b>"],
    ["while it is pointed at", "<style>b:hover{text-decoration:line-through}</style><b class=a>50</b>"],
  ])("and not what is not: %s", (_, source) => {
    expect(said(source)).toEqual(["50", []]);
  });

  it.each([
    ["a rule of two elements", ".old td{text-decoration:line-through}", "<table><tr><td>50</td></tr></table>"],
    ["a rule for some screens", "@media (max-width:99px){b{display:none}}", "<b>50</b>"],
    ["an attribute's rule", "b[title]{text-decoration:line-through}", "<b title=x>50</b>"],
    ["text that a style adds", ".neg::before{content:'NOT '}", "<b class=neg>50</b>"],
    ["words in escapes", ".neg{text-decoration:l\\69ne-through}", "<b class=neg>50</b>"],
    ["a style that takes the line away", "del{text-decoration:none}", "<del>50</del>"],
  ])("and where it is not known a finding says so: %s", (_, style, body) => {
    expect(styled(style, body)[1]).toEqual(["style-unsure 1"]);
    expect(styled(style, "<i>50</i>")).toEqual(["50", []]);
  });
});

describe("what is hidden in HTML is left out, and told", () => {
  it.each([
    ["the attribute", "<p hidden>No</p>Yes"],
    ["a style", "<p style='display:none'>No <b>known</b></p>Yes"],
    ["an important style", "<p style='display: none !important'>No</p>Yes"],
    ["a class", "<style>.h{display:none}</style><p class=h>No</p>Yes"],
    ["what is not visible", "<p style='visibility:hidden'>No</p>Yes"],
  ])("by %s", (_, source) => {
    expect(said(source)).toEqual(["Yes", ["hidden-text 1"]]);
  });

  it.each([
    ["what is shown within", "<p style='visibility:hidden'><b style='visibility:visible'>Yes</b></p>"],
    ["what a style shows all the same", "<p hidden style='display:block'>Yes</p>"],
    ["what hides nothing", "<p hidden> </p><div style='display:none'></div>Yes"],
    ["an indented line", "<p style='margin-left:36pt;text-indent:-18pt'>Yes</p>"],
    ["white on a picture", "<table background=x><tr><td style='color:white'>Yes"],
  ])("but not %s", (_, source) => {
    const [text, findings] = said(source);
    expect([text, (findings as string[]).filter((each) => each !== "remote-content 1")]).toEqual(["Yes", []]);
  });

  it.each([
    ["white on white", "<p style='color:#fff'>Yes</p>"],
    ["white on white by an old attribute", "<font color=white>Yes</font>"],
    ["navy on navy", "<table bgcolor=navy><tr><td style='color:rgb(0,0,128)'>Yes</td></tr></table>"],
    ["no colour", "<p style='color:transparent'>Yes</p>"],
    ["no size", "<p style='font-size:0'>Yes</p>"],
    ["one pixel", "<p style='font:1px Arial'>Yes</p>"],
    ["nearly no opacity", "<p style='opacity:0'>Yes</p>"],
    ["a place off the page", "<p style='position:absolute;left:-9999px'>Yes</p>"],
    ["no height", "<p style='height:0;overflow:hidden'>Yes</p>"],
    ["a class", "<style>p{color:white}</style><p>Yes</p>"],
  ])("and is shown, and told, where it is but hard to see: %s", (_, source) => {
    expect(said(source)).toEqual(["Yes", ["faint-text 1"]]);
  });

  it("is never made invisible by colours of which only some are kept", () => {
    const html = (source: string) => renderDocument(Buffer.from(`<body>${source}`), "text/html").html;
    expect(html("<p style='background:navy;color:white'>H</p>")).toBe("<p>H</p>");
    expect(html("<style>th{background:navy}</style><table><tr><th style='color:white'>H")).not.toContain("white");
    expect(said("<p style='background:navy;color:white'>H</p>")[1]).toEqual([]);
    const kept = '<p style="background-color:navy;color:white">H <b style="color:red">x</b></p>';
    expect(html(kept)).toBe(kept);
    expect(html('<p style="background-color:navy;color:white"><b style="color:navy">x</b></p>')).toContain("<b>x</b>");
  });
});

describe("nothing of HTML is lost or changed in silence", () => {
  it.each([
    ["a power by a style", "10<span style='vertical-align:super;font-size:8pt'>6</span>", "10^6", []],
    ["a power by a class", "<style>.p{vertical-align:super}</style>10<span class=p>6</span>", "10^6", []],
    ["a power in mathematics", "<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10^6", ["embedded 1"]],
    ["a half in mathematics", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "(1)/(2)", ["embedded 1"]],
    ["CDATA", "<p>a <![CDATA[5 < 6 mg]]> b</p>", "a 5 < 6 mg b", []],
    ["an address in brackets", "From <a.tide@nhs.net> to me", "From <a.tide@nhs.net> to me", ["unknown-markup 1"]],
    ["what is less than something", "pH <pKa and so on> 5", "pH <pKa and so on> 5", ["unknown-markup 1"]],
    ["elements of Word", "<o:p>x</o:p><st1:City>y</st1:City>", "xy", []],
    ["a style sheet without an end", "Dear <style>p{} <p>Stop aspirin", "Dear", ["unclosed 1"]],
    ["a comment without an end", "Dear <!-- Stop aspirin</p>", "Dear", ["unclosed 1"]],
    ["a script without an end", "Dear <script>x; Stop aspirin", "Dear", ["script 1", "unclosed 1"]],
    ["a title without an end", "Dear <title>Stop aspirin", "Dear", ["unclosed 1"]],
    ["a value in quotes without an end", "Dear <p title='x> Stop aspirin", "Dear", ["unclosed 1"]],
    ["a tag without an end", "Dear <p Stop aspirin", "Dear", ["unclosed 1"]],
    [
      "what ends well",
      "Dear <b>x</b> & <!-- x --><p title='x'>5 < 6</p>",
      "Dear x &\n5 < 6".replace("\n", " \n").replace(" \n", " "),
      [],
    ],
    ["characters in a forced direction", "0\u202e05 mg", "0\u202e05 mg", ["direction 1"]],
    ["a choice that stands first", "<select><option>Yes<option>No</select>.", "Yes .", ["form 1"]],
    ["a choice that was made", "<select><option>Yes<option selected>No</select>.", "No .", ["form 1"]],
    ["choices of which none was made", "<select multiple><option>Yes</select>.", ".", ["form 1"]],
    ["a line end of Word", "one\u000btwo", "one two", []],
  ])("%s", (_, source, text, findings) => {
    const [shown, found] = said(source);
    expect([String(shown).replaceAll("\n", " ").replace(/ +/g, " "), found]).toEqual([text, findings]);
  });

  it("columns of a table stay where they are, however many cells are said to be one", () => {
    const html = (span: string) =>
      renderDocument(Buffer.from(`<table><tr><td ${span}>x</td></tr></table>`), "text/html").html;
    expect(html('colspan=" 2px"')).toContain('colspan="2"');
    expect(html("rowspan='+3'")).toContain('rowspan="3"');
    expect(html("colspan=99999")).toContain('colspan="1000"');
    expect(html("colspan=x")).toContain("<td>");
  });

  it("elements of XHTML that end where they begin do not take in the rest", () => {
    const xhtml =
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><style/></head><b/><p>Dear</p></html>';
    expect(renderDocument(Buffer.from(xhtml), "text/html")).toMatchObject({ text: "Dear", findings: [] });
  });

  it("many addresses in brackets are not taken for depth", () => {
    const [text, findings] = said("<a@b.c> x ".repeat(1_000));
    expect([String(text).match(/<a@b\.c> x/g)?.length, findings]).toEqual([1_000, ["unknown-markup 1000"]]);
  });
});
