import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject, member } from "./element.ts";
import type { Findings } from "./findings.ts";

/** One entry of a Bundle that holds a resource. */
export interface Entry {
  /** From 0. */
  readonly number: number;
  readonly type: string;
  /** "" where it has none. */
  readonly id: string;
  readonly fullUrl: string;
  readonly resource: JsonObject;
  /** What its references are looked up in. */
  readonly bundle: Entries;
}

/** As in `Bundle.entry[3]`. */
export const entryPath = (number: number): string => `Bundle.entry[${number}]`;

/** `https://server/base/Patient/1`, `https://server/base/Patient/1/_history/2`. */
const RESTFUL = /^(.*\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

/** The entries of a Bundle, to be found by what a reference says. */
export class Entries {
  readonly list: Entry[] = [];
  readonly #byUrl = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry[]>();

  /** Two entries of one address that say different things are both refused: whatever refers to them could mean either. */
  constructor(json: readonly unknown[], findings: Findings) {
    const read = json.flatMap((each, number) => this.#entryOf(each, number, findings) ?? []);
    for (const same of groupedByAddress(read)) {
      const [first, ...others] = same;
      if (first === undefined) continue;
      const differs = others.some(({ resource }) => !isDeepStrictEqual(resource, first.resource));
      for (const { number } of differs ? same : []) {
        const text = "Another entry has the same fullUrl, or type and id, and says something else.";
        findings.refuse(number, entryPath(number), "structure", text);
      }
      for (const { number } of differs ? [] : others)
        findings.flag(number, entryPath(number), "structure", "An entry before it is the very same: read once.");
      if (!differs) this.#add(first);
    }
    this.list.sort((a, b) => a.number - b.number);
  }

  /** What a reference of `from` means: by address, relative to the entry's own address, or by a type and id that only one has. */
  find(reference: string, from: Entry): Entry | undefined {
    const [address = ""] = reference.split(/[|#]/, 1);
    const parts = RESTFUL.exec(address);
    const found = this.#byUrl.get(withoutVersion(address));
    if (found || !parts) return found;
    const [, base, type, id] = parts;
    const own = base === undefined ? RESTFUL.exec(from.fullUrl)?.[1] : undefined;
    const named = this.#byName.get(`${type}/${id}`) ?? [];
    if (base !== undefined) return onlyOne(named.filter(({ fullUrl }) => fullUrl === ""));
    return (own === undefined ? undefined : this.#byUrl.get(`${own}${type}/${id}`)) ?? onlyOne(named);
  }

  #add(entry: Entry): void {
    this.list.push(entry);
    if (entry.fullUrl !== "") this.#byUrl.set(withoutVersion(entry.fullUrl), entry);
    if (entry.id === "") return;
    const name = `${entry.type}/${entry.id}`;
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), entry]);
  }

  #entryOf(json: unknown, number: number, findings: Findings): Entry | undefined {
    const resource = member(json, "resource");
    const type = member(resource, "resourceType");
    if (!isObject(resource) || typeof type !== "string" || type === "") {
      const text = isObject(resource) ? "The resource has no resourceType." : "The entry holds no resource.";
      findings.refuse(number, entryPath(number), "structure", text);
      return undefined;
    }
    const [id, fullUrl] = [member(resource, "id"), member(json, "fullUrl")];
    return {
      number,
      type,
      id: typeof id === "string" ? id : "",
      fullUrl: typeof fullUrl === "string" ? fullUrl.trim() : "",
      resource,
      bundle: this,
    };
  }
}

const withoutVersion = (url: string): string => url.replace(/\/_history\/[^/]+$/, "");

const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** By fullUrl, else by type and id; what has neither stands alone. */
function groupedByAddress(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string | number, Entry[]>();
  for (const entry of entries) {
    const name = entry.id === "" ? entry.number : `${entry.type}/${entry.id}`;
    const address = entry.fullUrl === "" ? name : withoutVersion(entry.fullUrl);
    const group = groups.get(address);
    if (group) group.push(entry);
    else groups.set(address, [entry]);
  }
  return [...groups.values()];
}
