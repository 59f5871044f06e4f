import { type Config, loadConfig } from "@chesil/runtime";
import { UsageError } from "./terminal.ts";

/** The configuration, for a command that can do nothing without a sound one. */
export function givenConfig(): Config {
  const loaded = loadConfig();
  if (loaded.ok) return loaded.config;
  const lines = loaded.problems.map(
    ({ place, setting, text, remedy }) => `${place}: ${setting}${setting && " "}${text}. ${remedy}`,
  );
  throw new UsageError(lines.join("\n"));
}

/** The feed of a name; without one the only feed, or the one called default. */
export function givenFeed(config: Config, name: string | undefined): Config["feeds"][number] {
  const { feeds } = config;
  const wanted = name ?? (feeds.length === 1 ? feeds[0]?.name : "default");
  const feed = feeds.find((each) => each.name === wanted);
  if (feed !== undefined) return feed;
  const names = feeds.map((each) => each.name).join(", ");
  throw new UsageError(name ? `There is no feed ${name}. There are: ${names}.` : `Name a feed with --feed: ${names}.`);
}
