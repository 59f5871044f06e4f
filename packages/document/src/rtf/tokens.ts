/** RTF as its tokens: control words with their number, control symbols, bytes in hexadecimal, groups and text. */
export type RtfToken =
  | { readonly type: "open" | "close" | "end" }
  | { readonly type: "word"; readonly word: string; readonly number: number | undefined }
  | { readonly type: "symbol"; readonly symbol: string }
  | { readonly type: "byte"; readonly byte: number }
  | { readonly type: "text"; readonly text: string };

const TOKEN =
  /\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]{1,65536})|[\r\n]+|\\/gsy;

/** Reads one token after another; takes time linear in the length. */
export class RtfTokens {
  readonly #source: string;
  readonly #token = new RegExp(TOKEN);
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  next(): RtfToken {
    this.#token.lastIndex = this.#at;
    const match = this.#token.exec(this.#source);
    if (match === null) return { type: "end" };
    this.#at = this.#token.lastIndex;
    const [, word, number, hex, symbol, brace, text] = match;
    if (word !== undefined) return { type: "word", word, number: number === undefined ? undefined : Number(number) };
    if (text !== undefined) return { type: "text", text };
    if (brace !== undefined) return { type: brace === "{" ? "open" : "close" };
    if (hex !== undefined) return { type: "byte", byte: Number.parseInt(hex, 16) };
    // Line ends between tokens say nothing, and a backslash alone neither.
    return symbol === undefined ? this.next() : { type: "symbol", symbol };
  }

  /** Passes over raw bytes (`\bin`). */
  skip(count: number): void {
    this.#at = Math.min(this.#source.length, this.#at + Math.max(0, count));
  }
}
