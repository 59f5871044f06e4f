import { Buffer } from "node:buffer";
import { certainText } from "../certain-text.ts";
import { documentText } from "../charset.ts";
import type { Findings } from "../finding.ts";
import { DOCUMENT_LIMITS } from "../limits.ts";
import { Markup } from "../markup.ts";
import { Blocks, PLAIN, type TextStyle } from "./blocks.ts";
import { labelOfCodePage } from "./code-pages.ts";
import { ColourTable } from "./colours.ts";
import { CHARACTERS, COUNTED, READ_IF_UNKNOWN, SKIPPED, TOLD } from "./control-words.ts";
import { FieldInstruction } from "./field.ts";
import { FontTable } from "./fonts.ts";
import { type Look, lookAfter, PLAIN_LOOK, styleChange } from "./look.ts";
import { RtfTokens } from "./tokens.ts";

/**
 * RTF as HTML: paragraphs, tables, what is bold, italic, underlined, struck out, raised or lowered. Pictures, objects
 * and the instructions of fields are left out and counted; text that the author hid too. Letters of a symbol font are what
 * they look like.
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
  /** `skipped`: nothing of it is shown. The others are read for what they tell (`TOLD`). */
  readonly content: "shown" | "skipped" | "fonts" | "colours" | "instruction" | "choice" | "twice";
  readonly style: TextStyle;
  readonly isHidden: boolean;
  readonly font: number;
  readonly look: Look;
  /** Its instruction told what a field shows: the result stands for the same. */
  readonly isFieldShown: boolean;
  /** Characters after `\u` that stand for it in readers that know no Unicode. */
  readonly substitutes: number;
  /** What is written when the group ends. */
  readonly after: string;
};

const OUTERMOST: Group = {
  ...{ content: "shown", style: PLAIN, isHidden: false, font: -1, look: PLAIN_LOOK },
  ...{ isFieldShown: false, substitutes: 1, after: "" },
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
  #group = OUTERMOST;
  /** Bytes of text, one character each, until it is known that the character set changes. */
  #bytes = "";
  #documentLabel = DEFAULT_LABEL;
  readonly #decoders = new Map<string, TextDecoder>();
  readonly #fonts = new FontTable((codePage) => this.#labelOf(codePage));
  readonly #colours = new ColourTable();
  #field = new FieldInstruction();
  #defaultFont = -1;
  #substitutesLeft = 0;
  /** The first half of a character that is written as two. */
  #high = "";
  #isInCell = false;
  /** Cells have colours of their own behind them. */
  #hasShading = false;
  /** Of the outermost group. */
  #isEnded = false;
  #isPastEnd = false;
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
    const token = this.#tokens.next();
    if (token.type === "end") {
      // The outermost group never ended.
      if (!this.#isEnded || this.#outer.length > 0) this.#findings.add("broken");
      return true;
    }
    if (++this.#tokensRead > DOCUMENT_LIMITS.rtfTokensMax) {
      this.#findings.add("too-long");
      return true;
    }
    switch (token.type) {
      case "open":
        return this.#openGroup();
      case "close":
        this.#closeGroup();
        break;
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

  #closeGroup(): void {
    this.#flush();
    const { after, content } = this.#group;
    if (after !== "" && content === "shown") this.#write(after);
    const outer = this.#outer.pop();
    // A brace too many: what follows is past the end, and read all the same.
    if (outer === undefined) return;
    this.#group = outer;
    if (content === "instruction" && outer.content === "shown") this.#writeField();
    if (this.#outer.length === 0) this.#isEnded = true;
  }

  #writeField(): void {
    const shown = this.#field.shown();
    if (shown === undefined) return;
    this.#write(shown.text, shown.font);
    this.#group = { ...this.#group, isFieldShown: true };
  }

  #readWord(word: string, number: number | undefined): void {
    if (word === "bin") this.#tokens.skip(number ?? 0);
    if (this.#isAtGroupStart && this.#isDestination(word)) return;
    const { content } = this.#group;
    if (word === "u") this.#addUnicode(number ?? 0);
    else this.#flush();
    if (content === "fonts") this.#fonts.readWord(word, number);
    else if (content === "colours") this.#colours.readWord(word, number);
    else if (content === "instruction") this.#field.readWord(word, number);
    if (content !== "shown") return;
    const character = CHARACTERS.get(word);
    if (character !== undefined) this.#write(character);
    else if (!this.#readLayout(word) && !this.#readStyle(word, number) && !this.#readLook(word, number))
      this.#readCharset(word, number);
  }

  /** The first word of a group says what it is for. True where that is not to be shown. */
  #isDestination(word: string): boolean {
    const counted = COUNTED.get(word);
    const isShown = this.#group.content === "shown";
    if (counted !== undefined && isShown) this.#findings.add(counted);
    const told = TOLD.get(word);
    if (told !== undefined) this.#becomeTold(word, told);
    else if (word === "ud" && this.#group.content === "twice") this.#become("shown");
    else if (SKIPPED.has(word) || (this.#isIgnorable && !READ_IF_UNKNOWN.has(word))) this.#become("skipped");
    else if (word === "fldrslt" && this.#group.isFieldShown) this.#become("skipped");
    else {
      if (word === "field") this.#group = { ...this.#group, isFieldShown: false };
      if (word === "footnote" && isShown) {
        this.#write(" [");
        this.#group = { ...this.#group, after: "] " };
      }
      return false;
    }
    return true;
  }

  #becomeTold(word: string, content: Group["content"]): void {
    const isOfField = word === "formfield" || word === "ffl";
    if (isOfField && this.#group.content !== "instruction") this.#become("skipped");
    else {
      if (word === "fldinst" && this.#group.content === "shown") this.#field = new FieldInstruction();
      if (word === "ffl") this.#field.beginChoice();
      this.#become(content);
    }
  }

  #become(content: Group["content"]): void {
    if (this.#group.content !== "skipped") this.#group = { ...this.#group, content };
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
    if (word === "plain")
      this.#group = { ...this.#group, style: PLAIN, isHidden: false, font: this.#defaultFont, look: PLAIN_LOOK };
    else if (word === "v") this.#group = { ...this.#group, isHidden: isOn };
    else if (change !== undefined) this.#group = { ...this.#group, style: { ...style, ...change } };
    else return false;
    return true;
  }

  #readLook(word: string, number: number | undefined): boolean {
    const { look } = this.#group;
    const changed = lookAfter(word, number, look);
    // Every piece of text says its size again.
    if (changed !== undefined && changed !== look) this.#group = { ...this.#group, look: changed };
    if (word === "clcbpat") this.#hasShading = true;
    return changed !== undefined;
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
    if (this.#high === "") this.#write(text);
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
    const { content, font } = this.#group;
    if (content === "skipped" || content === "twice") return;
    const isSymbolic = content === "shown" && this.#fonts.symbolFont(font) !== undefined;
    this.#write(isSymbolic ? symbolCodes(bytes) : this.#decoded(bytes));
  }

  #decoded(bytes: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is ASCII.
    if (/^[\u0000-\u007f]*$/.test(bytes)) return bytes;
    return this.#decoder(this.#fonts.label(this.#group.font) ?? this.#documentLabel).decode(
      Buffer.from(bytes, "latin1"),
    );
  }

  #decoder(label: string): TextDecoder {
    const decoder = this.#decoders.get(label) ?? new TextDecoder(label);
    this.#decoders.set(label, decoder);
    return decoder;
  }

  #write(text: string, font = this.#fonts.symbolFont(this.#group.font)): void {
    this.#flush();
    const { content, isHidden, style } = this.#group;
    if (content !== "shown") this.#tell(text);
    else if (!this.#isEnded || this.#isShownPastEnd(text)) {
      if (!isHidden) this.#blocks.addText(certainText(text, this.#findings, font), style);
      const code = isHidden ? "hidden-text" : this.#isFaint() ? "faint-text" : undefined;
      if (code !== undefined && text.trim() !== "") this.#findings.add(code);
    }
  }

  /** What groups that are not shown tell. */
  #tell(text: string): void {
    const { content } = this.#group;
    if (content === "fonts") this.#fonts.readText(text);
    else if (content === "colours") this.#colours.readText(text);
    else if (content === "instruction") this.#field.readText(text);
    else if (content === "choice") this.#field.readChoice(text);
  }

  #isFaint(): boolean {
    const { isTiny, colour, hasGround } = this.#group.look;
    if (isTiny || colour === 0) return isTiny;
    return !hasGround && !(this.#isInCell && this.#hasShading) && this.#colours.isFaint(colour);
  }

  /** Line ends and zeros often follow; anything else is text that belongs to it, or another document. */
  #isShownPastEnd(text: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is passed over.
    if (this.#isPastEnd || /^[\s\u0000-\u001f]*$/.test(text)) return this.#isPastEnd;
    this.#isPastEnd = true;
    this.#findings.add("after-end");
    this.#isInCell = false;
    this.#blocks.divide(false);
    return true;
  }
}

/** Where symbol fonts have their characters in Unicode. */
const symbolCodes = (bytes: string) =>
  bytes.replace(/[!-\u00ff]/g, (byte) => String.fromCharCode(0xf000 + byte.charCodeAt(0)));

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
