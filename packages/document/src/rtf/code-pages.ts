import { isCharset } from "../charset.ts";

/** The character sets of RTF, as `TextDecoder` calls them. */

const BY_CODE_PAGE: Readonly<Record<number, string>> = {
  437: "ibm437",
  708: "iso-8859-6",
  850: "ibm850",
  866: "ibm866",
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  10000: "macintosh",
  10007: "x-mac-cyrillic",
  20866: "koi8-r",
  28591: "windows-1252",
  28592: "iso-8859-2",
  65001: "utf-8",
};

/** `\fcharset`: the character set of a font. 0 is ANSI; 1, "default", is that of the document. */
const BY_FONT: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};

/** Undefined for a code page that is not known here. */
export function labelOfCodePage(codePage: number): string | undefined {
  const label = codePage >= 1250 && codePage <= 1258 ? `windows-${codePage}` : BY_CODE_PAGE[codePage];
  return label !== undefined && isCharset(label) ? label : undefined;
}

/** Undefined where the font says none of its own. */
export const codePageOfFont = (fontCharset: number): number | undefined => BY_FONT[fontCharset];
