import { Buffer } from "node:buffer";
import { documentText } from "../charset.ts";
import type { Findings } from "../finding.ts";
import { DOCUMENT_LIMITS } from "../limits.ts";
import { Markup } from "../markup.ts";
import { Blocks, PLAIN, type TextStyle } from "./blocks.ts";
import { codePageOfFont, labelOfCodePage } from "./code-pages.ts";
import { CHARACTERS, COUNTED, READ_IF_UNKNOWN, SKIPPED } from "./control-words.ts";
import { RtfTokens } from "./tokens.ts";

/**
 * RTF as HTML: paragraphs, tables, what is bold, italic, underlined, struck out, raised or lowered. Pictures, objects
 * and the instructions of fields are left out and counted; text that the author hid too.
 * @param charset known from outside, where the document came as text.
 */
export function rtfHtml(bytes: Uint8Array, findings: Findings, charset?: string): string {
  const source = charset === undefined ? latin1(bytes) : documentText(bytes, findings, { charset });
  const markup = new Markup(findings);
  const reader = new RtfReader(source, charset !== undefined, new Blocks(markup), findings);
  reader.read();
  return markup.toString();
}

/** What holds in a group, and within the groups in it until they say otherwise. */
type Group = {
  /** `skipped`: nothing of it is shown. `fonts`: the table of fonts. */
  readonly content: "shown" | "skipped" | "fonts" | "twice";
  readonly style: TextStyle;
  readonly isHidden: boolean;
  readonly font: number;
  /** Characters after `\u` that stand for it in readers that know no Unicode. */
  readonly substitutes: number;
  /** What is written when the group ends. */
  readonly after: string;
};

const DEFAULT_LABEL = "windows-1252";
const HIGH_SURROGATE = /^[\ud800-\udbff]$/;

class RtfReader {
  readonly #tokens: RtfTokens;
  #tokensRead = 0;
  /** The source is text already: characters beyond ASCII are what they are. */
  readonly #isText: boolean;
  readonly #blocks: Blocks;
  readonly #findings: Findings;
  readonly #outer: Group[] = [];
  #group: Group = { content: "shown", style: PLAIN, isHidden: false, font: -1, substitutes: 1, after: "" };
  /** Bytes of text, one character each, until it is known that the character set changes. */
  #bytes = "";
  #documentLabel = DEFAULT_LABEL;
  readonly #decoders = new Map<string, TextDecoder>();
  readonly #fontLabels = new Map<number, string>();
  #definedFont = -1;
  #defaultFont = -1;
  #substitutesLeft = 0;
  /** The first half of a character that is written as two. */
  #high = "";
  #isInCell = false;
  #isAtGroupStart = false;
  #isIgnorable = false;

  constructor(source: string, isText: boolean, blocks: Blocks, findings: Findings) {
    this.#tokens = new RtfTokens(source);
    this.#isText = isText;
    this.#blocks = blocks;
    this.#findings = findings;
  }

  read(): void {
    for (let isOver = false; !isOver && !this.#blocks.isFull; ) isOver = this.#readToken();
    this.#flush();
    this.#blocks.end();
  }

  /** True at the end. */
  #readToken(): boolean {
    if (++this.#tokensRead > DOCUMENT_LIMITS.rtfTokensMax) {
      this.#findings.add("too-long");
      return true;
    }
    const token = this.#tokens.next();
    switch (token.type) {
      case "end":
        // The outermost group never ended.
        this.#findings.add("broken");
        return true;
      case "open":
        return this.#openGroup();
      case "close":
        return this.#closeGroup();
      case "word":
        this.#readWord(token.word, token.number);
        break;
      case "symbol":
        this.#readSymbol(token.symbol);
        break;
      case "byte":
        this.#addByte(String.fromCharCode(token.byte));
        break;
      case "text":
        this.#addText(token.text);
        break;
    }
    if (token.type !== "symbol" || token.symbol !== "*") this.#isAtGroupStart = false;
    return false;
  }

  #openGroup(): boolean {
    if (this.#outer.length >= DOCUMENT_LIMITS.rtfDepthMax) {
      this.#findings.add("too-deep");
      return true;
    }
    this.#flush();
    this.#outer.push(this.#group);
    this.#group = { ...this.#group, after: "" };
    this.#isAtGroupStart = true;
    this.#isIgnorable = false;
    return false;
  }

  #closeGroup(): boolean {
    this.#flush();
    const { after, content } = this.#group;
    if (after !== "" && content === "shown") this.#write(after);
    const outer = this.#outer.pop();
    if (outer === undefined) return true;
    this.#group = outer;
    return this.#outer.length === 0;
  }

  #readWord(word: string, number: number | undefined): void {
    if (word === "bin") this.#tokens.skip(number ?? 0);
    if (this.#isAtGroupStart && this.#isDestination(word)) return;
    const { content } = this.#group;
    if (content === "fonts") this.#readFont(word, number);
    if (word === "u") this.#addUnicode(number ?? 0);
    else this.#flush();
    if (content !== "shown") return;
    const character = CHARACTERS.get(word);
    if (character !== undefined) this.#write(character);
    else if (!this.#readLayout(word) && !this.#readStyle(word, number)) this.#readCharset(word, number);
  }

  /** The first word of a group says what it is for. True where that is not to be shown. */
  #isDestination(word: string): boolean {
    const counted = COUNTED.get(word);
    const isShown = this.#group.content === "shown";
    if (counted !== undefined && isShown) this.#findings.add(counted);
    if (word === "fonttbl") this.#become("fonts");
    else if (word === "upr") this.#become("twice");
    else if (word === "ud" && this.#group.content === "twice") this.#become("shown");
    else if (SKIPPED.has(word) || (this.#isIgnorable && !READ_IF_UNKNOWN.has(word))) this.#become("skipped");
    else {
      if (word === "footnote" && isShown) {
        this.#write(" [");
        this.#group = { ...this.#group, after: "] " };
      }
      return false;
    }
    return true;
  }

  #become(content: Group["content"]): void {
    if (this.#group.content !== "skipped") this.#group = { ...this.#group, content };
  }

  #readFont(word: string, number = 0): void {
    if (word === "f") this.#definedFont = number;
    const codePage = word === "fcharset" ? codePageOfFont(number) : word === "cpg" ? number : undefined;
    if (codePage !== undefined) this.#fontLabels.set(this.#definedFont, this.#labelOf(codePage));
  }

  #readCharset(word: string, number = 0): void {
    if (word === "ansicpg") this.#documentLabel = this.#labelOf(number);
    else if (word === "mac") this.#documentLabel = this.#labelOf(10000);
    else if (word === "pc") this.#documentLabel = this.#labelOf(437);
    else if (word === "pca") this.#documentLabel = this.#labelOf(850);
    else if (word === "deff") {
      this.#defaultFont = number;
      this.#group = { ...this.#group, font: number };
    } else if (word === "f") this.#group = { ...this.#group, font: number };
    else if (word === "uc") this.#group = { ...this.#group, substitutes: Math.min(Math.max(0, number), 16) };
  }

  #labelOf(codePage: number): string {
    const label = codePage === 0 ? DEFAULT_LABEL : labelOfCodePage(codePage);
    if (label === undefined) this.#findings.add("charset");
    return label ?? DEFAULT_LABEL;
  }

  /** True for what ends a line, a cell, a row or a page. */
  #readLayout(word: string): boolean {
    switch (word) {
      case "par":
      case "sect":
        this.#blocks.endParagraph(this.#isInCell);
        return true;
      case "line":
        this.#blocks.breakLine();
        return true;
      case "cell":
        this.#blocks.endCell();
        return true;
      case "row":
        this.#blocks.endRow();
        return true;
      // A table in a table: its rows are lines of the cell.
      case "nestrow":
        this.#blocks.breakLine();
        return true;
      case "page":
        this.#blocks.divide(this.#isInCell);
        return true;
      case "intbl":
        this.#isInCell = true;
        return true;
      case "pard":
        this.#isInCell = false;
        return true;
      default:
        return false;
    }
  }

  #readStyle(word: string, number: number | undefined): boolean {
    const isOn = number !== 0;
    const { style } = this.#group;
    const change = styleChange(word, isOn);
    if (word === "plain") this.#group = { ...this.#group, style: PLAIN, isHidden: false, font: this.#defaultFont };
    else if (word === "v") this.#group = { ...this.#group, isHidden: isOn };
    else if (change !== undefined) this.#group = { ...this.#group, style: { ...style, ...change } };
    else return false;
    return true;
  }

  #readSymbol(symbol: string): void {
    if (symbol === "*" && this.#isAtGroupStart) {
      this.#isIgnorable = true;
      return;
    }
    if (symbol === "~") this.#write("\u00a0");
    else if (symbol === "_") this.#write("\u2011");
    else if (symbol === "\n" || symbol === "\r") this.#readWord("par", undefined);
    else if (symbol === "\\" || symbol === "{" || symbol === "}") this.#addByte(symbol);
    // Others are hints for hyphens and indexes.
  }

  /** A unit of UTF-16; above 32,767 it is written as a negative number. */
  #addUnicode(number: number): void {
    const unit = String.fromCharCode(number & 0xffff);
    const text = this.#high + unit;
    this.#high = HIGH_SURROGATE.test(unit) ? unit : "";
    if (this.#high === "") this.#write(bulletOr(text));
    else this.#flush();
    this.#substitutesLeft = this.#group.substitutes;
  }

  #addByte(byte: string): void {
    if (this.#substitutesLeft > 0) this.#substitutesLeft--;
    else this.#bytes += byte;
  }

  #addText(text: string): void {
    const passed = Math.min(this.#substitutesLeft, text.length);
    this.#substitutesLeft -= passed;
    const rest = text.slice(passed);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is ASCII.
    if (!this.#isText || /^[\u0000-\u007f]*$/.test(rest)) this.#bytes += rest;
    else {
      this.#flush();
      this.#write(rest);
    }
  }

  /** What was gathered, decoded: two bytes of one character may be written in two ways. */
  #flush(): void {
    this.#substitutesLeft = 0;
    if (this.#bytes === "") return;
    const bytes = this.#bytes;
    this.#bytes = "";
    if (this.#group.content !== "shown") return;
    const label = this.#fontLabels.get(this.#group.font) ?? this.#documentLabel;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is ASCII.
    const isAscii = /^[\u0000-\u007f]*$/.test(bytes);
    this.#write(isAscii ? bytes : this.#decoder(label).decode(Buffer.from(bytes, "latin1")));
  }

  #decoder(label: string): TextDecoder {
    const decoder = this.#decoders.get(label) ?? new TextDecoder(label);
    this.#decoders.set(label, decoder);
    return decoder;
  }

  #write(text: string): void {
    this.#flush();
    if (this.#group.content !== "shown") return;
    if (this.#group.isHidden) {
      if (text.trim() !== "") this.#findings.add("hidden-text");
    } else this.#blocks.addText(text, this.#group.style);
  }
}

function styleChange(word: string, isOn: boolean): Partial<TextStyle> | undefined {
  switch (word) {
    case "b":
      return { bold: isOn };
    case "i":
      return { italic: isOn };
    case "ulnone":
      return { underlined: false };
    case "ul":
    case "uld":
    case "uldb":
    case "ulw":
      return { underlined: isOn };
    case "strike":
    case "striked":
    case "deleted":
      return { struck: isOn };
    case "super":
      return { raised: isOn ? "sup" : undefined };
    case "sub":
      return { raised: isOn ? "sub" : undefined };
    case "nosupersub":
      return { raised: undefined };
    default:
      return undefined;
  }
}

/** Bullets come from the private area of the font Symbol. */
const bulletOr = (character: string) => (character === "\uf0b7" || character === "\uf0a7" ? "•" : character);

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
