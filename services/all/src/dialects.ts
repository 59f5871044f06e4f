import type { FeedDialect } from "@chesil/hl7";
import type { Config } from "@chesil/runtime";

type FeedConfig = Config["feeds"][number];

/** How each feed's messages are read, by the feeds' names: what is journalled when it comes into force. */
export const dialectsOf = (feeds: Config["feeds"]): Readonly<Record<string, FeedDialect>> =>
  Object.fromEntries(feeds.map((feed) => [feed.name, dialectOf(feed)]));

/** For showing a message only: one of a feed that is not configured any more is shown by what the standard says. */
export const shownDialect = (feeds: Config["feeds"], name: string): FeedDialect => {
  const feed = feeds.find((feed) => feed.name === name);
  return feed ? dialectOf(feed) : { defaultAuthority: name };
};

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
    onOverlay: feed.onOverlay,
    ...(charset ? { charset } : {}),
    ...(unicodeIs ? { unicodeIs } : {}),
    ...(segmentEnd ? { segmentEnd } : {}),
  };
}

/** What a sender writes is looked up in upper case. */
function byUpperCase(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name.toUpperCase(), value]));
}
