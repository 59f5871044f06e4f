import type { Warning } from "@chesil/model";
import type { Finding } from "./bundle-result.ts";
import { WARNINGS_MAX } from "./limits.ts";

/** Why an entry is not taken: names the place, quotes nothing of it. */
export class EntryRefusedError extends Error {
  override name = "EntryRefusedError";
  readonly location: string;
  readonly code: Warning["code"];

  constructor(location: string, code: Warning["code"], text: string) {
    super(text);
    this.location = location;
    this.code = code;
  }
}

/** What was noticed while a patient's entries were read; each thing once. */
export class Findings {
  readonly #list = new Map<string, Finding>();

  add(finding: Finding): void {
    const key = `${finding.location}|${finding.code}|${finding.text}`;
    if (!this.#list.has(key)) this.#list.set(key, finding);
  }

  flag(entry: number | undefined, location: string, code: Warning["code"], text: string): void {
    this.add({ entry, outcome: "flagged", location, code, text });
  }

  refuse(entry: number | undefined, location: string, code: Warning["code"], text: string): void {
    this.add({ entry, outcome: "refused", location, code, text });
  }

  get list(): Finding[] {
    return [...this.#list.values()];
  }

  /** As an event carries them: what was refused first, since it is missing. */
  get warnings(): Warning[] {
    const refusedFirst = this.list.sort((a, b) => Number(b.outcome === "refused") - Number(a.outcome === "refused"));
    return refusedFirst.slice(0, WARNINGS_MAX).map(({ location, code, text }) => ({ location, code, text }));
  }
}
