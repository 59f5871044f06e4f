import { createHash, randomBytes } from "node:crypto";
import type { DemographicsQuery } from "@chesil/hl7";

/**
 * Where long answers go on from. Only the place is kept, never what was found: each part is sought afresh, through the
 * read gate. In memory, so that a pointer ends with the process; whoever holds one that has ended asks again.
 */

/** Pointers of one feed; the oldest goes. An asker that pages through an answer needs one or two. */
export const POINTERS_PER_FEED_MAX = 200;
export const POINTER_AGE_MAX_MS = 10 * 60_000;

export type Place = {
  /** The id of the last patient told. */
  readonly after: string;
  /** How many the whole answer has, and how many were told; null when nobody counted. */
  readonly total: number | null;
  readonly told: number;
};

type Kept = Place & { readonly tag: string; readonly question: string; readonly until: number };

export class Continuations {
  readonly #clock: () => Date;
  /** By feed and pointer, the oldest first. */
  readonly #feeds = new Map<string, Map<string, Kept>>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** A pointer to the place, for this feed and this question alone. */
  keep(feed: string, query: DemographicsQuery, place: Place): string {
    const pointers = this.#feeds.get(feed) ?? new Map<string, Kept>();
    this.#feeds.set(feed, pointers);
    const now = this.#clock().getTime();
    for (const [pointer, { until }] of pointers) {
      if (until > now && pointers.size < POINTERS_PER_FEED_MAX) break;
      pointers.delete(pointer);
    }
    const pointer = randomBytes(16).toString("hex").toUpperCase();
    pointers.set(pointer, {
      ...place,
      tag: query.tag,
      question: questionOf(query),
      until: now + POINTER_AGE_MAX_MS,
    });
    return pointer;
  }

  /** The place; undefined for a pointer that ended, was cancelled, or belongs to another feed or question. */
  find(feed: string, pointer: string, query: DemographicsQuery): Place | undefined {
    const kept = this.#feeds.get(feed)?.get(pointer);
    if (kept === undefined || kept.until <= this.#clock().getTime()) return undefined;
    return kept.tag === query.tag && kept.question === questionOf(query) ? kept : undefined;
  }

  /** Ends every pointer of a query. */
  cancel(feed: string, tag: string): void {
    const pointers = this.#feeds.get(feed);
    for (const [pointer, kept] of pointers ?? []) if (kept.tag === tag) pointers?.delete(pointer);
  }
}

/** As a hash: what was asked describes patients, and is not kept. */
function questionOf({ withVisits, criteria, domains }: DemographicsQuery): string {
  return createHash("sha256")
    .update(JSON.stringify([withVisits, criteria, domains]))
    .digest("base64url");
}
