import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { z } from "zod";
import { type Environment, overlayEnvironment } from "./config-environment.ts";
import { type ConfigFile, parseConfig, readConfigFile } from "./config-file.ts";
import { type ConfigProblem, describeValue, remedyFor, remedyForUnknown, settingName } from "./config-problem.ts";
import { configSchema, defaultFeeds } from "./config-schema.ts";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The whole configuration, frozen. `dataDir` is absolute. Holds secrets: print `redact(config)` instead. */
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
  problems.push(...contradictions(file.settings, placeOf));
  if (problems.length > 0 || !parsed.success) {
    const inOrder = new Intl.Collator("en", { numeric: true });
    return { ok: false, problems: problems.toSorted((a, b) => inOrder.compare(a.place, b.place)) };
  }
  return { ok: true, config: freeze({ ...parsed.data, dataDir: resolve(folder, parsed.data.dataDir) }) };
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

/** What no single setting shows. Looks at whatever is there, sound or not, so that it is reported with the rest. */
function contradictions(settings: Record<string, unknown>, placeOf: PlaceOf): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: readonly PropertyKey[], text: string, remedy: string) =>
    problems.push({ place: placeOf(path), setting: settingName(path), text, remedy });
  const number = (path: readonly string[]) => {
    const value = valueAt(settings, path) ?? configDefault(path);
    return typeof value === "number" ? value : undefined;
  };

  const taken = [
    { host: valueAt(settings, ["http", "host"]) ?? "127.0.0.1", port: number(["http", "port"]), by: "the web server" },
  ];
  const names = new Set<unknown>();
  for (const [index, feed] of (Array.isArray(settings.feeds) ? settings.feeds : []).entries()) {
    const [name, port, host] = [
      valueAt(feed, ["name"]),
      valueAt(feed, ["port"]),
      valueAt(feed, ["host"]) ?? "127.0.0.1",
    ];
    if (names.has(name))
      report(["feeds", index, "name"], `is used twice: ${JSON.stringify(name)}`, "Give each feed its own name.");
    if (typeof name === "string") names.add(name);
    if (typeof port !== "number" || port === 0) continue;
    const other = taken.find((listener) => listener.port === port && overlaps(listener.host, host));
    if (other !== undefined)
      report(["feeds", index, "port"], `is ${port}, as ${other.by} has`, "Give each its own port.");
    taken.push({ host, port, by: `feed ${String(name)}` });
  }
  const [frame, buffered] = [number(["mllp", "frameBytesMax"]), number(["mllp", "bufferedBytesMax"])];
  if (frame !== undefined && buffered !== undefined && buffered <= frame) {
    report(
      ["mllp", "bufferedBytesMax"],
      `is ${buffered}, not above frameBytesMax`,
      `Give a number above ${frame}: one frame must be able to finish.`,
    );
  }
  return problems;
}

/** Two listeners on one port get in each other's way on the same address, or when one listens on all. */
function overlaps(left: unknown, right: unknown): boolean {
  const all: unknown[] = ["0.0.0.0", "::", "*"];
  return left === right || all.includes(left) || all.includes(right);
}

function configDefault(path: readonly string[]): unknown {
  return valueAt(configSchema.parse({}), path);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, key) ? (node as never)[key] : undefined,
    value,
  );
}

function freeze<T>(value: T): DeepReadonly<T> {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value as DeepReadonly<T>;
}
