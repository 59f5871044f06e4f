import type { CharsetName } from "./charset.ts";
import type { Delimiters } from "./delimiters.ts";
import { unescapeText } from "./escape.ts";

/** How one message is written. A message is its own dialect, so the character set is found only when it is asked for. */
export interface Dialect {
  readonly delimiters: Delimiters;
  readonly charset: CharsetName;
}

/**
 * What stands in a place of a message. `absent`: the message ends before it. `empty`: it is there and says nothing.
 * `null`: it holds `""`, by which the sender deletes the value. Only `value` is data.
 */
export type PlaceState = "absent" | "empty" | "null" | "value";

/** HL7's way to say "delete what you have". */
const NULL_TEXT = '""';

/** Where in a field; each counts from 1 and is 1 when not given. */
export interface PlaceWithin {
  readonly repetition?: number;
  readonly component?: number;
  readonly subcomponent?: number;
}

/** How deep a place lies, and so which delimiters still divide it. */
type Level = "field" | "repetition" | "component" | "subcomponent";

/** The nth part of a text (from 1), or undefined past the last. An empty separator divides nothing. */
export function part(text: string, separator: string, n: number): string | undefined {
  if (separator === "") return n === 1 ? text : undefined;
  let start = 0;
  for (let passed = 1; passed < n; passed++) {
    const separatorAt = text.indexOf(separator, start);
    if (separatorAt < 0) return undefined;
    start = separatorAt + 1;
  }
  const end = text.indexOf(separator, start);
  if (end < 0) return start === 0 ? text : text.slice(start);
  return text.slice(start, end);
}

/** The text of the smallest place inside a field, still escaped; undefined when the field ends before it. */
export function leaf(field: string, delimiters: Delimiters, within: PlaceWithin | undefined): string | undefined {
  if (within === undefined) return firstLeaf(field, delimiters);
  const repetition = part(field, delimiters.repetition, within?.repetition ?? 1);
  if (repetition === undefined) return undefined;
  const component = part(repetition, delimiters.component, within?.component ?? 1);
  if (component === undefined) return undefined;
  return part(component, delimiters.subcomponent, within?.subcomponent ?? 1);
}

function firstLeaf(field: string, { repetition, component, subcomponent }: Delimiters): string {
  for (let index = 0; index < field.length; index++) {
    const character = field[index];
    if (character === component || character === repetition || character === subcomponent) return field.slice(0, index);
  }
  return field;
}

/** A leaf as data: unescaped, and nothing at all when it is absent, empty or `""`. */
export function leafText(raw: string | undefined, dialect: Dialect): string {
  if (raw === undefined || raw === NULL_TEXT) return "";
  const mark = dialect.delimiters.escape;
  return mark === "" || !raw.includes(mark) ? raw : unescapeText(raw, dialect.delimiters, dialect.charset);
}

/**
 * A place of a message: a field, or a repetition, component or subcomponent of one. Each keeps its own state.
 * Asked for a deeper part than it has, it answers as HL7 does: a plain value is its own first part.
 */
export class FieldView {
  /** As sent, escapes and all; empty when absent. */
  readonly raw: string;
  readonly #level: Level;
  readonly #isAbsent: boolean;
  readonly #dialect: Dialect;

  constructor(raw: string | undefined, dialect: Dialect, level: Level = "field") {
    this.raw = raw ?? "";
    this.#isAbsent = raw === undefined;
    this.#dialect = dialect;
    this.#level = level;
  }

  get state(): PlaceState {
    if (this.#isAbsent) return "absent";
    if (this.raw === NULL_TEXT) return "null";
    return this.#holdsSomething(this.raw) ? "value" : "empty";
  }

  /** Unescaped text of the first part all the way down; "" when that is absent, empty or `""`. */
  get text(): string {
    return leafText(this.#isAbsent ? undefined : this.subcomponent(1).raw, this.#dialect);
  }

  /** As `text`, of no more than the first `max` characters as sent: for showing a document of megabytes. */
  firstText(max: number): string {
    return this.raw.length <= max ? this.text : this.#at(this.raw.slice(0, max), this.#level).text;
  }

  get repetitions(): FieldView[] {
    return this.firstRepetitions(Number.POSITIVE_INFINITY);
  }

  /** Of the first repetition, when the place is a field. */
  get components(): FieldView[] {
    return this.firstComponents(Number.POSITIVE_INFINITY);
  }

  /** Of the first component, when the place is larger. */
  get subcomponents(): FieldView[] {
    return this.firstSubcomponents(Number.POSITIVE_INFINITY);
  }

  /** As `repetitions`, but no more than `max`: a field of a million separators costs what is asked of it. */
  firstRepetitions(max: number): FieldView[] {
    return this.#level === "field" ? this.#parts(this.#dialect.delimiters.repetition, "repetition", max) : [this];
  }

  firstComponents(max: number): FieldView[] {
    if (this.#level === "field") return this.repetition(1).firstComponents(max);
    return this.#level === "repetition" ? this.#parts(this.#dialect.delimiters.component, "component", max) : [this];
  }

  firstSubcomponents(max: number): FieldView[] {
    if (this.#level === "subcomponent") return [this];
    return this.#level === "component"
      ? this.#parts(this.#dialect.delimiters.subcomponent, "subcomponent", max)
      : this.component(1).firstSubcomponents(max);
  }

  /** `""^""`: whatever says anything here says "delete". */
  get isNullThroughout(): boolean {
    return this.raw.includes(NULL_TEXT) && !this.#holdsSomething(this.raw.replaceAll(NULL_TEXT, ""));
  }

  repetition(n: number): FieldView {
    return this.#level === "field" ? this.#part(this.#dialect.delimiters.repetition, n, "repetition") : this.#self(n);
  }

  component(n: number): FieldView {
    if (this.#level === "field") return this.repetition(1).component(n);
    return this.#level === "repetition"
      ? this.#part(this.#dialect.delimiters.component, n, "component")
      : this.#self(n);
  }

  subcomponent(n: number): FieldView {
    if (this.#level === "component") return this.#part(this.#dialect.delimiters.subcomponent, n, "subcomponent");
    return this.#level === "subcomponent" ? this.#self(n) : this.component(1).subcomponent(n);
  }

  #holdsSomething(text: string): boolean {
    const { repetition, component, subcomponent } = this.#dialect.delimiters;
    for (let index = 0; index < text.length; index++) {
      const character = text.charAt(index);
      if (character !== repetition && character !== component && character !== subcomponent) return true;
    }
    return false;
  }

  #parts(separator: string, level: Level, max: number): FieldView[] {
    if (this.#isAbsent) return [];
    const texts = separator === "" ? [this.raw] : this.raw.split(separator, Math.min(max, 2 ** 32 - 1));
    return texts.map((text) => this.#at(text, level));
  }

  #part(separator: string, n: number, level: Level): FieldView {
    return this.#at(this.#isAbsent ? undefined : part(this.raw, separator, n), level);
  }

  #self(n: number): FieldView {
    return n === 1 ? this : this.#at(undefined, this.#level);
  }

  #at(raw: string | undefined, level: Level): FieldView {
    return new FieldView(raw, this.#dialect, level);
  }
}
