import type { FeedDialect } from "@chesil/hl7";
import type { Config } from "@chesil/runtime";

type FeedConfig = Config["feeds"][number];

/** How each configured feed's messages are read. A feed that was removed is read as a stranger's: its messages stay. */
export class Dialects {
  #byFeed: ReadonlyMap<string, FeedDialect>;

  constructor(feeds: Config["feeds"]) {
    this.#byFeed = dialectsOf(feeds);
  }

  readonly of = (feed: string): FeedDialect => this.#byFeed.get(feed) ?? { defaultAuthority: feed };

  /** From now on messages are read like this, those of before as well. */
  replace(feeds: Config["feeds"]): void {
    this.#byFeed = dialectsOf(feeds);
  }
}

function dialectsOf(feeds: Config["feeds"]): ReadonlyMap<string, FeedDialect> {
  return new Map(feeds.map((feed) => [feed.name, dialectOf(feed)]));
}

/** The part of a feed's settings that says how its messages are read. */
export function dialectOf(feed: FeedConfig): FeedDialect {
  const { charset, unicodeIs, segmentEnd } = feed;
  return {
    defaultAuthority: feed.authority,
    nhsNumberTraced: feed.nhsNumberTraced,
    authorities: byUpperCase(feed.authorities),
    foreignAuthorities: feed.foreignAuthorities,
    codes: Object.fromEntries(Object.entries(feed.codes).map(([set, codes]) => [set, byUpperCase(codes ?? {})])),
    places: Object.fromEntries(Object.entries(feed.places).filter(([, place]) => place !== undefined)),
    localSegments: feed.localSegments,
    ...(charset ? { charset } : {}),
    ...(unicodeIs ? { unicodeIs } : {}),
    ...(segmentEnd ? { segmentEnd } : {}),
  };
}

/** What a sender writes is looked up in upper case. */
function byUpperCase(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name.toUpperCase(), value]));
}
