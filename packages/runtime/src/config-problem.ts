import { configJsonSchema, SECRET_SETTINGS, type SettingSchema, settingSchema } from "./config-schema.ts";
import { nearest } from "./nearest.ts";

/** One thing wrong with the configuration, in words for the person who wrote it. Never holds a secret's value. */
export type ConfigProblem = {
  /** `chesil.yaml:12`, or the name of an environment variable. */
  readonly place: string;
  /** `http.port`; empty when it is the file as a whole. */
  readonly setting: string;
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
};

/** All problems as lines for a terminal. `consequence`: what follows from them. */
export function describeProblems(problems: readonly ConfigProblem[], consequence = "Chesil cannot start"): string {
  const lines = problems.map(
    ({ place, setting, text, remedy }) => `  ${place}: ${setting}${setting && " "}${text}. ${remedy}`,
  );
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`${consequence}: the configuration has ${count}.`, ...lines].join("\n");
}

export function settingName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name === "" ? String(key) : `${name}.${String(key)}`;
  }, "");
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, key) ? (node as never)[key] : undefined,
    value,
  );
}

/** What may stand at a setting, as a sentence: `Give a whole number from 0 to 65535.` */
export function remedyFor(path: readonly PropertyKey[]): string {
  const schema = settingSchema(path);
  if (schema === undefined) return "Remove it.";
  const example = schema.examples?.[0];
  const shown = typeof example === "string" ? example : JSON.stringify(example);
  return `Give ${expected(schema)}.${example === undefined ? "" : ` For example: ${shown}`}`;
}

/** What an entry of a section may be called whose names are the operator's own. */
export function remedyForName(path: readonly PropertyKey[]): string {
  const names = settingSchema(path.slice(0, -1))?.propertyNames;
  return `Give ${names?.description?.replace(/\.$/, "") ?? "another name"}. For example: ${names?.examples?.[0]}`;
}

function expected(schema: SettingSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  switch (schema.type) {
    case "integer":
      return schema.maximum === Number.MAX_SAFE_INTEGER
        ? `a whole number, ${schema.minimum} or more`
        : `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case "number":
      return `a number from ${schema.minimum} to ${schema.maximum}`;
    case "boolean":
      return "true or false";
    case "array":
      return schema.items?.type === "object" ? "a list of entries" : "a list";
    case "object":
      return `a section with ${Object.keys(schema.properties ?? {}).join(", ")}`;
    default:
      if (schema.pattern !== undefined) return `text of another form (${schema.description?.replace(/\.$/, "")})`;
      return (schema.minLength ?? 0) > 1 ? `text of at least ${schema.minLength} characters` : "a text";
  }
}

/** `is "80a"`, or without the value where it is secret. */
export function describeValue(path: readonly PropertyKey[], value: unknown): string {
  if (value === undefined) return "is missing";
  if (path.some((key) => SECRET_SETTINGS.has(String(key)))) return "has a value that will not do";
  if (value === null) return "is empty";
  if (typeof value === "object") return Array.isArray(value) ? "is a list" : "is a section";
  return `is ${JSON.stringify(value).slice(0, 60)}`;
}

/** What to do about a key that is no setting: the one meant, among its neighbours or elsewhere. */
export function remedyForUnknown(section: readonly PropertyKey[], key: string): string {
  const neighbours = Object.keys(settingSchema(section)?.properties ?? {});
  const meant = nearest(key, neighbours);
  if (meant !== undefined) return `Did you mean ${settingName([...section, meant])}?`;
  const elsewhere = Object.entries(configJsonSchema().properties ?? {}).flatMap(([name, schema]) => {
    const list = schema.type === "array";
    const properties = (list ? schema.items : schema)?.properties ?? {};
    return key in properties ? [`${name}${list ? "[]" : ""}.${key}`] : [];
  });
  if (elsewhere.length > 0) return `Did you mean ${elsewhere.join(" or ")}?`;
  return `Remove it. There are: ${neighbours.join(", ")}.`;
}
