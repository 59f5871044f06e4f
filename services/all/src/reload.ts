import { isDeepStrictEqual } from "node:util";
import { type Config, describeProblems, loadConfig, type Telemetry } from "@chesil/runtime";
import { accessPolicyOf } from "./access-policy.ts";
import type { All } from "./start-all.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Reads the configuration and the TLS files again and goes over to them. When anything in them will not do, all of it
 * is told and what runs goes on as it was.
 * @param started the configuration that this process started with.
 */
export async function reload(
  all: All,
  started: Config,
  { telemetry, terminal }: { telemetry: Telemetry; terminal: Terminal },
): Promise<void> {
  const loaded = loadConfig();
  if (!loaded.ok) {
    telemetry.log({ event: "config-refused", problems: loaded.problems.length });
    for (const { place, setting } of loaded.problems) telemetry.log({ event: "config-problem", place, setting });
    terminal.say(describeProblems(loaded.problems, "Chesil goes on as it was"));
    return;
  }
  const { config } = loaded;
  if (hasDefaultFeedOnly(config) && !hasDefaultFeedOnly({ feeds: all.configuredFeeds() })) {
    telemetry.log({ event: "config-refused", problems: 1 });
    terminal.say("Chesil goes on as it was: the configuration names no feeds any more. Is the file empty or gone?");
    return;
  }
  const result = await all.reload(config).catch((error: unknown) => {
    telemetry.log({ event: "unexpected-error", where: "reload", error });
    return undefined;
  });
  for (const { feed, error } of result?.failed ?? []) telemetry.log({ event: "feed-failed", feed, error });
  if (!result?.ok) {
    telemetry.log({ event: "config-refused", problems: 1 });
    terminal.say("Chesil goes on as it was: a feed of the new configuration could not begin. The log names it.");
    return;
  }
  const [added, changed, removed] = [result.added.length, result.changed.length, result.removed.length];
  telemetry.log({ event: "config-activated", added, changed, removed });
  for (const setting of needingRestart(started, config)) telemetry.log({ event: "config-needs-restart", setting });
}

/** What a configuration without feeds comes to. A file that was cut short must not open a port to anybody. */
const hasDefaultFeedOnly = ({ feeds }: Pick<Config, "feeds">) => feeds.length === 1 && feeds[0]?.name === "default";

/** Settings that a running Chesil takes on. */
const RELOADED: ReadonlySet<string> = new Set(["feeds", "itk", "loads", "mllp", "survivorship"]);

/** Settings that it can not. */
function needingRestart(before: Config, after: Config): string[] {
  const names = Object.keys({ ...before, ...after }) as (keyof Config)[];
  const isOther = (name: keyof Config) => !RELOADED.has(name) && !isDeepStrictEqual(before[name], after[name]);
  // Who may see what goes by the sources of GPs too, and the read gate is opened once.
  const isOtherPolicy = !isDeepStrictEqual(accessPolicyOf(before), accessPolicyOf(after));
  const areOtherListeners = !isDeepStrictEqual(before.itk.listeners, after.itk.listeners);
  return [
    ...names.filter((name) => isOther(name) || (name === "privacy" && isOtherPolicy)),
    ...(areOtherListeners ? ["itk.listeners"] : []),
  ];
}
