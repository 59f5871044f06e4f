import { certainText } from "./certain-text.ts";
import type { Findings } from "./finding.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import type { SymbolFont } from "./symbols/tables.ts";

/** The HTML that is made here: text escaped, its length limited. Whatever is rendered is written through these. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters and halves of characters have no place in HTML. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const UNFIT = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Most pieces of text hold nothing of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const SPECIAL = /[&<>"'\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;

/** The same, and what `certainText` looks for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const NOTABLE = /[&<>"'\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u202d\u202e\ud800-\uf8ff\ufffd-\uffff]/;

/** As text, or as a value of an attribute in quotes. */
export function escapeHtml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .toWellFormed()
    .replace(UNFIT, "")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

const PIECE_LENGTH = 64 * 1024;

/** The text piece by piece, no character cut in two: whoever writes it can stop between them. */
export function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE_LENGTH);
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--;
    yield text.slice(at, end);
    at = end;
  }
}

/** Collects markup up to the limit; what is past it is left out, and a finding says so. End tags are always taken. */
export class Markup {
  readonly #pieces: string[] = [];
  readonly #findings: Findings;
  readonly #lengthMax: number;
  #length = 0;
  #isCut = false;

  constructor(findings: Findings, lengthMax: number = DOCUMENT_LIMITS.htmlLengthMax) {
    this.#findings = findings;
    this.#lengthMax = lengthMax;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Markup that this package made: whole tags, escaped text. */
  write(piece: string): boolean {
    if (this.#isCut || this.#length + piece.length > this.#lengthMax) {
      if (!this.#isCut) this.#findings.add("too-long");
      this.#isCut = true;
      return false;
    }
    this.#pieces.push(piece);
    this.#length += piece.length;
    return true;
  }

  /** Text of the document. @param font a symbol font that it is set in. */
  text(text: string, font?: SymbolFont): boolean {
    if (font === undefined && !NOTABLE.test(text)) return this.write(text);
    return this.write(escapeHtml(certainText(text, this.#findings, font)));
  }

  close(tag: string): void {
    this.#pieces.push(`</${tag}>`);
  }

  /** How many pieces there are: a place to look back to. */
  get place(): number {
    return this.#pieces.length;
  }

  /** Whether anything that can be seen was written since. */
  saysAnythingSince(place: number): boolean {
    return this.#pieces.slice(place).some(saysAnything);
  }

  toString(): string {
    return this.#pieces.join("");
  }
}

/** A character that leaves a mark, outside of tags: blanks and characters of layout alone show an empty page. */
const VISIBLE = /(?:^|>)[\s\p{Cf}\p{Cc}\u2800\u3164]*[^<\s\p{Cf}\p{Cc}\u2800\u3164]/u;
const PICTURE = /<img /;

/** Whether HTML that was made here shows anything: text or a picture. */
export const saysAnything = (html: string): boolean => VISIBLE.test(html) || PICTURE.test(html);

const LINE_END =
  /<(?:br|hr)(?:\s[^>]*)?>|<\/(?:p|div|tr|li|dt|dd|h[1-6]|pre|table|ul|ol|dl|blockquote|caption|section)>/g;
const STRUCK = /<(?:s|del|strike)(?: [^>]*)?>/g;
const STRUCK_END = /<\/(?:s|del|strike)>/g;
const CELL_END = /<\/t[dh]>/g;
const TAG = /<[^>]*>/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** The text of HTML that was made here, in lines. */
export function textOfMarkup(html: string): string {
  const text = html
    .replace(LINE_END, "\n")
    .replace(CELL_END, "\t")
    // Without its height 10⁹ reads as 109.
    .replace(/<sup>(?=\s*[-+]?\d)/g, "^")
    // Without its line what was struck out reads as if it held.
    .replace(STRUCK, "[struck out: ")
    .replace(STRUCK_END, "]")
    .replace(TAG, "")
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity] ?? "");
  // Line by line: an expression for blanks at the end of lines takes quadratic time over a long run of them.
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
