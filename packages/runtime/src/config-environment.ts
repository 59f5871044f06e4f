import type { ConfigProblem } from "./config-problem.ts";
import { remedyFor, remedyForUnknown, settingName, valueAt } from "./config-problem.ts";
import { defaultFeeds, type SettingSchema, settingSchema } from "./config-schema.ts";
import { nearest } from "./nearest.ts";

/**
 * The environment over the file. The common settings have short names; every other one is reached by its path with
 * two underscores between the parts: `CHESIL__HTTP__HOST`, `CHESIL__MLLP__IDLE_MS`, `CHESIL__FEEDS__0__AUTHORITY` (or
 * by a feed's name: `CHESIL__FEEDS__POOLE_PAS__PORT`). Lists of texts are given with commas. An empty variable counts
 * as not set.
 */
export type Environment = Readonly<Record<string, string | undefined>>;
type Path = readonly (string | number)[];

const SHORT_NAMES: Readonly<Record<string, Path>> = {
  CHESIL_DATA_DIR: ["dataDir"],
  CHESIL_DATABASE_URL: ["databaseUrl"],
  CHESIL_HTTP_PORT: ["http", "port"],
  CHESIL_KAFKA_BROKERS: ["kafka", "brokers"],
  CHESIL_BOOTSTRAP_TOKEN: ["bootstrapToken"],
};
const MLLP_PORT = "CHESIL_MLLP_PORT";
const CONFIG = "CHESIL_CONFIG";
const GENERAL = "CHESIL__";

export type Overlay = {
  readonly problems: ConfigProblem[];
  /** The variable that gave a setting, if one did. */
  variableOf(path: readonly PropertyKey[]): string | undefined;
};

/** Writes what the environment says into `settings`, in place. */
export function overlayEnvironment(settings: Record<string, unknown>, environment: Environment): Overlay {
  const problems: ConfigProblem[] = [];
  const given = new Map<string, string>();
  const set = (variable: string, path: Path, text: string) => {
    if (write(settings, path, fromText(text, settingSchema(path)))) given.set(path.join("."), variable);
  };
  for (const variable of Object.keys(environment).sort()) {
    const text = environment[variable] ?? "";
    if (!variable.startsWith("CHESIL_") || text === "" || variable === CONFIG) continue;
    if (variable.startsWith(GENERAL)) {
      const found = findPath(settings, variable.slice(GENERAL.length).split("__"));
      if ("path" in found) set(variable, found.path, text);
      else problems.push({ place: variable, setting: "", text: "names no setting", remedy: found.remedy });
      continue;
    }
    const path = variable === MLLP_PORT ? mllpPortPath(settings) : SHORT_NAMES[variable];
    if (path === "which") problems.push(whichFeed());
    else if (path !== undefined) set(variable, path, text);
    else problems.push(...misspelt(variable));
  }
  const variableOf = (path: readonly PropertyKey[]) => given.get(path.map(String).join("."));
  return { problems, variableOf };
}

/** A misspelt name is reported; a strange one is left alone: it may belong to the platform (`CHESIL_SERVICE_HOST`). */
function misspelt(variable: string): ConfigProblem[] {
  const meant = nearest(
    variable.slice("CHESIL_".length),
    [...Object.keys(SHORT_NAMES), MLLP_PORT, CONFIG].map((name) => name.slice("CHESIL_".length)),
  );
  if (meant === undefined) return [];
  return [{ place: variable, setting: "", text: "names no setting", remedy: `Did you mean CHESIL_${meant}?` }];
}

/** CHESIL_MLLP_PORT is the default feed's: the one of that name, or the only one. */
function mllpPortPath(settings: Record<string, unknown>): Path | "which" {
  const feeds = feedsOf(settings);
  const named = feeds.findIndex((feed) => isSection(feed) && feed.name === "default");
  if (named >= 0) return ["feeds", named, "port"];
  return feeds.length === 1 ? ["feeds", 0, "port"] : "which";
}

function whichFeed(): ConfigProblem {
  const remedy = "Name a feed `default`, or use CHESIL__FEEDS__0__PORT and so on.";
  return { place: MLLP_PORT, setting: "feeds", text: "are several, and none is called default", remedy };
}

/** The feeds of the file; without any, the default one, which a variable may be about to change. */
function feedsOf(settings: Record<string, unknown>): unknown[] {
  settings.feeds ??= defaultFeeds();
  return Array.isArray(settings.feeds) ? settings.feeds : [];
}

function findPath(settings: Record<string, unknown>, parts: readonly string[]): { path: Path } | { remedy: string } {
  const path: (string | number)[] = [];
  for (const part of parts) {
    const schema = settingSchema(path);
    if (schema?.type === "array") {
      const isFeeds = path.length === 1 && path[0] === "feeds";
      const entries = isFeeds ? feedsOf(settings) : valueAt(settings, path);
      const index = findEntry(Array.isArray(entries) ? entries : [], part);
      if (index === undefined) return { remedy: noEntry(isFeeds ? "feed" : settingName(path), part) };
      path.push(index);
      continue;
    }
    if (schema?.additionalProperties instanceof Object) return { remedy: `Write ${settingName(path)} in the file.` };
    const key = Object.keys(schema?.properties ?? {}).find((name) => plain(name) === plain(part));
    if (key === undefined) return { remedy: remedyForUnknown(path, part.toLowerCase()) };
    path.push(key);
  }
  const schema = settingSchema(path);
  if (schema?.additionalProperties instanceof Object) return { remedy: `Write ${settingName(path)} in the file.` };
  const isWhole = schema?.type === "object" || schema?.items?.type === "object";
  return isWhole ? { remedy: `Name one setting in it. ${remedyFor(path)}` } : { path };
}

function noEntry(what: string, part: string): string {
  return `There is no ${what} ${part}. Give its number, from 0${what === "feed" ? ", or its name" : ""}.`;
}

function findEntry(feeds: readonly unknown[], part: string): number | undefined {
  const index = /^\d+$/.test(part)
    ? Number(part)
    : feeds.findIndex((feed) => isSection(feed) && plain(String(feed.name)) === plain(part));
  return index >= 0 && index < feeds.length ? index : undefined;
}

/** `trustProxy`, `TRUST_PROXY` and `trust-proxy` are one. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** The text as the setting's type has it; left as it is when it cannot be that, for the schema to refuse. */
function fromText(text: string, schema: SettingSchema | undefined): unknown {
  switch (schema?.type) {
    case "integer":
      return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text;
    case "number":
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(text.trim()) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "array":
      return text.split(",").map((item) => item.trim());
    default:
      return text;
  }
}

/** False when the file has something else than a section on the way; that is reported as the file's problem. */
function write(settings: Record<string, unknown>, path: Path, value: unknown): boolean {
  let node: unknown = settings;
  for (const [depth, key] of path.entries()) {
    if (!isSection(node) && !Array.isArray(node)) return false;
    const parent = node as Record<string | number, unknown>;
    if (depth === path.length - 1) parent[key] = value;
    else parent[key] ??= {};
    node = parent[key];
  }
  return true;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
