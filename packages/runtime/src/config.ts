import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { z } from "zod";
import { contradictions } from "./config-contradictions.ts";
import { type Environment, overlayEnvironment } from "./config-environment.ts";
import { type ConfigFile, parseConfig, readConfigFile } from "./config-file.ts";
import { withMapping } from "./config-mapping.ts";
import {
  type ConfigProblem,
  describeValue,
  remedyFor,
  remedyForName,
  remedyForUnknown,
  settingName,
  valueAt,
} from "./config-problem.ts";
import { configSchema, defaultFeeds } from "./config-schema.ts";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The whole configuration, frozen. `dataDir` and the names of files are absolute. Holds secrets: print `redact(config)` instead. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const FILE = "chesil.yaml";

/**
 * Defaults, then the config file (`CHESIL_CONFIG`, or `chesil.yaml` in `folder` when there is one), then the
 * environment. Nothing else reads the environment. All problems are found in one go and returned, never thrown.
 */
export function loadConfig(options: { environment?: Environment; folder?: string } = {}): ConfigResult {
  const environment = options.environment ?? process.env;
  const folder = options.folder ?? process.cwd();
  const file = findFile(environment, folder);
  const overlay = overlayEnvironment(file.settings, environment);
  file.settings.feeds ??= defaultFeeds();
  const problems = [...file.problems, ...overlay.problems];
  const placeOf = (path: readonly PropertyKey[]) => overlay.variableOf(path) ?? file.placeOf(path);

  const parsed = configSchema.safeParse(file.settings);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => explain(issue, file.settings, placeOf)));
  problems.push(...contradictions(file.settings, { placeOf, folder }));
  const loads = (parsed.data?.loads ?? []).map((load) => withMapping(load, folder));
  problems.push(...loads.flatMap((load) => load.problems));
  if (problems.length > 0 || !parsed.success) {
    const inOrder = new Intl.Collator("en", { numeric: true });
    return { ok: false, problems: problems.toSorted((a, b) => inOrder.compare(a.place, b.place)) };
  }
  const feeds = parsed.data.feeds.map((feed) => (feed.tls ? { ...feed, tls: withPaths(feed.tls, folder) } : feed));
  const listeners = parsed.data.itk.listeners.map((each) => ({ ...each, tls: withPaths(each.tls, folder) }));
  const dataDir = resolve(folder, parsed.data.dataDir);
  return {
    ok: true,
    config: freeze({
      ...parsed.data,
      feeds,
      itk: { ...parsed.data.itk, listeners },
      loads: loads.map(({ load }) => load),
      dataDir,
    }),
  };
}

function withPaths<Tls extends object>(tls: Tls, folder: string): Tls {
  const isPath = ([name, value]: [string, unknown]) => name.endsWith("File") && typeof value === "string";
  const paths = Object.entries(tls).filter(isPath);
  return { ...tls, ...Object.fromEntries(paths.map(([name, path]) => [name, resolve(folder, path)])) };
}

/** The configuration as it may be shown: secrets are named, not told. */
export function redact(config: Config): unknown {
  return {
    ...config,
    ...(config.databaseUrl !== undefined && { databaseUrl: withoutSecrets(config.databaseUrl) }),
    ...(config.bootstrapToken !== undefined && { bootstrapToken: "(set)" }),
  };
}

/** Server and database only: a URL may carry passwords and keys in its user part and in its query. */
function withoutSecrets(text: string): string {
  const url = URL.parse(text);
  return url === null ? "(set)" : `${url.protocol}//${url.host}${url.pathname}`;
}

function findFile(environment: Environment, folder: string): ConfigFile {
  const given = environment.CHESIL_CONFIG || undefined;
  const path = resolve(folder, given ?? FILE);
  if (given === undefined && !existsSync(path)) return parseConfig("", FILE);
  try {
    return readConfigFile(path, basename(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text = `cannot be read: ${path} (${code ?? "unreadable"})`;
    const problem = {
      place: given === undefined ? FILE : "CHESIL_CONFIG",
      setting: "",
      text,
      remedy: "Name a file that exists and may be read.",
    };
    return { ...parseConfig("", FILE), problems: [problem] };
  }
}

type PlaceOf = (path: readonly PropertyKey[]) => string;

function explain(issue: z.core.$ZodIssue, settings: unknown, placeOf: PlaceOf): ConfigProblem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      place: placeOf([...path, key]),
      setting: settingName([...path, key]),
      text: "is no setting",
      remedy: remedyForUnknown(path, key),
    }));
  }
  if (issue.code === "invalid_key") {
    const text = "has a name that will not do";
    return [{ place: placeOf(path), setting: settingName(path), text, remedy: remedyForName(path) }];
  }
  if (settingName(path) === "kafka.brokers") return [noKafka(placeOf(path))];
  const text = describeValue(path, valueAt(settings, path));
  return [{ place: placeOf(path), setting: settingName(path), text, remedy: remedyFor(path) }];
}

function noKafka(place: string): ConfigProblem {
  const remedy = "Remove it: the event log is PostgreSQL.";
  return {
    place,
    setting: "kafka.brokers",
    text: "asks for Kafka, which this version of Chesil does not speak yet",
    remedy,
  };
}

function freeze<T>(value: T): DeepReadonly<T> {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value as DeepReadonly<T>;
}
