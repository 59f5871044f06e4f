import type { FeedDialect } from "@chesil/hl7";
import type { Config } from "@chesil/runtime";

type FeedConfig = Config["feeds"][number];

/** The feed is not configured, so that how its sender means an id is not known. */
class UnknownFeedError extends Error {
  override name = "UnknownFeedError";
}

/**
 * How each configured feed's messages are read. A feed that was removed is read as before while this process lives. One
 * that nobody knows any more is not read at all: under another authority its ids would be other patients.
 */
export class Dialects {
  #byFeed: ReadonlyMap<string, FeedDialect>;

  constructor(feeds: Config["feeds"]) {
    this.#byFeed = dialectsOf(feeds);
  }

  /** @throws UnknownFeedError: the message is set aside and can be replayed once its feed is configured again. */
  readonly of = (feed: string): FeedDialect => {
    const dialect = this.#byFeed.get(feed);
    if (dialect === undefined) throw new UnknownFeedError("The feed is not configured.");
    return dialect;
  };

  /** For showing a message only. */
  readonly shown = (feed: string): FeedDialect => this.#byFeed.get(feed) ?? { defaultAuthority: feed };

  /** From now on messages are read like this, those of before as well. */
  replace(feeds: Config["feeds"]): void {
    this.#byFeed = new Map([...this.#byFeed, ...dialectsOf(feeds)]);
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
