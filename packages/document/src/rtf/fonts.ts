import { symbolFontNamed } from "../symbols/symbol-font.ts";
import type { SymbolFont } from "../symbols/tables.ts";
import { codePageOfFont } from "./code-pages.ts";

/** `\fcharset` of fonts whose codes are no letters. */
const SYMBOL_CHARSET = 2;
const NAME_LENGTH_MAX = 100;

/** The table of fonts (`\fonttbl`), as it is read: the character set of each, and whether it is one of symbols. */
export class FontTable {
  readonly #labels = new Map<number, string>();
  readonly #symbols = new Map<number, SymbolFont>();
  readonly #labelOf: (codePage: number) => string;
  #font = -1;
  #isSymbolic = false;
  #name = "";

  /** @param labelOf the character set of a code page. */
  constructor(labelOf: (codePage: number) => string) {
    this.#labelOf = labelOf;
  }

  readWord(word: string, number = 0): void {
    if (word === "f") this.#begin(number);
    if (word === "fcharset" && number === SYMBOL_CHARSET) {
      this.#isSymbolic = true;
      this.#settle();
    }
    const codePage = word === "fcharset" ? codePageOfFont(number) : word === "cpg" ? number : undefined;
    if (codePage !== undefined) this.#labels.set(this.#font, this.#labelOf(codePage));
  }

  /** A piece of a font's name, which a semicolon ends. */
  readText(text: string): void {
    const end = text.indexOf(";");
    if (this.#name.length < NAME_LENGTH_MAX) this.#name += end < 0 ? text : text.slice(0, end);
    this.#settle();
  }

  label(font: number): string | undefined {
    return this.#labels.get(font);
  }

  symbolFont(font: number): SymbolFont | undefined {
    return this.#symbols.get(font);
  }

  #begin(font: number): void {
    this.#font = font;
    this.#name = "";
    this.#isSymbolic = false;
    this.#symbols.delete(font);
  }

  #settle(): void {
    const symbols = symbolFontNamed(this.#name) ?? (this.#isSymbolic ? "unknown" : undefined);
    if (symbols === undefined) this.#symbols.delete(this.#font);
    else this.#symbols.set(this.#font, symbols);
  }
}
