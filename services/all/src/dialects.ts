import type { FeedDialect } from "@chesil/hl7";
import type { Config } from "@chesil/runtime";

type FeedConfig = Config["feeds"][number];

/** How each feed's messages are read, by the feeds' names: what is journalled when it comes into force. */
export const dialectsOf = (feeds: Config["feeds"]): Readonly<Record<string, FeedDialect>> =>
  Object.fromEntries(feeds.map((feed) => [feed.name, dialectOf(feed)]));

type ItkFeedConfig = Config["itk"]["feeds"][number];

/** The same of those that send over ITK: they send documents, too. */
export const itkDialectsOf = ({ feeds }: Config["itk"]): Readonly<Record<string, FeedDialect>> =>
  Object.fromEntries(feeds.map((feed) => [feed.name, itkDialectOf(feed)]));

export const itkDialectOf = (feed: ItkFeedConfig): FeedDialect => ({
  ...dialectOf(feed),
  cda: { localIds: feed.documentIds },
});

/** For showing a message only: one of a feed that is not configured any more is shown by what the standard says. */
export const shownDialect = ({ feeds, itk }: Pick<Config, "feeds" | "itk">, name: string): FeedDialect => {
  const feed = feeds.find((feed) => feed.name === name);
  return feed ? dialectOf(feed) : (itkDialectsOf(itk)[name] ?? { defaultAuthority: name });
};

type DialectConfig = Pick<FeedConfig, keyof ItkFeedConfig & keyof FeedConfig>;

/** The part of a feed's settings that says how its messages are read. */
export function dialectOf(feed: DialectConfig): FeedDialect {
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
