import type { Findings } from "./finding.ts";
import { type SymbolFont, TABLES } from "./symbols/tables.ts";

/**
 * Text as it surely is: whatever stands for another character than it seems is changed into that one, and where it is not
 * known which, `[symbol]` stands in its place. A finding tells of each doubt.
 */
export function certainText(text: string, findings: Findings, font?: SymbolFont): string {
  if (font === undefined && !DOUBTFUL.test(text)) return text;
  if (FORCED_DIRECTION.test(text)) findings.add("direction");
  if (text.includes("\ufffd")) findings.add("charset");
  const windows = text
    .replaceAll("\u000b", "\n")
    .replace(/[\u0080-\u009f]+/g, (bytes) => (font === undefined ? windowsText(bytes, findings) : bytes));
  if (font === undefined) return windows.replace(PRIVATE, (character) => bulletOrDoubt(character, findings));
  if (WORD.test(windows) || FONT_WORD.test(windows)) findings.add("symbol-words");
  return Array.from(windows, (character) => inFont(character, font, findings)).join("");
}

/** What stands for what can not be read. */
const DOUBT = "[symbol]";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const DOUBTFUL = /[\u000b\u0080-\u009f\u202d\u202e\ue000-\uf8ff\ufffd]/;
const FORCED_DIRECTION = /[\u202d\u202e]/;
/** What each font means by these is its own affair. */
const PRIVATE = /[\ue000-\uf8ff]/g;
/** Symbol fonts have their characters at F020 to F0FF too. */
const SYMBOLS_FROM = 0xf000;

/** Lists begin with these of Symbol and of Wingdings, and whichever font it is, they are a dot. */
const BULLETS: ReadonlySet<string> = new Set(["\uf0b7", "\uf0a7"]);

function bulletOrDoubt(character: string, findings: Findings): string {
  return BULLETS.has(character) ? "•" : doubt(findings);
}

function doubt(findings: Findings): string {
  findings.add("symbol");
  return DOUBT;
}

/** Bytes of Windows-1252 that somebody took for characters: the dash in "5–10" would be lost. */
function windowsText(bytes: string, findings: Findings): string {
  findings.add("charset");
  return new TextDecoder("windows-1252").decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** Characters beyond Latin-1 that Windows-1252 has: in a picture font they may be themselves or a picture. */
const WINDOWS_ONLY = /^[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]$/;

/** Typed as they are in the font Symbol they are another sign there (`µ` is ∝), and hardly meant as that. */
const OWN_OR_SYMBOL = /[µ×÷²¼½¾]/;
/** Some programs do not follow the font where words are set in it. */
const WORD = /[A-Za-z]{4}/;
const FONT_WORD = /[\uf041-\uf05a\uf061-\uf07a]{4}/;

function inFont(character: string, font: SymbolFont, findings: Findings): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || character === "\u00a0") return character;
  if (font === "symbol" && OWN_OR_SYMBOL.test(character)) return doubt(findings);
  if (code <= 0xff) return TABLES[font].get(code) ?? doubt(findings);
  if (code > SYMBOLS_FROM && code <= SYMBOLS_FROM + 0xff)
    return TABLES[font].get(code - SYMBOLS_FROM) ?? doubt(findings);
  if (code >= 0xe000 && code <= 0xf8ff) return doubt(findings);
  // The font has no such character: another one shows it as it is.
  return font !== "symbol" && WINDOWS_ONLY.test(character) ? doubt(findings) : character;
}
