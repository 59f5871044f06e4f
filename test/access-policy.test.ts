import { loadConfig } from "@chesil/runtime";
import { expect, it } from "vitest";
import { accessPolicyOf, accessWarnings } from "../services/all/src/access-policy.ts";

/** Which feeds are GP practices', by the configuration, and what is said where none is. */

const configOf = (gpSources: readonly string[]) => {
  const loaded = loadConfig({ environment: {}, folder: "/nonexistent" });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const [feed] = config.feeds;
  if (!feed) throw new Error("There is no feed by default.");
  const feeds = [
    { ...feed, name: "pas", authority: "RBD" },
    { ...feed, name: "gp", authority: "J81012" },
  ];
  return { ...config, feeds, survivorship: { ...config.survivorship, gpSources: [...gpSources] } };
};
const WARNING = { event: "gp-sources-unknown", setting: "survivorship.gpSources" };

it.each([
  [[], [], [], [WARNING]],
  [["feed:gp"], ["gp"], [], []],
  [["authority:J81012"], ["gp"], ["J81012"], []],
  // Nobody is that: the entry does not do what it was written for.
  [["feed:pg", "authority:J99999"], [], ["J99999"], [WARNING]],
] as const)("of %j the feeds are %j", (gpSources, gpFeeds, gpAuthorities, warnings) => {
  const config = configOf(gpSources);
  expect(accessPolicyOf(config)).toMatchObject({ gpFeeds, gpAuthorities });
  expect(accessWarnings(config)).toEqual(warnings);
});
