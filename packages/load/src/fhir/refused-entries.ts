import type { Finding } from "@chesil/fhir";
import type { EntryTexts, LazyBundle } from "./entry-texts.ts";

/**
 * Entries of a Bundle of which nothing is stated, to be mended and loaded again: a Bundle that says by itself all that they
 * need, with their patients and what they refer to.
 */
export type RefusedEntries = LazyBundle & {
  /** Where and why, by the numbers of the Bundle that came. */
  readonly text: string;
  /** The same by the numbers of `raw`. */
  readonly reason: string;
};

/** More reasons are told by their number. */
const REASONS_MAX = 20;

type Cut = (refused: readonly Finding[], own?: readonly number[], ofAll?: readonly string[]) => RefusedEntries;

/**
 * Cuts what was refused out of a Bundle.
 * @returns a function of findings and, where they are about a patient who was read, the entries about that patient. Without
 * these the patients whom the refused entries name come along. `ofAll`: reasons that are of no single entry.
 */
export function refusedCutter(bundle: unknown, texts: EntryTexts): Cut {
  const entries = new Addresses(bundle);
  return (refused, own, ofAll = []) => {
    const numbers = refused.flatMap(({ entry }) => entry ?? []);
    const kept = entries.withSupport(own ?? [...numbers, ...entries.patientsOf(numbers)]).sort((a, b) => a - b);
    const places = new Map(kept.map((number, place) => [number, place]));
    return {
      ...texts.bundleOf(kept),
      text: reasonsOf([...ofAll, ...refused.map(({ location, text }) => `${location}: ${text}`)]),
      reason: reasonsOf([
        ...ofAll,
        ...refused.map(({ entry, location, text }) => `${placed(location, places.get(entry ?? -1))}: ${text}`),
      ]),
    };
  };
}

export const reasonsOf = (reasons: readonly string[]): string => {
  const more = reasons.length - REASONS_MAX;
  return [...reasons.slice(0, REASONS_MAX), ...(more > 0 ? [`And ${more} more.`] : [])].join(" ");
};

const placed = (location: string, place: number | undefined): string =>
  place === undefined ? location : location.replace(/^Bundle\.entry\[\d+\]/, `Bundle.entry[${place}]`);

type Json = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the entries of a Bundle refer to. Where an address could mean several, all of them: one too many does no harm. */
class Addresses {
  readonly #entries: readonly Json[];
  readonly #numbers: ReadonlyMap<string, readonly { readonly number: number }[]>;

  constructor(bundle: unknown) {
    const list = isObject(bundle) && Array.isArray(bundle.entry) ? bundle.entry : [];
    this.#entries = list.map((entry: unknown) => (isObject(entry) ? entry : {}));
    this.#numbers = Map.groupBy(
      this.#entries.flatMap((entry, number) => addressesOf(entry).map((address) => ({ address, number }))),
      ({ address }) => address,
    );
  }

  patientsOf(numbers: readonly number[]): number[] {
    return this.#named(numbers).filter((number) => isPatient(this.#entries[number]));
  }

  /** The entries, and what supports them, and what supports that. */
  withSupport(roots: readonly number[]): number[] {
    const found = new Set(roots);
    for (let next = [...found]; next.length > 0; ) {
      next = this.#named(next).filter((number) => !found.has(number) && isSupporting(this.#entries[number]));
      for (const number of next) found.add(number);
    }
    return [...found];
  }

  #named(numbers: readonly number[]): number[] {
    const references = numbers.flatMap((number) => [...referencesIn(resourceOf(this.#entries[number]))]);
    return [
      ...new Set(
        references.flatMap((reference) => {
          const address = withoutVersion(reference.replace(/[|#].*$/, ""));
          const relative = address.split("/").slice(-2).join("/");
          return [address, relative].flatMap((each) => this.#numbers.get(each) ?? []).map(({ number }) => number);
        }),
      ),
    ];
  }
}

const withoutVersion = (address: string): string => address.replace(/\/_history\/[^/]+$/, "");

const resourceOf = (entry: Json | undefined): Json => (isObject(entry?.resource) ? entry.resource : {});

const isPatient = (entry: Json | undefined): boolean => resourceOf(entry).resourceType === "Patient";

/** Entries that say of nobody whom they are about: organisations, medicines, documents. */
function isSupporting(entry: Json | undefined): boolean {
  const resource = resourceOf(entry);
  return !isPatient(entry) && !["subject", "patient", "participant"].some((name) => name in resource);
}

function addressesOf(entry: Json): string[] {
  const { resourceType, id } = resourceOf(entry);
  const url = typeof entry.fullUrl === "string" ? [withoutVersion(entry.fullUrl.trim())] : [];
  return typeof id === "string" ? [...url, `${String(resourceType)}/${id}`] : url;
}

/** A Reference says where by `reference`, an Attachment by `url`. */
function* referencesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* referencesIn(each);
  if (!isObject(value)) return;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === "string") {
      if (name === "reference" || name === "url") yield each;
    } else yield* referencesIn(each);
  }
}
