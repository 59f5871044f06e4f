import type { Warning } from "@chesil/model";
import { readable } from "../without-empty.ts";
import type { Entry } from "./entries.ts";
import { EntryRefusedError, type Findings } from "./findings.ts";
import { ITEMS_MAX, TEXT_LENGTH_MAX } from "./limits.ts";

/** What is read of one patient: the entries used for it, and what was noticed on the way. */
export interface Reading {
  readonly receivedAt: Date;
  readonly findings: Findings;
  readonly used: Set<number>;
  /** What the Bundle says of how closely all in it is kept: its own labels, and its Composition's. */
  readonly labels: readonly string[];
}

/**
 * A place in a resource: parsed JSON that may be anything. What is not of the type asked for reads as absent, so that
 * whoever needs it says that it is missing; elements that nobody asks for are passed over.
 */
export class Element {
  readonly json: unknown;
  /** `Bundle.entry[3].resource.subject`. */
  readonly path: string;
  readonly entry: Entry;
  readonly reading: Reading;

  constructor(json: unknown, path: string, entry: Entry, reading: Reading) {
    this.json = json;
    this.path = path;
    this.entry = entry;
    this.reading = reading;
  }

  /** Of a resource. */
  get type(): string {
    return this.text("resourceType") ?? "";
  }

  at(name: string): Element | undefined {
    const json = member(this.json, name);
    return isObject(json) ? this.#place(json, name) : undefined;
  }

  /** The objects of a list; of a list that is too long the first ones. One object where a list belongs is a list of one. */
  list(name: string, max = ITEMS_MAX): Element[] {
    const json = member(this.json, name);
    const items = Array.isArray(json) ? json : json === undefined ? [] : [json];
    if (items.length > max) this.flag(name, "ignored", `Only the first ${max} are read.`);
    return items.slice(0, max).flatMap((item, index) => (isObject(item) ? this.#place(item, `${name}[${index}]`) : []));
  }

  first(name: string): Element | undefined {
    return this.list(name, Number.POSITIVE_INFINITY)[0];
  }

  /** Text without control characters, or undefined where nothing readable was sent. Too long a text is left out, flagged. */
  text(name: string, max = TEXT_LENGTH_MAX): string | undefined {
    const json = member(this.json, name);
    const text = typeof json === "string" ? readable(json) : undefined;
    if (text === undefined || text.length <= max) return text;
    this.flag(name, "ignored", `A text longer than ${max} characters was left out.`);
    return undefined;
  }

  texts(name: string): string[] {
    const json = member(this.json, name);
    const items = Array.isArray(json) ? json : [json];
    return items
      .slice(0, ITEMS_MAX)
      .flatMap((item) => (typeof item === "string" ? (readable(item.slice(0, TEXT_LENGTH_MAX)) ?? []) : []));
  }

  boolean(name: string): boolean | undefined {
    const json = member(this.json, name);
    return typeof json === "boolean" ? json : undefined;
  }

  number(name: string): number | undefined {
    const json = member(this.json, name);
    return typeof json === "number" ? json : undefined;
  }

  has(name: string): boolean {
    return member(this.json, name) !== undefined;
  }

  /** An address as a Reference, for elements that are addresses (`Attachment.url`). */
  reference(address: string): Element {
    return new Element({ reference: address }, this.path, this.entry, this.reading);
  }

  /** The extension whose canonical address ends so, whichever country's or version's it is. */
  extension(ending: RegExp): Element | undefined {
    return this.list("extension").find((each) => ending.test(each.text("url") ?? ""));
  }

  /** The element is stated, and a reader should look at it. */
  flag(name: string, code: Warning["code"], text: string): void {
    this.reading.findings.flag(this.entry.number, name === "" ? this.path : `${this.path}.${name}`, code, text);
  }

  /** Nothing of the entry can be stated. */
  refusal(name: string, code: Warning["code"], text: string): EntryRefusedError {
    return new EntryRefusedError(name === "" ? this.path : `${this.path}.${name}`, code, text);
  }

  #place(json: object, name: string): Element {
    return new Element(json, `${this.path}.${name}`, this.entry, this.reading);
  }
}

export type JsonObject = { readonly [name: string]: unknown };

export const isObject = (json: unknown): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** Own members only: a resource that says `constructor` says nothing. */
export const member = (json: unknown, name: string): unknown =>
  isObject(json) && Object.hasOwn(json, name) ? json[name] : undefined;
