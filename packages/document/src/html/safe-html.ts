import { Parser } from "htmlparser2";
import type { Findings } from "../finding.ts";
import { DOCUMENT_LIMITS } from "../limits.ts";
import { escapeHtml, Markup, piecesOf } from "../markup.ts";
import { ELEMENTS, isAllowedAttribute, VOID_ELEMENTS } from "./allow-list.ts";
import { Choice } from "./choice.ts";
import { isKnownElement } from "./known-elements.ts";
import { type Look, PLAIN_LOOK } from "./look.ts";
import { Looks } from "./looks.ts";
import { type Around, aroundChild } from "./math.ts";
import { type StyleSheet, styleSheetOf } from "./style-sheet.ts";
import { addressOf, noteElement, noteStyle, noteUnwanted } from "./unwanted.ts";

/**
 * HTML through the allow-list. It is written anew from what the parser reports, never cut out of the source: whatever
 * a browser makes of the result, it has the elements of the list, their few attributes and escaped text to make it of.
 * Of styles what changes the meaning of the text is followed: what they strike out or hide, and fonts of symbols.
 */
export function safeHtml(source: string, findings: Findings): string {
  const writer = new SafeWriter(styleSheetOf(source), findings);
  // In XHTML `<title/>` ends where it begins; taken for HTML it would take in the rest.
  const recognizeSelfClosing = /^\s*<\?xml\b/.test(source);
  const parser = new Parser(writer, { decodeEntities: true, recognizeCDATA: false, recognizeSelfClosing });
  writer.sourceOfTag = () => source.slice(parser.startIndex, parser.endIndex + 1);
  for (const piece of piecesOf(source)) {
    if (writer.isStopped) break;
    parser.write(piece);
  }
  if (!writer.isStopped) {
    writer.isEnding = true;
    parser.end();
    // A tag or a value in quotes that never ends.
    if (source.slice(parser.startIndex).trim() !== "") writer.noteUnclosed();
  }
  return writer.finish();
}

/** Their content is code or words that no reader sees. Of anything else that is not allowed the text stays. */
const DROPPED_WITH_CONTENT: ReadonlySet<string> = new Set(["script", "style", "title", "template", "noembed"]);
/** What separates words in the source and is not shown itself. */
const SEPARATING: ReadonlySet<string> = new Set(["form", "fieldset", "option", "legend", "aside", "nav", "object"]);

/** They hold cells or items, and no text of their own. */
const PARTS_OF_LAYOUT: ReadonlySet<string> = new Set([
  ...["table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "dl", "html", "body"],
]);
/** What is to be known of an element's name, looked up once. */
type Traits = {
  readonly isDropped: boolean;
  readonly isKnown: boolean;
  readonly isForeign: boolean;
  readonly isWritten: boolean;
  readonly isVoid: boolean;
  readonly isPartOfLayout: boolean;
  readonly keepsBlanks: boolean;
};
const KNOWN_TRAITS = new Map<string, Traits>();

function traitsOf(name: string): Traits {
  const known = KNOWN_TRAITS.get(name);
  if (known !== undefined) return known;
  const traits: Traits = {
    isDropped: DROPPED_WITH_CONTENT.has(name),
    isKnown: isKnownElement(name),
    isForeign: FOREIGN.has(name),
    isWritten: ELEMENTS.has(name),
    isVoid: VOID_ELEMENTS.has(name),
    isPartOfLayout: PARTS_OF_LAYOUT.has(name),
    keepsBlanks: name === "pre" || name === "textarea",
  };
  // Names that somebody made up are not remembered.
  if (traits.isWritten) KNOWN_TRAITS.set(name, traits);
  return traits;
}

/** Their elements are not those of HTML. */
const FOREIGN: ReadonlySet<string> = new Set(["svg", "math"]);
/** More of what is no element is taken for elements that never end. */
const UNKNOWN_MAX = 2_000;
const SAYS_ANY = /\S/;
const NOTHING: Around = { before: "", after: "" };

type Attributes = Readonly<Record<string, string>>;

/** An element of the source that has not ended yet. */
type Open = {
  readonly name: string;
  /** What was written for it and is to be ended; within it what its style says that has an element of its own. */
  tag: string | undefined;
  marks: string[] | undefined;
  readonly isDropped: boolean;
  readonly isHidden: boolean;
  readonly keepsBlanks: boolean;
  /** Where its link leads. */
  readonly address: string;
  look: Look;
  /** Struck out, and no text stands in it but in its cells or items. */
  readonly isStruckWithin: boolean;
  readonly after: string;
  /** It looks like an element and is none. */
  readonly isUnknown: boolean;
  readonly isForeign: boolean;
  /** How many elements began in it. */
  children: number;
};

class SafeWriter {
  isStopped = false;
  /** All of the source was read. */
  isEnding = false;
  sourceOfTag = () => "";
  readonly #looks: Looks;
  readonly #findings: Findings;
  readonly #markup: Markup;
  /** What is open, outside in. */
  readonly #open: Open[] = [];
  #elements = 0;
  #unknown = 0;
  #foreign = 0;
  #dropped = 0;
  #hidden = 0;
  #keepingBlanks = 0;
  #hasRemoteStyle = false;
  /** Text was dropped since the outermost element that is dropped began; hidden text was told of. */
  #hasDroppedText = false;
  #isHiddenTold = false;
  #isUnclosedTold = false;
  /** Of the list of choices that is open. */
  #choice: Choice | undefined;

  constructor(sheet: StyleSheet, findings: Findings) {
    this.#looks = new Looks(sheet, findings);
    this.#findings = findings;
    this.#markup = new Markup(findings);
  }

  onopentag(name: string, attributes: Attributes): void {
    if (this.isStopped) return;
    const { htmlDepthMax, htmlElementsMax } = DOCUMENT_LIMITS;
    // What is no element ends nowhere, and is not within each other.
    if (this.#open.length - Math.min(this.#unknown, UNKNOWN_MAX) >= htmlDepthMax) this.#stop("too-deep");
    else if (++this.#elements > htmlElementsMax) this.#stop("too-long");
    if (this.isStopped) return;
    if (this.#dropped === 0) {
      noteElement(name, attributes, this.#findings);
      noteUnwanted(name, attributes, this.#findings);
    }
    const parent = this.#open.at(-1);
    const inherited = parent?.look ?? PLAIN_LOOK;
    const own = this.#looks.of(name, attributes, inherited);
    const traits = traitsOf(name);
    const around = parent && this.#foreign > 0 ? aroundChild(parent.name, parent.children++) : NOTHING;
    const isDropped = traits.isDropped || isUnchosen(name, attributes);
    const isHidden = own?.isHidden === true;
    if (isDropped && this.#dropped++ === 0) this.#hasDroppedText = false;
    if (isHidden && this.#hidden++ === 0) this.#isHiddenTold = false;
    const isShown = this.#isShown;
    const isUnknown = !traits.isKnown && this.#foreign === 0;
    if (isUnknown) this.#unknown++;
    if (traits.isForeign) this.#foreign++;
    if (isShown) {
      if (around.before !== "") this.#markup.write(around.before);
      if (isUnknown) this.#writeUnknown(inherited);
      this.#writeInstead(name, attributes);
    }
    const isStruck = own?.isStruck === true || parent?.isStruckWithin === true;
    const isStruckWithin = isStruck && traits.isPartOfLayout;
    const opened: Open = {
      name,
      tag: undefined,
      marks: undefined,
      isDropped,
      isHidden,
      keepsBlanks: traits.keepsBlanks || (attributes.style !== undefined && /white-space/i.test(attributes.style)),
      address: isShown && name === "a" ? addressOf(attributes) : "",
      look: own?.look ?? inherited,
      isStruckWithin,
      after: isShown ? around.after : "",
      isUnknown,
      isForeign: traits.isForeign,
      children: 0,
    };
    this.#open.push(opened);
    if (name === "select") this.#choice = new Choice(Object.hasOwn(attributes, "multiple"));
    else if (name === "option") this.#choice?.begin(!isDropped);
    if (isShown && traits.isWritten) this.#writeTag(opened, attributes);
    if (traits.isVoid) opened.tag = undefined;
    else if (isShown && (isStruck || own !== undefined))
      this.#writeMarks(opened, isStruck && !isStruckWithin, own?.raised);
    if (opened.keepsBlanks) this.#keepingBlanks++;
    if (isDropped) this.#hasRemoteStyle = false;
  }

  onclosetag(name: string): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const { tag, marks, isDropped, isHidden, keepsBlanks, address, after } = closed;
    if (this.isEnding && isDropped && this.#hasDroppedText) this.noteUnclosed();
    if (isDropped) this.#dropped--;
    if (isHidden) this.#hidden--;
    if (this.#choice !== undefined && closed.name === "select") this.#endChoice();
    if (keepsBlanks) this.#keepingBlanks--;
    if (closed.isUnknown) this.#unknown--;
    if (closed.isForeign) this.#foreign--;
    if (address !== "") this.#markup.write(` (${escapeHtml(address)})`);
    for (const mark of marks?.toReversed() ?? []) this.#markup.close(mark);
    if (tag !== undefined) this.#markup.close(tag);
    if (after !== "") this.#markup.write(after);
    if (this.#isShown && SEPARATING.has(name)) this.#markup.write("\n");
  }

  ontext(text: string): void {
    if (this.isStopped) return;
    // Of a style sheet nothing is kept. That it would have fetched something is told, once for each.
    if (this.#dropped > 0) {
      if (!this.#hasRemoteStyle) this.#hasRemoteStyle = noteStyle(text, this.#findings);
      this.#hasDroppedText ||= SAYS_ANY.test(text);
      this.#choice?.read(text);
      return;
    }
    const { look = PLAIN_LOOK, isStruckWithin = false } = this.#open.at(-1) ?? {};
    if (this.#hidden > 0 || look.isInvisible) {
      if (this.#isHiddenTold || !SAYS_ANY.test(text)) return;
      this.#findings.add("hidden-text");
      this.#isHiddenTold = this.#hidden > 0;
      return;
    }
    if (look.isUnseen && SAYS_ANY.test(text)) this.#findings.add("faint-text");
    const shown = this.#keepingBlanks > 0 ? text : text.replace(/[ \t\r\n\f]+/g, " ");
    const isStruck = isStruckWithin && SAYS_ANY.test(text) && this.#markup.write("<s>");
    this.#markup.text(shown, look.font);
    if (isStruck) this.#markup.close("s");
    if (this.#markup.isCut) this.isStopped = true;
  }

  /** In XHTML a CDATA section is text. A comment is not shown, unless it has no end. */
  oncomment(comment: string): void {
    if (comment.startsWith("[CDATA[")) this.ontext(comment.slice("[CDATA[".length, -"]]".length));
    else if (this.isEnding && comment.trim() !== "") this.noteUnclosed();
  }

  noteUnclosed(): void {
    if (!this.#isUnclosedTold) this.#findings.add("unclosed");
    this.#isUnclosedTold = true;
  }

  finish(): string {
    while (this.#open.length > 0) this.onclosetag("");
    return this.#markup.toString();
  }

  #stop(code: "too-deep" | "too-long"): void {
    this.#findings.add(code);
    this.isStopped = true;
  }

  get #isShown(): boolean {
    return this.#dropped === 0 && this.#hidden === 0;
  }

  #writeUnknown({ font }: Look): void {
    this.#findings.add("unknown-markup");
    this.#markup.text(this.sourceOfTag(), font);
  }

  #writeTag(opened: Open, attributes: Attributes): void {
    const { name, look } = opened;
    let tag = name;
    for (const attribute in attributes) {
      let value = attributes[attribute] ?? "";
      if (attribute === "style") {
        const [style, written] = this.#looks.written(name, value, look.written);
        if (written !== look.written) opened.look = { ...look, written };
        value = style;
      }
      tag += keptAttribute(name, attribute, value);
    }
    // A picture that is not there is its description.
    if (name === "img" && !tag.includes(' src="')) {
      if (!look.isInvisible) this.#markup.write(pictureText(attributes));
    } else if (this.#markup.write(`<${tag}>`)) opened.tag = name;
  }

  /** What a style says that has an element of its own. */
  #writeMarks(opened: Open, isStruck: boolean, raised: "sup" | "sub" | undefined): void {
    const marks = [...(isStruck ? ["s"] : []), ...(raised === undefined ? [] : [raised])];
    opened.marks = marks.filter((mark) => this.#markup.write(`<${mark}>`));
  }

  #endChoice(): void {
    const shown = this.#choice?.shown ?? "";
    if (shown !== "" && this.#isShown) this.#markup.text(`${shown}\n`);
    this.#choice = undefined;
  }

  /** Of a form, what stands in its fields. */
  #writeInstead(name: string, attributes: Attributes): void {
    if (name !== "input") return;
    const type = (attributes.type ?? "text").toLowerCase();
    if (type === "checkbox" || type === "radio") this.#markup.write(Object.hasOwn(attributes, "checked") ? "☑ " : "☐ ");
    else if (type !== "hidden" && type !== "password") this.#markup.text(`${attributes.value ?? ""} `);
  }
}

/** The attribute as it is written, after a blank; "" where it is not allowed. */
function keptAttribute(element: string, name: string, value: string): string {
  if (name === "style") return value === "" ? "" : ` style="${escapeHtml(value)}"`;
  // Long data is broken into lines by whoever wrote it.
  const plain = name === "src" ? value.replace(/\s+/g, "") : name.endsWith("span") ? spanOf(value) : value;
  return isAllowedAttribute(element, name, plain) ? ` ${name}="${escapeHtml(plain)}"` : "";
}

/** As browsers read it: without its columns a row would have its values under the wrong heads. */
function spanOf(value: string): string {
  const [, digits = ""] = /^\s*\+?(\d{1,9})/.exec(value) ?? [];
  return digits === "" ? "" : String(Math.min(Number(digits), SPAN_MAX));
}

const SPAN_MAX = 1_000;

/** A choice that was not made would read as if it had been. */
const isUnchosen = (name: string, attributes: Attributes) =>
  name === "option" && !Object.hasOwn(attributes, "selected");

function pictureText({ alt = "" }: Attributes): string {
  const text = alt.trim().slice(0, 200);
  return text === "" ? "" : `[${escapeHtml(text)}]`;
}
