import type { AccessPolicy } from "@chesil/access";
import type { Config, LogEvent } from "@chesil/runtime";

/** What the configuration says of who may see what. The feeds of GP practices are those that survivorship names as such. */
export function accessPolicyOf({ privacy, survivorship, feeds, loads }: Config): AccessPolicy {
  const gpSources = new Set<string>(survivorship.gpSources);
  const isOfGp = (feed: { name: string; authority: string }) =>
    gpSources.has(`feed:${feed.name}`) || gpSources.has(`authority:${feed.authority}`);
  const authorities = survivorship.gpSources.filter((source) => source.startsWith(AUTHORITY));
  return {
    ...privacy,
    gpFeeds: [...feeds, ...loads].filter(isOfGp).map(({ name }) => name),
    gpAuthorities: authorities.map((source) => source.slice(AUTHORITY.length)),
  };
}

const AUTHORITY = "authority:";

/**
 * What is to be said at a start: where no feed is a GP practice's, neither can what they sent be closed after a death, nor can it
 * be withheld with which practice a restricted person is.
 */
export function accessWarnings(config: Config): LogEvent[] {
  if (accessPolicyOf(config).gpFeeds.length > 0) return [];
  return [{ event: "gp-sources-unknown", setting: "survivorship.gpSources" }];
}
