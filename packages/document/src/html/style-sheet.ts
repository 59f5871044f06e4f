import { type Declared, declaredIn, type Meaning } from "./meaning.ts";

/**
 * The style sheets in a page, as far as they change what its text says. Rules of one element, class or id are followed as
 * CSS has it; of any other rule it is only known which elements it may be about.
 */
export class StyleSheet {
  readonly #rules = new Map<string, Rule>();
  /** Elements, classes and ids that rules may be about which are not followed here. */
  readonly #unsure = new Set<string>();
  #order = 0;

  get isEmpty(): boolean {
    return this.#rules.size === 0 && this.#unsure.size === 0;
  }

  add(source: string): void {
    for (const { selectors, style, isConditional } of rulesIn(source)) {
      const { declared, isUnsure } = declaredIn(style);
      if (declared.length === 0 && !isUnsure) continue;
      for (const each of selectors.split(",")) {
        const selector = each.trim();
        if (isUnsure || isConditional || !this.#follow(selector, declared)) this.#doubt(selector, declared, isUnsure);
      }
    }
  }

  /** The rules for such an element, and whether there may be others. */
  rulesFor(name: string, classes: readonly string[], id: string): { rules: readonly Rule[]; isUnsure: boolean } {
    const marks = [...classes.map((each) => `.${each}`), ...(id === "" ? [] : [`#${id}`])];
    const keys = ["*", name, ...marks, ...marks.map((mark) => name + mark)];
    return {
      rules: keys.flatMap((key) => this.#rules.get(key) ?? []),
      isUnsure: this.#unsure.size > 0 && keys.some((key) => this.#unsure.has(key)),
    };
  }

  /** False for a selector of more than one element, class or id. */
  #follow(selector: string, declared: readonly Declared[]): boolean {
    const [whole, element = "", mark = ""] = SIMPLE.exec(selector) ?? [];
    if (whole === undefined) return false;
    const name = element === "*" ? "" : element.toLowerCase();
    const key = name + mark || "*";
    const weight = (name === "" ? 0 : 1) + (mark === "" ? 0 : mark.startsWith("#") ? 100 : 10);
    const rule = this.#rules.get(key) ?? { weight, said: new Map() };
    this.#rules.set(key, rule);
    for (const each of declared) take(rule.said, each, this.#order++);
    return true;
  }

  #doubt(selector: string, declared: readonly Declared[], isUnsure: boolean): void {
    if (MOMENTARY.test(selector)) return;
    if (isUnsure || declared.some(({ meaning }) => changesText(meaning))) this.#unsure.add(keyOf(selector));
  }
}

/** What is declared last for one element, class or id. */
export type Rule = { readonly weight: number; readonly said: Map<keyof Meaning, Said> };
export type Said = { readonly value: Meaning[keyof Meaning]; readonly isImportant: boolean; readonly order: number };

function take(said: Rule["said"], { meaning, isImportant }: Declared, order: number): void {
  for (const [property, value] of Object.entries(meaning) as [keyof Meaning, Said["value"]][])
    if (isImportant || said.get(property)?.isImportant !== true) said.set(property, { value, isImportant, order });
}

/** An element, a class or an id: `td`, `.old`, `td.old`, `#draft`. */
const SIMPLE = /^(?=.)(\*|[a-z][a-z0-9]*)?([.#][A-Za-z_-][\w-]*)?$/i;
/** How it looks while somebody points at it. */
const MOMENTARY = /:(?:hover|focus|focus-within|focus-visible|active|visited|target)\b|::selection/;

/** What makes a text say something else, rather than how it is set. */
const changesText = (meaning: Declared["meaning"]): boolean =>
  meaning.isStruck === true ||
  meaning.isHidden === true ||
  meaning.isInvisible === true ||
  meaning.isAdding === true ||
  meaning.isTiny === true ||
  meaning.isFaint === true ||
  meaning.font !== undefined ||
  meaning.raised !== undefined;

/** What the last part of a selector is surely about: its class, its id, its element, or anything. */
function keyOf(selector: string): string {
  const last =
    selector
      .slice(-SELECTOR_LENGTH_MAX)
      .split(/[\s>+~]+/)
      .at(-1) ?? "";
  const bare = last.replace(/\([^()]*\)|\[[^\]]*\]|::?[a-z-]+/gi, "");
  return /[.#][\w-]+/.exec(bare)?.[0] ?? (/^[a-z][a-z0-9]*/i.exec(bare)?.[0].toLowerCase() || "*");
}

const SELECTOR_LENGTH_MAX = 500;

type RuleText = { readonly selectors: string; readonly style: string; readonly isConditional: boolean };

/** `selectors { style }`; those of groups (`@media`) too, without those for paper alone. */
function* rulesIn(source: string): Generator<RuleText> {
  const sheet = source.replace(/<!--|-->/g, " ");
  /** The groups that are open, and whether they hold under a condition. */
  const groups: boolean[] = [];
  let words = "";
  for (let at = 0, match = next(sheet, at); match !== null; match = next(sheet, at)) {
    words += sheet.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0] === "/*") {
      at = after(sheet, "*/", at);
      continue;
    }
    const selectors = words.trim();
    words = "";
    if (match[0] === "}") groups.pop();
    else if (match[0] === "{" && GROUP.test(selectors) && !FOR_PAPER.test(selectors))
      groups.push(!ALWAYS.test(selectors));
    else if (match[0] === "{" && selectors.startsWith("@")) at = afterBlock(sheet, at);
    else if (match[0] === "{") {
      const end = after(sheet, "}", at);
      const style = sheet.slice(at, sheet[end - 1] === "}" ? end - 1 : end);
      at = end;
      yield { selectors, style, isConditional: groups.includes(true) };
    }
  }
}

function next(sheet: string, from: number): RegExpExecArray | null {
  PUNCTUATION.lastIndex = from;
  return PUNCTUATION.exec(sheet);
}

const PUNCTUATION = /\/\*|[{};]/g;
const GROUP = /^@(?:media|supports|layer|container|scope|document)\b/i;
const FOR_PAPER = /^@media\s+(?:only\s+)?(?:print|speech)\b(?![^{]*,)/i;
const ALWAYS = /^@(?:layer\b|media\s+(?:all|screen)\s*$)/i;

const after = (text: string, end: string, from: number): number => {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + end.length;
};

/** The place after a block that may hold others. */
function afterBlock(sheet: string, from: number): number {
  BRACE.lastIndex = from;
  for (let depth = 1, match = BRACE.exec(sheet); match !== null; match = BRACE.exec(sheet)) {
    depth += match[0] === "{" ? 1 : -1;
    if (depth === 0) return BRACE.lastIndex;
  }
  return sheet.length;
}

const BRACE = /[{}]/g;

/** The style sheets of a page, wherever they stand in it: one below holds for what is above it too. */
export function styleSheetOf(page: string): StyleSheet {
  const sheet = new StyleSheet();
  START.lastIndex = 0;
  for (let match = START.exec(page); match !== null; match = START.exec(page)) {
    const from = START.lastIndex;
    if (match[0] === "<!--") START.lastIndex = after(page, "-->", from);
    else {
      const start = after(page, ">", from);
      END.lastIndex = start;
      const end = END.exec(page)?.index;
      if (end === undefined) return sheet;
      if (!FOR_PAPER_ONLY.test(page.slice(from, start))) sheet.add(page.slice(start, end));
      START.lastIndex = end;
    }
  }
  return sheet;
}

const START = /<!--|<style(?=[\s>/])/gi;
const END = /<\/style/gi;
const FOR_PAPER_ONLY = /\smedia\s*=\s*["']?\s*(?:print|speech)\s*(?:["'>\s]|$)/i;
