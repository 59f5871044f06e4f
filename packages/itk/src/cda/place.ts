import type { Warning } from "@chesil/model";
import { textOf, type XmlElement } from "@chesil/xml";
import { HL7_V3 } from "../names.ts";
import { CDA_LIMITS } from "./limits.ts";

/** What was noticed in one document, each thing once, quoting nothing of it. */
export class Warnings {
  readonly #list = new Map<string, Warning>();

  add(location: string, code: Warning["code"], text: string): void {
    if (this.#list.size < CDA_LIMITS.warningsMax) this.#list.set(`${location}|${code}`, { location, code, text });
  }

  get list(): Warning[] {
    return [...this.#list.values()];
  }
}

/** What every reader of a place is given. */
export type Reading = {
  /** The only clock: times later than this are not believed. */
  readonly receivedAt: Date;
  readonly warnings: Warnings;
};

/** White space at both ends, and a run of it within, as XML is indented; and NUL, which no store can hold. */
const cleaned = (text: string): string => text.replaceAll("\0", "").replace(/\s+/g, " ").trim();

/**
 * An element with where it stands: `recordTarget/patientRole/id[2]`. What has a nullFlavor says nothing and is as good as
 * not there.
 */
export class Place {
  readonly element: XmlElement;
  readonly path: string;
  readonly reading: Reading;
  #byName: ReadonlyMap<string, readonly XmlElement[]> | undefined;
  readonly #found = new Map<string, readonly Place[]>();

  constructor(element: XmlElement, path: string, reading: Reading) {
    this.element = element;
    this.path = path;
    this.reading = reading;
  }

  /** The elements of a name directly in it, within the limit. */
  all(name: string, namespace = HL7_V3): readonly Place[] {
    const key = `{${namespace}}${name}`;
    const before = this.#found.get(key);
    if (before !== undefined) return before;
    const elements = this.children.get(key) ?? [];
    if (elements.length > CDA_LIMITS.itemsMax)
      this.warn("ignored", `Of its elements of one name only the first ${CDA_LIMITS.itemsMax} are read.`);
    const found = elements.slice(0, CDA_LIMITS.itemsMax).flatMap((element, index) => {
      if (element.attributes.has("nullFlavor")) return [];
      const step = index === 0 ? name : `${name}[${index + 1}]`;
      return [new Place(element, this.path === "" ? step : `${this.path}/${step}`, this.reading)];
    });
    this.#found.set(key, found);
    return found;
  }

  /** The elements directly in it, within the limit, by namespace and name: a place is asked for many names. */
  get children(): ReadonlyMap<string, readonly XmlElement[]> {
    if (this.#byName !== undefined) return this.#byName;
    const { children } = this.element;
    if (children.length > CDA_LIMITS.childrenMax)
      this.warn("ignored", `Only the first ${CDA_LIMITS.childrenMax} of its elements and texts are read.`);
    const elements = children.slice(0, CDA_LIMITS.childrenMax).filter((child) => typeof child !== "string");
    this.#byName = Map.groupBy(elements, ({ namespace, name }) => `{${namespace}}${name}`);
    return this.#byName;
  }

  /** What a path of names leads to, each time the first. */
  at(...path: readonly string[]): Place | undefined {
    return path.reduce<Place | undefined>((place, name) => place?.all(name)[0], this);
  }

  /** The value of an attribute; undefined where it is blank. */
  attribute(name: string): string | undefined {
    return this.#short(this.element.attributes.get(name) ?? "");
  }

  /** All text in it; undefined where it is blank. */
  text(): string | undefined {
    return this.#short(textOf(this.element));
  }

  /** As `text`, where it says something: `?`, `-` and `...` do not. */
  word(): string | undefined {
    const text = this.text();
    if (text === undefined || /[\p{L}\p{N}]/u.test(text)) return text;
    this.warn("placeholder", "What stands here is a placeholder and was left out.");
    return undefined;
  }

  warn(code: Warning["code"], text: string): void {
    this.reading.warnings.add(this.path || "ClinicalDocument", code, text);
  }

  #short(sent: string): string | undefined {
    // Indented text may be longer than what it says, but not by much.
    const text = sent.length > 10 * CDA_LIMITS.textLengthMax ? sent : cleaned(sent);
    if (text.length <= CDA_LIMITS.textLengthMax) return text === "" ? undefined : text;
    this.warn("ignored", `A text longer than ${CDA_LIMITS.textLengthMax} characters was left out.`);
    return undefined;
  }
}

/** A copy without the keys that say nothing: undefined, and lists that are empty. */
export function stated<T extends object>(content: { [Key in keyof T]: T[Key] | undefined }): T {
  const kept = Object.entries(content).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as T;
}
