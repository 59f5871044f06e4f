import { liveKeys, type MatchRecord, type Prepared, prepare } from "@chesil/matching";
import { matchRecordOfFacts } from "./match-record.ts";
import type { SourceFacts } from "./statement.ts";

/** What matching reads of a source, and the text by which equal ones are known. */
export type Spoken = { readonly prepared: Prepared; readonly facts: string };

/** Some batches of them. */
const SPOKEN_MAX = 4_000;

/**
 * Prepared records by what they say. A message's words are prepared when its batch is loaded and again when it is
 * decided, and one patient's messages mostly say the same; preparing costs more than comparing.
 */
export class PreparedCache {
  readonly #byFacts = new Map<string, Prepared>();
  /** By the demographics that a record was made with: copies of it share them. */
  readonly #byDemographics = new WeakMap<object, { readonly identifiers: object; readonly facts: string }>();

  of(source: SourceFacts): Spoken {
    const facts = this.textOf(source);
    return { prepared: this.#prepared(facts), facts };
  }

  /** Only the text. */
  textOf(source: SourceFacts): string {
    const { identifiers, demographics } = source;
    const known = this.#byDemographics.get(demographics);
    if (known?.identifiers === identifiers) return known.facts;
    const facts = JSON.stringify(matchRecordOfFacts(source));
    this.#byDemographics.set(demographics, { identifiers, facts });
    return facts;
  }

  #prepared(facts: string): Prepared {
    const known = this.#byFacts.get(facts);
    if (known) return known;
    if (this.#byFacts.size >= SPOKEN_MAX) this.#byFacts.clear();
    const prepared = prepare(JSON.parse(facts) as MatchRecord);
    this.#byFacts.set(facts, prepared);
    return prepared;
  }
}

const keys = new WeakMap<Prepared, readonly bigint[]>();

/** The keys a record is found by, made once for each prepared record. */
export function keysOf(prepared: Prepared): readonly bigint[] {
  const known = keys.get(prepared);
  if (known) return known;
  const made = liveKeys(prepared);
  keys.set(prepared, made);
  return made;
}

/** The same as the store keeps them. */
export const storedKeys = (prepared: Prepared): string[] => keysOf(prepared).map(String);
