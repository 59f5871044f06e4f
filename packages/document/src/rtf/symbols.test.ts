import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";

const FONTS =
  "{\\fonttbl{\\f0\\fswiss Arial;}{\\f3\\froman\\fcharset2{\\*\\panose 05}Symbol;}{\\f4\\fnil\\fcharset2 Wingdings;}" +
  "{\\f5\\fnil\\fcharset2 Trust Icons;}{\\f6\\fnil Symbol;}{\\f7 Webdings;}{\\f8 Segoe UI Symbol;}}";
const COLOURS = "{\\colortbl;\\red255\\green0\\blue0;\\red255\\green255\\blue255;}";
const rtf = (body: string, after = "") =>
  renderDocument(Buffer.from(`{\\rtf1\\ansi\\deff0${FONTS}${COLOURS}${body}}${after}`, "latin1"), "text/rtf");
const said = (body: string, after = "") => {
  const { text, findings } = rtf(body, after);
  return [text, findings.map(({ code, count }) => `${code} ${count}`)];
};

describe("a letter of a symbol font in RTF is what it looks like", () => {
  it.each([
    ["a dose in micrograms", "50 {\\f3 m}g", "50 µg"],
    ["Greek", "{\\f3 a b W D}", "α β Ω Δ"],
    ["bytes", "{\\f3 \\'a3 \\'b3 \\'b1 \\'b0 \\'b4 \\'ae} 5", "≤ ≥ ± ° × → 5"],
    ["Unicode of the private area, with what stands for it", "\\f3\\u-3933\\'6d\\f0 g, \\f3\\u61603?\\f0 5", "≤g, ≤5"],
    ["Unicode of the private area", "\\f3\\u-3987?\\u61549?", "µµ"],
    ["Unicode that is no code of the font", "{\\f3 \\u8805? 5\\~m}", "≥ 5\u00a0µ"],
    ["a font without its character set", "{\\f6 m}g", "µg"],
    [
      "a font of a table without groups",
      "{\\fonttbl\\f20 Arial;\\f21 Symbol;\\f22 Times;}\\f20 m\\f21 m\\f22 m",
      "mµm",
    ],
    ["ticks and crosses", "{\\f4 \\'fc} yes {\\f4 \\'fb} no {\\f4 \\'fd\\'fe\\'a8o} {\\f7 a}", "✔ yes ✗ no ☒☑□□ ✔"],
    ["arrows and bullets", "{\\f4 \\'e0\\'e1\\'e2\\'a7l} x", "→↑↓▪● x"],
    ["bullets of any font", "\\f0\\u-3913?\\u-3929? x", "•• x"],
    ["the font after \\plain", "{\\f3 m\\plain m}", "µm"],
    ["a font of letters that is called symbol", "{\\f8 m}", "m"],
    [
      "the instruction of a field",
      '{\\field{\\*\\fldinst SYMBOL 109 \\\\f "Symbol" \\\\s 10}{\\fldrslt\\f3 m}}g',
      "µg",
    ],
    [
      "a field in groups, without a result",
      "{\\field{\\*\\fldinst {\\fs20 SYMBOL 252 \\\\f Wingdings}}{\\fldrslt}}",
      "✔",
    ],
    ["a field of letters", "{\\field{\\*\\fldinst SYMBOL 181}{\\fldrslt}}g", "µg"],
    ["a result of a field that tells no symbol", "{\\field{\\*\\fldinst DATE}{\\fldrslt 1 May}}", "1 May"],
  ])("%s", (_, body, text) => {
    const counted = text.includes("[symbol]") ? ["symbol 1"] : [];
    const fields = body.includes("\\field") ? ["field 1"] : [];
    expect(said(body)).toEqual([text, [...fields, ...counted]]);
  });

  it.each([
    ["pictures of Wingdings", "{\\f4 \\'24} x", "[symbol] x"],
    ["a font that is not known", "{\\f5 ab} x", "[symbol][symbol] x"],
    ["the private area without a font", "\\u-3990? x", "[symbol] x"],
    ["a dash that may be a picture", "{\\f4 \\endash} x", "[symbol] x"],
  ])("or is said not to be known: %s", (_, body, text) => {
    const count = text.split("[symbol]").length - 1;
    expect(said(body)).toEqual([text, [`symbol ${count}`]]);
  });
});

describe("what fields of a form say in RTF", () => {
  const form = (kind: string, words: string) =>
    said(
      `{\\field{\\*\\fldinst ${kind} {\\*\\formfield{${words}{\\*\\ffname x}{\\*\\ffl None}{\\*\\ffl Mild}}}}{\\fldrslt}}.`,
    )[0];
  it.each([
    ["FORMCHECKBOX", "\\fftype1\\ffres1\\ffdefres0", "☑."],
    ["FORMCHECKBOX", "\\fftype1\\ffres0\\ffdefres1", "☐."],
    ["FORMCHECKBOX", "\\fftype1\\ffres25\\ffdefres1", "☑."],
    ["FORMCHECKBOX", "\\fftype1\\ffdefres0", "☐."],
    ["FORMDROPDOWN", "\\fftype2\\ffres1\\ffdefres0", "Mild."],
    ["FORMDROPDOWN", "\\fftype2\\ffres25\\ffdefres0", "None."],
    ["FORMDROPDOWN", "\\fftype2\\ffres9", "."],
  ])("%s %s: %s", (kind, words, text) => {
    expect(form(kind, words)).toBe(text);
  });
});

describe("nothing of RTF is lost or changed in silence", () => {
  it.each([
    ["text after its last brace", "Dear}\\b Dr\\b0  Tide", "", "Dear\n\nDr Tide", ["after-end 1"]],
    ["another document after it", "Dear", "{\\rtf1\\ansi Second}", "Dear\n\nSecond", ["after-end 1"]],
    ["line ends and zeros after it", "Dear", "\r\n\0\0 \r\n", "Dear", []],
    ["a height that raises or lowers", "10{\\up6 6} 2{\\dn4 1}\\up0 x", "", "10^6 21x", []],
    ["revisions that delete", "{\\deleted stop} go", "", "[struck out: stop] go", []],
    [
      "tables in tables",
      "\\intbl a\\nestcell b\\nestcell{\\*\\nesttableprops\\nestrow}c\\cell\\row",
      "",
      "a\tb\nc",
      [],
    ],
    ["text too small to be seen", "{\\fs2 allergic} x", "", "allergic x", ["faint-text 1"]],
    ["white text", "{\\cf2 allergic} {\\cf1 red}", "", "allergic red", ["faint-text 1"]],
    ["white text on another colour", "{\\cf2\\highlight1 H} x", "", "H x", []],
    ["hidden text", "{\\v not }allergic", "", "allergic", ["hidden-text 1"]],
    ["a dash in Latin-1 that is Windows-1252", "5\\u150?10", "", "5–10", ["charset 1"]],
  ])("%s", (_, body, after, text, findings) => {
    const [shown, found] = said(body, after);
    expect([
      String(shown)
        .replace(/\n{2,}/g, "\n\n")
        .replace(/^-+$/gm, ""),
      found,
    ]).toEqual([text, findings]);
  });
});
