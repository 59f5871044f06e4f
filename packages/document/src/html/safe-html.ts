import { Parser } from "htmlparser2";
import type { Findings } from "../finding.ts";
import { DOCUMENT_LIMITS } from "../limits.ts";
import { escapeHtml, Markup, piecesOf } from "../markup.ts";
import { allowedStyle, ELEMENTS, isAllowedAttribute, VOID_ELEMENTS } from "./allow-list.ts";
import { addressOf, noteElement, noteStyle, noteUnwanted } from "./unwanted.ts";

/**
 * HTML through the allow-list. It is written anew from what the parser reports, never cut out of the source: whatever
 * a browser makes of the result, it has the elements of the list, their few attributes and escaped text to make it of.
 */
export function safeHtml(source: string, findings: Findings): string {
  const writer = new SafeWriter(findings);
  const parser = new Parser(writer, { decodeEntities: true, recognizeCDATA: false });
  for (const piece of piecesOf(source)) {
    if (writer.isStopped) break;
    parser.write(piece);
  }
  if (!writer.isStopped) parser.end();
  return writer.finish();
}

/** Their content is code or words that no reader sees. Of anything else that is not allowed the text stays. */
const DROPPED_WITH_CONTENT: ReadonlySet<string> = new Set(["script", "style", "title", "template", "noembed"]);
/** What separates words in the source and is not shown itself. */
const SEPARATING: ReadonlySet<string> = new Set(["form", "fieldset", "option", "legend", "aside", "nav", "object"]);

type Attributes = Readonly<Record<string, string>>;

/** An element of the source that has not ended yet. */
type Open = {
  /** What was written for it. */
  readonly written: string | undefined;
  readonly isDropped: boolean;
  readonly keepsBlanks: boolean;
  /** Where its link leads. */
  readonly address: string;
};

class SafeWriter {
  isStopped = false;
  readonly #findings: Findings;
  readonly #markup: Markup;
  /** What is open, inside out: the element that is written for it, or undefined. */
  readonly #open: Open[] = [];
  #elements = 0;
  #dropped = 0;
  #keepingBlanks = 0;
  #hasRemoteStyle = false;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#markup = new Markup(findings);
  }

  onopentag(name: string, attributes: Attributes): void {
    if (this.isStopped) return;
    const { htmlDepthMax, htmlElementsMax } = DOCUMENT_LIMITS;
    if (this.#open.length >= htmlDepthMax) this.#stop("too-deep");
    else if (++this.#elements > htmlElementsMax) this.#stop("too-long");
    if (this.isStopped) return;
    if (this.#dropped === 0) {
      noteElement(name, attributes, this.#findings);
      noteUnwanted(name, attributes, this.#findings);
    }
    const isDropped = DROPPED_WITH_CONTENT.has(name) || isUnchosen(name, attributes);
    const isWritten = this.#dropped === 0 && !isDropped && ELEMENTS.has(name) && this.#writeTag(name, attributes);
    if (this.#dropped === 0 && !isDropped) this.#writeInstead(name, attributes);
    if (isDropped) this.#dropped++;
    const address = this.#dropped === 0 && name === "a" ? addressOf(attributes) : "";
    const keepsBlanks = name === "pre" || name === "textarea" || /white-space/i.test(attributes.style ?? "");
    if (keepsBlanks) this.#keepingBlanks++;
    this.#open.push({ written: isWritten ? name : undefined, isDropped, keepsBlanks, address });
    if (name === "style") this.#hasRemoteStyle = false;
  }

  onclosetag(name: string): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const { written, isDropped, keepsBlanks, address } = closed;
    if (isDropped) this.#dropped--;
    if (keepsBlanks) this.#keepingBlanks--;
    if (address !== "") this.#markup.write(` (${escapeHtml(address)})`);
    if (written !== undefined && !VOID_ELEMENTS.has(written)) this.#markup.close(written);
    if (this.#dropped === 0 && SEPARATING.has(name)) this.#markup.write("\n");
  }

  ontext(text: string): void {
    if (this.isStopped) return;
    const shown = this.#keepingBlanks > 0 ? text : text.replace(/[ \t\r\n\f]+/g, " ");
    if (this.#dropped === 0) this.#markup.write(escapeHtml(shown));
    // Of a style sheet nothing is kept. That it would have fetched something is told, once for each.
    else if (!this.#hasRemoteStyle) this.#hasRemoteStyle = noteStyle(text, this.#findings);
    if (this.#markup.isCut) this.isStopped = true;
  }

  finish(): string {
    while (this.#open.length > 0) this.onclosetag("");
    return this.#markup.toString();
  }

  #stop(code: "too-deep" | "too-long"): void {
    this.#findings.add(code);
    this.isStopped = true;
  }

  #writeTag(name: string, attributes: Attributes): boolean {
    const kept = Object.entries(attributes).flatMap(([attribute, value]) => keptAttribute(name, attribute, value));
    if (name === "img" && !kept.some((each) => each.startsWith("src="))) {
      // A picture that is not there is its description.
      this.#markup.write(pictureText(attributes));
      return false;
    }
    return this.#markup.write(`<${[name, ...kept].join(" ")}>`);
  }

  /** Of a form, what stands in its fields. */
  #writeInstead(name: string, attributes: Attributes): void {
    if (name !== "input") return;
    const type = (attributes.type ?? "text").toLowerCase();
    if (type === "checkbox" || type === "radio") this.#markup.write(Object.hasOwn(attributes, "checked") ? "☑ " : "☐ ");
    else if (type !== "hidden" && type !== "password") this.#markup.write(`${escapeHtml(attributes.value ?? "")} `);
  }
}

/** The attribute as it is written; none where it is not allowed. */
function keptAttribute(element: string, name: string, value: string): string[] {
  if (name === "style") {
    const style = allowedStyle(value);
    return style === "" ? [] : [`style="${escapeHtml(style)}"`];
  }
  // Long data is broken into lines by whoever wrote it.
  const plain = name === "src" ? value.replace(/\s+/g, "") : value;
  return isAllowedAttribute(element, name, plain) ? [`${name}="${escapeHtml(plain)}"`] : [];
}

/** A choice that was not made would read as if it had been. */
const isUnchosen = (name: string, attributes: Attributes) =>
  name === "option" && !Object.hasOwn(attributes, "selected");

function pictureText({ alt = "" }: Attributes): string {
  const text = alt.trim().slice(0, 200);
  return text === "" ? "" : `[${escapeHtml(text)}]`;
}
