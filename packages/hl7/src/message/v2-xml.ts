import { isUtf8 } from "node:buffer";
import { SaxesParser, type SaxesTagNS } from "saxes";
import { bufferOver, decodeBytes, latin1Text } from "./charset.ts";
import { DEFAULT_DELIMITERS, type Delimiters, readDelimiters } from "./delimiters.ts";
import { encodeText } from "./escape.ts";
import { codeOf, NO_ID } from "./segment-id.ts";

/**
 * HL7 v2.xml, the same messages in elements: `<PID.5><XPN.1>`. It is turned into the text with delimiters that says
 * the same, so that there is one reader of messages. Groups (`ADT_A01.PATIENT`) are only brackets around segments.
 */

export const V2_XML_NAMESPACE = "urn:hl7-org:v2xml";

/** Limits of what is accepted; no message of the standard comes near. */
export const XML_LIMITS = {
  depthMax: 64,
  elementsMax: 200_000,
  attributesMax: 64,
  /** `PID.300`, `XPN.99`: each number costs as many separators. */
  fieldNumberMax: 300,
  componentNumberMax: 99,
} as const;

export type XmlRead =
  | { readonly ok: true; readonly text: string; readonly delimiters: Delimiters }
  | { readonly ok: false; readonly reason: "no-header" | "not-readable" | "charset"; readonly text: string };

/** Never throws; a fault's text names places of the document and quotes nothing of it. */
export function er7OfXml(bytes: Uint8Array): XmlRead {
  const decoded = xmlText(bytes);
  if (!decoded.ok) return { ok: false, reason: "charset", text: decoded.text };
  const reader = new XmlReader();
  try {
    reader.read(decoded.text);
    return { ok: true, text: reader.text, delimiters: reader.delimiters };
  } catch (error) {
    const fault = error instanceof XmlFault ? error : reader.notWellFormed();
    return { ok: false, reason: fault.reason, text: fault.message };
  }
}

class XmlFault extends Error {
  readonly reason: "no-header" | "not-readable";

  constructor(text: string, reason: "no-header" | "not-readable" = "not-readable") {
    super(text);
    this.reason = reason;
  }
}

const ENCODING = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/;
const UTF_8 = new Set(["UTF-8", "UTF8", "US-ASCII", "ASCII"]);
const LATIN = new Map([
  ["ISO-8859-1", "iso-8859-1"],
  ["LATIN1", "iso-8859-1"],
  ["WINDOWS-1252", "windows-1252"],
  ["CP1252", "windows-1252"],
] as const);

/** By the document's own declaration, which MSH.18 and the feed can not know better. */
function xmlText(bytes: Uint8Array): { ok: true; text: string } | { ok: false; text: string } {
  const name = (ENCODING.exec(latin1Text(bytes.subarray(0, 200)))?.[1] ?? "UTF-8").toUpperCase();
  if (UTF_8.has(name)) {
    if (isUtf8(bytes)) return { ok: true, text: bufferOver(bytes).toString("utf8") };
    return { ok: false, text: "The XML is not valid UTF-8." };
  }
  const set = LATIN.get(name as "LATIN1");
  if (set === undefined) return { ok: false, text: "The XML declares a character set that is not read here." };
  const decoded = decodeBytes(bytes, latin1Text(bytes), { set, hasAlternates: false });
  if (!decoded.ok) return { ok: false, text: "The XML is not valid in the character set it declares." };
  return { ok: true, text: typeof decoded.text === "string" ? decoded.text : decoded.text(0, bytes.length) };
}

type Kind = "group" | "segment" | "field" | "component" | "subcomponent" | "deeper" | "escape";

/** What an element may hold, by what it is. */
const CHILD: Partial<Record<Kind, Kind>> = {
  segment: "field",
  field: "component",
  component: "subcomponent",
  // Deeper than delimiters reach: a value is its own first part, and only the first can be said.
  subcomponent: "deeper",
  deeper: "deeper",
};

/** An element that is open. */
interface Open {
  readonly kind: Kind;
  readonly name: string;
  /** The number after the dot. */
  readonly number: number;
  /** What its elements say, by their number from 1; undefined while it has none. */
  parts: (string | undefined)[] | undefined;
  /** Its own text as it stands, and escaped. */
  raw: string;
  encoded: string;
  hasEscape: boolean;
}

class XmlReader {
  delimiters: Delimiters = DEFAULT_DELIMITERS;
  readonly #parser = new SaxesParser({ xmlns: true, position: true, defaultXMLVersion: "1.0", forceXMLVersion: true });
  readonly #open: Open[] = [];
  readonly #segments: string[] = [];
  #elements = 0;
  /** MSH.1 and MSH.2 count before any value has been escaped by them. */
  #areDelimitersFixed = false;

  /** With more handlers than these six V8 keeps the parser as a dictionary, and it takes five times as long. */
  read(xml: string): void {
    const parser = this.#parser;
    parser.on("doctype", () => this.#fail("has a document type, which is not taken"));
    parser.on("processinginstruction", () => this.#fail("has a processing instruction, which is not taken"));
    parser.on("opentag", (tag) => this.#openTag(tag));
    parser.on("closetag", () => this.#closeTag());
    parser.on("text", (text) => this.#addText(text));
    parser.on("cdata", (text) => this.#addText(text));
    parser.write(xml).close();
    if (this.#segments.length === 0) throw new XmlFault("The XML holds no MSH segment.", "no-header");
  }

  /** For whatever the parser itself throws: its own words may quote the document. */
  notWellFormed(): XmlFault {
    return this.#fault("is not well-formed");
  }

  get text(): string {
    return `${this.#segments.join("\r")}\r`;
  }

  #fault(what: string): XmlFault {
    return new XmlFault(`The XML ${what} (line ${this.#parser.line}, column ${this.#parser.column}).`);
  }

  #fail(what: string): never {
    throw this.#fault(what);
  }

  #count(tag: SaxesTagNS): void {
    const { elementsMax, depthMax, attributesMax } = XML_LIMITS;
    this.#elements++;
    if (this.#elements > elementsMax) this.#fail(`has more than ${elementsMax} elements`);
    if (this.#open.length >= depthMax) this.#fail(`is more than ${depthMax} elements deep`);
    let attributes = 0;
    for (const _ in tag.attributes) attributes++;
    if (attributes > attributesMax) this.#fail(`has more than ${attributesMax} attributes in one element`);
  }

  #openTag(tag: SaxesTagNS): void {
    this.#count(tag);
    if (tag.uri !== V2_XML_NAMESPACE) this.#fail("has an element outside the namespace of HL7 v2");
    const parent = this.#open.at(-1);
    if (tag.local === "escape" && parent !== undefined && parent.kind !== "group" && parent.kind !== "segment") {
      this.#openEscape(tag, parent);
      return;
    }
    const kind = this.#kindOf(tag.local, parent);
    if (parent !== undefined && parent.kind !== "group") parent.parts ??= [];
    const number = kind === "group" || kind === "segment" ? 0 : this.#numberOf(tag.local, kind, parent);
    if (parent?.name === "MSH" && kind === "field" && number > 2) this.#areDelimitersFixed = true;
    this.#open.push({ kind, name: tag.local, number, parts: undefined, raw: "", encoded: "", hasEscape: false });
  }

  #kindOf(name: string, parent: Open | undefined): Kind {
    // The root is named as the structure is, and `ACK` looks like a segment.
    if (parent === undefined) return "group";
    if (parent.kind === "group") return codeOf(name) === NO_ID || name !== name.toUpperCase() ? "group" : "segment";
    return CHILD[parent.kind] ?? this.#fail("has an element where none belongs");
  }

  #numberOf(name: string, kind: Kind, parent: Open | undefined): number {
    const [, prefix, digits] = /^([A-Z][A-Z0-9_]*)\.([1-9]\d{0,2})$/.exec(name) ?? [];
    const number = Number(digits);
    const max = kind === "field" ? XML_LIMITS.fieldNumberMax : XML_LIMITS.componentNumberMax;
    if (digits === undefined || number > max || (kind === "field" && prefix !== parent?.name)) {
      this.#fail(`has an element that is no ${kind === "field" ? "field of its segment" : "component"}`);
    }
    return number;
  }

  /** `<escape V=".br"/>`: formatting, in the one way XML has for it. */
  #openEscape(tag: SaxesTagNS, parent: Open): void {
    const body = tag.attributes.V?.value ?? "";
    if (!/^[A-Za-z0-9.+-]{1,64}$/.test(body)) this.#fail("has an escape that says nothing");
    parent.hasEscape = true;
    parent.encoded += `${this.delimiters.escape}${body}${this.delimiters.escape}`;
    this.#open.push({
      kind: "escape",
      name: "escape",
      number: 0,
      parts: undefined,
      raw: "",
      encoded: "",
      hasEscape: false,
    });
  }

  #addText(text: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    open.raw += text;
    if (open.kind !== "group" && open.kind !== "segment") open.encoded += encodeText(text, this.delimiters);
  }

  #closeTag(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const isLeaf = closed.parts === undefined && closed.kind !== "group" && closed.kind !== "segment";
    if (!isLeaf && /\S/.test(closed.raw)) this.#fail("has text between elements");
    const parent = this.#open.at(-1);
    if (closed.kind === "segment") this.#addSegment(closed);
    if (closed.kind === "group" || closed.kind === "segment" || closed.kind === "escape") return;
    const value = isLeaf ? leafValue(closed) : this.#joined(closed);
    const isDelimiter = parent?.name === "MSH" && closed.kind === "field" && closed.number <= 2;
    if (isDelimiter) this.#readDelimiter(closed);
    else if (parent !== undefined) this.#give(parent, closed, value);
  }

  #give(parent: Open, { kind, number }: Open, value: string): void {
    parent.parts ??= [];
    const before = parent.parts[number];
    if (before === undefined) parent.parts[number] = value;
    else if (kind === "field") parent.parts[number] = before + this.delimiters.repetition + value;
    else this.#fail("has a component twice");
  }

  #joined({ kind, parts = [] }: Open): string {
    const { component, subcomponent } = this.delimiters;
    if (kind === "field") return joined(parts, component);
    return kind === "component" ? joined(parts, subcomponent) : (parts[1] ?? "");
  }

  #readDelimiter({ number, raw }: Open): void {
    if (this.#areDelimitersFixed) this.#fail("has MSH.1 or MSH.2 after other fields");
    const { field, encodingCharacters } = this.delimiters;
    const text = raw.trim();
    if (text === "") return;
    const header = number === 1 ? `MSH${text}${encodingCharacters}${text}` : `MSH${field}${text}${field}`;
    const delimiters = readDelimiters(header);
    if (delimiters === undefined) throw new XmlFault("MSH.1 and MSH.2 do not give two to five distinct delimiters.");
    // Without an escape or a subcomponent character not every value could be said.
    if (delimiters.escape !== "" && delimiters.subcomponent !== "") this.delimiters = delimiters;
  }

  #addSegment({ name, parts = [] }: Open): void {
    const { field, encodingCharacters } = this.delimiters;
    if (this.#segments.length === 0 && name !== "MSH") {
      throw new XmlFault("The first segment of the XML is not MSH.", "no-header");
    }
    const isHeader = name === "MSH";
    const start = isHeader ? `${name}${field}${encodingCharacters}` : name;
    const rest = joined(isHeader ? parts.slice(2) : parts, field);
    this.#segments.push(rest === "" && parts.length <= (isHeader ? 3 : 1) ? start : start + field + rest);
    this.#areDelimitersFixed = true;
  }
}

/** The parts from number 1 on, with nothing where none was given. */
function joined(parts: readonly (string | undefined)[], separator: string): string {
  let text = "";
  for (let number = 1; number < parts.length; number++) text += (number === 1 ? "" : separator) + (parts[number] ?? "");
  return text;
}

/** `""` is HL7's null here as well. Blanks with a line break in them are the layout of the document. */
function leafValue({ raw, encoded, hasEscape }: Open): string {
  if (hasEscape) return encoded;
  if (raw === '""') return raw;
  return /[\r\n]/.test(raw) && !/\S/.test(raw) ? "" : encoded;
}
