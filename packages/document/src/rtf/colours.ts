/** The table of colours (`\colortbl`), as it is read: which of them can not be seen on paper. */
export class ColourTable {
  readonly #faint = new Set<number>();
  #colour = 0;
  /** Red, green, blue; undefined where the colour is the usual one. */
  #parts: { red: number; green: number; blue: number } | undefined;

  readWord(word: string, number = 0): void {
    if (word === "red" || word === "green" || word === "blue")
      this.#parts = { ...(this.#parts ?? { red: 0, green: 0, blue: 0 }), [word]: number };
  }

  readText(text: string): void {
    for (const character of text) if (character === ";") this.#end();
  }

  isFaint(colour: number): boolean {
    return this.#faint.has(colour);
  }

  #end(): void {
    const darkest = this.#parts && Math.min(...Object.values(this.#parts));
    if (darkest !== undefined && darkest >= NEARLY_WHITE) this.#faint.add(this.#colour);
    this.#parts = undefined;
    this.#colour++;
  }
}

const NEARLY_WHITE = 240;
