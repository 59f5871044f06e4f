import type { SymbolFont } from "./tables.ts";

const FONTS: readonly (readonly [name: RegExp, font: SymbolFont])[] = [
  [/^(?:symbol|symbol ?mt|symbol ?ps(?:mt)?|symbol[ -]tiger|symbol neue|standard symbols .*)$/, "symbol"],
  [/^wingdings$/, "wingdings"],
  [/^wingdings ?2$/, "wingdings2"],
  [/^wingdings ?3$/, "wingdings3"],
  [/^webdings$/, "webdings"],
  [/^(?:itc )?zapf ?dingbats(?: .*)?$/, "dingbats"],
  // Their letters are pictures, and what they are like is not known here.
  [
    /^(?:marlett|mt extra|monotype sorts|opensymbol|starsymbol|bookshelf symbol.*|ms reference.*|.*dingbats.*)$/,
    "unknown",
  ],
];
const NAME_LENGTH_MAX = 60;

/** The symbol font that a font's name names; undefined for one of letters. */
export function symbolFontNamed(name: string): SymbolFont | undefined {
  const plain = name
    .slice(0, NAME_LENGTH_MAX)
    .replace(/["'@]/g, "")
    .replace(/[\s_]+/g, " ")
    .trim()
    .toLowerCase();
  return FONTS.find(([pattern]) => pattern.test(plain))?.[1];
}
