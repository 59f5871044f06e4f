import type { FeedDialect } from "@chesil/hl7";
import type { Config } from "@chesil/runtime";

/** How each configured feed's messages are read. A feed that was removed is read as a stranger's: its messages stay. */
export function dialectsOf(feeds: Config["feeds"]): (feed: string) => FeedDialect {
  const dialects = new Map<string, FeedDialect>(
    feeds.map((feed) => [
      feed.name,
      {
        defaultAuthority: feed.authority,
        nhsNumberTraced: feed.nhsNumberTraced,
        ...(feed.charset ? { charset: feed.charset } : {}),
      },
    ]),
  );
  return (feed) => dialects.get(feed) ?? { defaultAuthority: feed };
}
