import { escapeHtml, type Markup } from "../markup.ts";

/** How text looks. */
export type TextStyle = {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underlined: boolean;
  readonly struck: boolean;
  readonly raised: "sup" | "sub" | undefined;
};

export const PLAIN: TextStyle = { bold: false, italic: false, underlined: false, struck: false, raised: undefined };

/** Paragraphs and rows of tables, written as they end. */
export class Blocks {
  readonly #markup: Markup;
  /** The paragraph that is being read, and the elements that are open in it. */
  #text = "";
  #tags: readonly string[] = [];
  /** The cell and the row that are being read. */
  #cell = "";
  #row: string[] = [];
  #isInTable = false;

  constructor(markup: Markup) {
    this.#markup = markup;
  }

  get isFull(): boolean {
    return this.#markup.isCut;
  }

  addText(text: string, style: TextStyle): void {
    if (text === "") return;
    const tags = tagsOf(style);
    if (tags.join() !== this.#tags.join()) {
      this.#closeTags();
      this.#text += tags.map((tag) => `<${tag}>`).join("");
      this.#tags = tags;
    }
    this.#text += escapeHtml(text);
  }

  breakLine(): void {
    this.#text += "<br>";
  }

  /** @param isInCell the paragraph stands in a cell of a table, of which there may be several. */
  endParagraph(isInCell: boolean): void {
    this.#closeTags();
    if (isInCell) {
      this.#cell += `${this.#text}<br>`;
    } else {
      this.#endTable();
      this.#markup.write(`<p>${this.#text === "" ? "<br>" : this.#text}</p>`);
    }
    this.#text = "";
  }

  endCell(): void {
    this.#closeTags();
    this.#row.push((this.#cell + this.#text).replace(/(?:<br>)+$/, ""));
    this.#cell = "";
    this.#text = "";
  }

  endRow(): void {
    this.#closeTags();
    if (this.#text !== "" || this.#cell !== "") this.endCell();
    if (this.#row.length === 0) return;
    if (!this.#isInTable) this.#isInTable = this.#markup.write("<table>");
    this.#markup.write(`<tr>${this.#row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
    this.#row = [];
  }

  /** A new page. */
  divide(isInCell: boolean): void {
    if (this.#text !== "") this.endParagraph(isInCell);
    if (!isInCell) {
      this.#endTable();
      this.#markup.write("<hr>");
    }
  }

  /** Whatever has not ended yet. */
  end(): void {
    this.#closeTags();
    if (this.#row.length > 0 || this.#cell !== "") this.endRow();
    if (this.#text !== "") this.endParagraph(false);
    this.#endTable();
  }

  #endTable(): void {
    if (this.#row.length > 0) {
      const text = this.#text;
      this.#text = "";
      this.endRow();
      this.#text = text;
    }
    if (this.#isInTable) this.#markup.close("table");
    this.#isInTable = false;
  }

  #closeTags(): void {
    this.#text += this.#tags
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join("");
    this.#tags = [];
  }
}

function tagsOf({ bold, italic, underlined, struck, raised }: TextStyle): string[] {
  return [bold && "b", italic && "i", underlined && "u", struck && "s", raised].filter(
    (tag) => typeof tag === "string",
  );
}
