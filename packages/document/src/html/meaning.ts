import { symbolFontNamed } from "../symbols/symbol-font.ts";
import type { SymbolFont } from "../symbols/tables.ts";
import { lightnessOf } from "./colour.ts";

/** What of a style changes what a text says: struck out, hidden, raised, in a font of symbols, not to be seen. */
export type Meaning = {
  readonly isStruck?: boolean;
  /** `display: none`: nothing in it can be shown again. */
  readonly isHidden?: boolean;
  /** `visibility: hidden`: what is in it may be shown all the same. */
  readonly isInvisible?: boolean;
  readonly raised?: "sup" | "sub" | undefined;
  readonly font?: SymbolFont | undefined;
  readonly isTiny?: boolean;
  /** Beyond the edge of the page, cut off, or so thin that it is not seen. */
  readonly isFaint?: boolean;
  readonly ink?: number | "none" | undefined;
  readonly ground?: number | "none" | undefined;
  /** `content` of what is added before or after an element. */
  readonly isAdding?: boolean;
};

export type Declared = { readonly meaning: Meaning; readonly isImportant: boolean };

/** Declarations of one style that are looked at. */
const DECLARATIONS_MAX = 100;
const VALUE_LENGTH_MAX = 500;

/** What the declarations of a style mean, in order, and whether there are more of them than are looked at, or escapes. */
export function declaredIn(style: string): { readonly declared: readonly Declared[]; readonly isUnsure: boolean } {
  const plain = style.includes("/*") ? withoutComments(style) : style;
  const declarations = plain.split(";", DECLARATIONS_MAX + 1);
  const declared = declarations.slice(0, DECLARATIONS_MAX).flatMap((declaration) => {
    const colon = declaration.indexOf(":");
    if (colon < 0 || declaration.length > VALUE_LENGTH_MAX) return [];
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const said = declaration.slice(colon + 1).toLowerCase();
    const bang = said.indexOf("!");
    const meaning = meaningOf(property, (bang < 0 ? said : said.slice(0, bang)).trim(), plain);
    return meaning === undefined ? [] : [{ meaning, isImportant: bang >= 0 }];
  });
  return { declared, isUnsure: declarations.length > DECLARATIONS_MAX || ESCAPED_WORD.test(plain) };
}

/** Letters of a property or of a value, written by their number. */
const ESCAPED_WORD = /\\[0-9a-f]/i;

function withoutComments(style: string): string {
  let plain = "";
  for (let at = 0; ; ) {
    const start = style.indexOf("/*", at);
    const end = start < 0 ? -1 : style.indexOf("*/", start + 2);
    if (end < 0) return plain + (start < 0 ? style.slice(at) : style.slice(at, start));
    plain += style.slice(at, start);
    at = end + 2;
  }
}

const OFF_PAGE =
  /^-(?:[5-9]\d\d|\d{4,})(?:\.\d+)?(?:px|pt)?$|^-(?:[5-9]\d|\d{3,})(?:\.\d+)?(?:em|rem|in|cm)$|^-(?:[1-9]\d{2,})%$/;
const ZERO = /^0+(?:\.0*)?(?:px|pt|em|%)?$/;
const CUT_OFF =
  /^rect\(\s*(?:0|1)(?:px)?[\s,]+(?:0|1)(?:px)?[\s,]+(?:0|1)(?:px)?[\s,]+(?:0|1)(?:px)?\s*\)|^inset\((?:50|100)%/;

/** @param style the declarations that it stands among. */
function meaningOf(property: string, value: string, style: string): Meaning | undefined {
  switch (property) {
    case "text-decoration":
    case "text-decoration-line":
      return { isStruck: /\bline-through\b/.test(value) };
    case "display":
      return { isHidden: value === "none" };
    case "content-visibility":
      return { isHidden: value === "hidden" };
    case "visibility":
      return { isInvisible: value === "hidden" || value === "collapse" };
    case "vertical-align":
      return { raised: value === "super" ? "sup" : value === "sub" ? "sub" : undefined };
    case "font":
      return fontMeaning(value);
    case "font-family":
      return value === "inherit" ? undefined : { font: symbolFontNamed(firstFamily(value)) };
    case "mso-symbol-font-family":
      return /mso-char-type\s*:\s*symbol/i.test(style) ? { font: symbolFontNamed(firstFamily(value)) } : undefined;
    case "font-size":
      return { isTiny: isTinySize(value) };
    case "opacity":
      return Number.parseFloat(value) <= 0.1 ? { isFaint: true } : undefined;
    case "text-indent":
    case "left":
    case "right":
    case "top":
    case "margin-left":
    case "margin-top":
      return OFF_PAGE.test(value) ? { isFaint: true } : undefined;
    case "height":
    case "max-height":
    case "width":
    case "max-width":
      return ZERO.test(value) && /overflow[\w-]*\s*:\s*(?:hidden|clip)/i.test(style) ? { isFaint: true } : undefined;
    case "clip":
    case "clip-path":
      return CUT_OFF.test(value) ? { isFaint: true } : undefined;
    case "color":
    case "-webkit-text-fill-color":
      return value === "inherit" ? undefined : { ink: lightnessOf(value) };
    case "background-color":
      return { ground: lightnessOf(value) };
    case "background":
      return { ground: backgroundIn(value) };
    case "content":
      return { isAdding: /["'][^"']*[^\s"'][^"']*["']|attr\(|url\(/.test(value) };
    default:
      return undefined;
  }
}

const firstFamily = (families: string) => families.split(",", 1)[0] ?? "";

/** `italic 10pt/12pt Symbol, serif`: what stands after the size. */
const FONT =
  /(?:^|\s)([\d.]+(?:[a-z]{2,4}|%)|(?:xx?-)?(?:small|large)|medium|smaller|larger)(?:\s*\/\s*[^\s,]+)?\s+([^,]+)/;

function fontMeaning(value: string): Meaning | undefined {
  const [, size, family] = FONT.exec(value) ?? [];
  if (size === undefined || family === undefined) return undefined;
  return { font: symbolFontNamed(family), isTiny: isTinySize(size) };
}

/** In what it takes to fill three pixels. */
const TINY: Readonly<Record<string, number>> = {
  px: 3,
  pt: 2.25,
  em: 0.2,
  rem: 0.2,
  "%": 20,
  "": 0,
  mm: 0.8,
  cm: 0.08,
};

function isTinySize(size: string): boolean {
  const [, number, unit = ""] = /^([\d.]+)([a-z%]*)$/.exec(size) ?? [];
  const most = Object.hasOwn(TINY, unit) ? TINY[unit] : undefined;
  return number !== undefined && most !== undefined && Number(number) <= most;
}

/** Of pictures and gradients it is not known how light they are. */
function backgroundIn(value: string): number | "none" | undefined {
  if (/url\(|gradient\(/.test(value)) return undefined;
  if (value === "none" || value === "") return "none";
  const colours = value.match(/rgba?\([^)]*\)|[#\w-]+/g) ?? [];
  return colours.map(lightnessOf).find((lightness) => lightness !== undefined);
}
