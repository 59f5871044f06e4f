import { SaxesParser, type SaxesTagNS } from "saxes";
import type { XmlDocument, XmlElement, XmlScope } from "./element.ts";
import { type XmlFaultCode, XmlFaultError } from "./fault.ts";
import type { XmlLimits } from "./limits.ts";

/** An element that is open. */
type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: (XmlElement | string)[] };

const XMLNS = "http://www.w3.org/2000/xmlns/";
const LINE_FEED = 10;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** Text to tree, chunk by chunk, in time linear in the text: strict XML 1.0 with namespaces, within the limits. */
export class TreeBuilder {
  readonly #limits: XmlLimits;
  readonly #parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  readonly #chunks: string[] = [];
  readonly #open: Open[] = [];
  #root: XmlElement | undefined;
  #elements = 0;
  /** Of the tag that is being read. */
  #attributes = 0;
  /** Where the chunk that is being read begins, and the last `<` before it. */
  #chunkStart = 0;
  #lastBracket = 0;
  #line = 1;
  #lineStart = 0;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
    const parser = this.#parser;
    // With more handlers than these six V8 keeps the parser as a dictionary, and it takes five times as long.
    parser.on("doctype", () => this.#fail("document-type", "has a document type, which is not taken"));
    parser.on("attribute", ({ value }) => this.#count(value));
    parser.on("opentag", (tag) => this.#openTag(tag));
    parser.on("closetag", () => this.#closeTag());
    parser.on("text", (text) => this.#addText(text));
    parser.on("cdata", (text) => this.#addText(text));
  }

  /** Throws an XmlFaultError, after which nothing more may be asked of it. */
  write(chunk: string): void {
    if (chunk === "") return;
    this.#chunks.push(chunk);
    this.#guarded(() => this.#parser.write(chunk));
    const bracket = chunk.lastIndexOf("<");
    if (bracket >= 0) this.#lastBracket = this.#chunkStart + bracket;
    this.#countLines(Number.POSITIVE_INFINITY);
    this.#chunkStart += chunk.length;
  }

  close(): XmlDocument {
    this.#chunks.push("");
    this.#guarded(() => this.#parser.close());
    if (this.#root === undefined) throw this.#fault("not-well-formed", "is not well-formed");
    return { root: this.#root, text: this.#chunks.join("") };
  }

  /** What the parser itself says may quote the document. */
  #guarded(parse: () => void): void {
    try {
      parse();
    } catch (error) {
      throw error instanceof XmlFaultError ? error : this.#fault("not-well-formed", "is not well-formed");
    }
  }

  #fault(code: XmlFaultCode, what: string): XmlFaultError {
    this.#countLines(this.#parser.position);
    const column = this.#parser.position - this.#lineStart;
    return new XmlFaultError(code, `The XML ${what} (line ${this.#line}, column ${column}).`);
  }

  /** Of the chunk that is being read, up to a place in the text. */
  #countLines(end: number): void {
    const chunk = this.#chunks.at(-1) ?? "";
    for (let at = 0; at < chunk.length && this.#chunkStart + at < end; at++) {
      if (chunk.charCodeAt(at) !== LINE_FEED) continue;
      this.#line++;
      this.#lineStart = this.#chunkStart + at + 1;
    }
  }

  #fail(code: XmlFaultCode, what: string): never {
    throw this.#fault(code, what);
  }

  #count(value: string): void {
    const { attributesMax, attributeLengthMax } = this.#limits;
    if (++this.#attributes > attributesMax) {
      this.#fail("too-many-attributes", `has more than ${attributesMax} attributes in one element`);
    }
    if (value.length > attributeLengthMax) {
      this.#fail("text-too-long", `has an attribute of more than ${attributeLengthMax} characters`);
    }
  }

  #openTag(tag: SaxesTagNS): void {
    const { elementsMax, depthMax } = this.#limits;
    if (++this.#elements > elementsMax) this.#fail("too-many-elements", `has more than ${elementsMax} elements`);
    if (this.#open.length >= depthMax) this.#fail("too-deep", `is more than ${depthMax} elements deep`);
    const parent = this.#open.at(-1);
    const start = this.#startOfTag();
    const element: Open = {
      namespace: tag.uri,
      name: tag.local,
      attributes: this.#attributes === 0 ? NO_ATTRIBUTES : attributesOf(tag),
      children: [],
      scope: scopeOf(tag, start, parent?.scope),
      start,
      end: 0,
    };
    this.#attributes = 0;
    parent?.children.push(element);
    this.#root ??= element;
    this.#open.push(element);
  }

  /** No `<` may stand within a tag, so the last one before its end began it. */
  #startOfTag(): number {
    const chunk = this.#chunks.at(-1) ?? "";
    const bracket = chunk.lastIndexOf("<", this.#parser.position - 1 - this.#chunkStart);
    return bracket < 0 ? this.#lastBracket : this.#chunkStart + bracket;
  }

  #closeTag(): void {
    const element = this.#open.pop();
    if (element !== undefined) element.end = this.#parser.position;
  }

  /** Comments, processing instructions and the borders of CDATA leave no trace. */
  #addText(text: string): void {
    const children = this.#open.at(-1)?.children;
    if (children === undefined || text === "") return;
    const last = children.at(-1);
    const joined = typeof last === "string" ? last + text : text;
    if (joined.length > this.#limits.textLengthMax) {
      this.#fail("text-too-long", `has a text of more than ${this.#limits.textLengthMax} characters`);
    }
    if (typeof last === "string") children[children.length - 1] = joined;
    else children.push(joined);
  }
}

function attributesOf(tag: SaxesTagNS): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const { uri, local, value } of Object.values(tag.attributes)) {
    if (uri !== XMLNS) attributes.set(uri === "" ? local : `{${uri}}${local}`, value);
  }
  return attributes;
}

function scopeOf({ ns }: SaxesTagNS, start: number, outer: XmlScope | undefined): XmlScope | undefined {
  for (const _ in ns) return { start, declared: ns, outer };
  return outer;
}
