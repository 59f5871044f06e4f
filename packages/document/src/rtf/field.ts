import { symbolFontNamed } from "../symbols/symbol-font.ts";
import type { SymbolFont } from "../symbols/tables.ts";

/** What a field shows where it has no result to be read: a symbol, a box that is ticked or not, the choice of a list. */
export type FieldText = { readonly text: string; readonly font: SymbolFont | undefined };

const INSTRUCTION_LENGTH_MAX = 500;
const CHOICES_MAX = 200;
/** `\ffres25`: nobody chose, so that the default holds. */
const NOT_CHOSEN = 25;

const SYMBOL = /^\s*SYMBOL\s+(0x[0-9a-f]{1,6}|\d{1,7})\b/i;
const FONT = /\\f\s*"?([^"\\]{1,100})/i;
const IS_UNICODE = /\\u\b/i;

/** The instruction of a field (`\fldinst`) with what its form (`\formfield`) holds, as they are read. */
export class FieldInstruction {
  #text = "";
  #result = NOT_CHOSEN;
  #default: number | undefined;
  #choices: string[] = [];

  readWord(word: string, number = 0): void {
    if (word === "ffres") this.#result = number;
    else if (word === "ffdefres") this.#default = number;
  }

  readText(text: string): void {
    if (this.#text.length < INSTRUCTION_LENGTH_MAX) this.#text += text;
  }

  beginChoice(): void {
    if (this.#choices.length < CHOICES_MAX) this.#choices.push("");
  }

  readChoice(text: string): void {
    const last = this.#choices.pop() ?? "";
    this.#choices.push(last.length < INSTRUCTION_LENGTH_MAX ? last + text : last);
  }

  /** Undefined where its result is what is shown. */
  shown(): FieldText | undefined {
    const [, code] = SYMBOL.exec(this.#text) ?? [];
    if (code !== undefined) return this.#symbol(Number(code));
    const chosen = this.#result === NOT_CHOSEN ? this.#default : this.#result;
    if (chosen === undefined) return undefined;
    if (/^\s*FORMCHECKBOX\b/i.test(this.#text)) return plain(chosen === 1 ? "☑" : "☐");
    const choice = /^\s*FORMDROPDOWN\b/i.test(this.#text) ? this.#choices[chosen] : undefined;
    return choice === undefined ? undefined : plain(choice);
  }

  #symbol(code: number): FieldText | undefined {
    const name = FONT.exec(this.#text)?.[1];
    const font = name === undefined ? undefined : symbolFontNamed(name);
    if (IS_UNICODE.test(this.#text)) return { text: String.fromCharCode(code & 0xffff), font };
    if (font !== undefined) return { text: String.fromCharCode(0xf000 + (code & 0xff)), font };
    return plain(new TextDecoder("windows-1252").decode(Uint8Array.of(code & 0xff)));
  }
}

const plain = (text: string): FieldText => ({ text, font: undefined });
