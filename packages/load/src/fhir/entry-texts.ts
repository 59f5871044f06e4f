import { createHash } from "node:crypto";
import { bundleOfEntries } from "@chesil/fhir";

/** A Bundle that is written when it is wanted. */
export type LazyBundle = {
  /** In bytes. */
  readonly size: number;
  readonly raw: () => Uint8Array;
};

/**
 * The entries of a Bundle as texts, of which Bundles of some of them are made: an entry may stand in thousands of them, so none
 * is written before it is wanted, and how large they are is known without it.
 */
export class EntryTexts {
  readonly #entries: readonly unknown[];
  /** Of some, how they came: what is refused must be shown as it was. */
  readonly #asCame: ReadonlyMap<number, string>;
  readonly #measured = new Map<number, { readonly size: number; readonly sha256: Buffer }>();
  /** The Bundle without its entries, up to its last brace. */
  readonly #head: string;

  constructor(bundle: unknown, asCame: ReadonlyMap<number, string>) {
    const entries = (bundle as { entry?: unknown }).entry;
    this.#entries = Array.isArray(entries) ? entries : [];
    this.#asCame = asCame;
    const { entry: _, ...head } = bundleOfEntries(bundle, []) as { entry?: unknown };
    this.#head = JSON.stringify(head).slice(0, -1);
  }

  /** In bytes. */
  sizeOf = (entry: number): number => this.#measure(entry).size;

  bundleOf(entries: readonly number[]): LazyBundle {
    const sizes = entries.reduce((sum, entry) => sum + this.sizeOf(entry), Math.max(0, entries.length - 1));
    const [before, after] = [`${this.#head},"entry":[`, "]}"];
    return {
      size: Buffer.byteLength(before) + sizes + after.length,
      raw: () => Buffer.from(before + entries.map((entry) => this.#text(entry)).join(",") + after),
    };
  }

  /** Of what the entries say, by a reading; without the Bundle's own id and time. */
  hashOf(entries: readonly number[], reading: object): Buffer {
    const hash = createHash("sha256").update(JSON.stringify(reading));
    for (const entry of entries) hash.update(this.#measure(entry).sha256);
    return hash.digest();
  }

  #text = (entry: number): string => this.#asCame.get(entry) ?? JSON.stringify(this.#entries[entry] ?? {});

  #measure(entry: number) {
    const known = this.#measured.get(entry);
    if (known) return known;
    const bytes = Buffer.from(this.#text(entry));
    const made = { size: bytes.length, sha256: createHash("sha256").update(bytes).digest() };
    this.#measured.set(entry, made);
    return made;
  }
}
