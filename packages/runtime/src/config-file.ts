import { readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, LineCounter, type Pair, type ParsedNode, parseDocument } from "yaml";
import type { ConfigProblem } from "./config-problem.ts";

const FILE_BYTES_MAX = 1024 * 1024;

export type ConfigFile = {
  readonly settings: Record<string, unknown>;
  readonly problems: ConfigProblem[];
  /** Where a setting stands, or what it would stand in: `chesil.yaml:12`. */
  placeOf(path: readonly PropertyKey[]): string;
};

/** Reads a config file, keeping the line of everything in it. `name` is what problems call it. */
export function readConfigFile(path: string, name: string): ConfigFile {
  const text = readFileSync(path);
  if (text.length > FILE_BYTES_MAX)
    return broken(name, `has more than ${FILE_BYTES_MAX} bytes`, "Is it the right file?");
  return parseConfig(text.toString("utf8"), name);
}

export function parseConfig(text: string, name: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const lineOf = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      place: lineOf(error.pos[0]),
      setting: "",
      text: error.message.replace(/\.$/, ""),
      remedy: "Correct the YAML there.",
    }));
    return { settings: {}, problems, placeOf: () => name };
  }
  const root = document.contents;
  if (root === null) return { settings: {}, problems: [], placeOf: () => name };
  if (!isMap(root)) return broken(name, "is no list of settings", "Write settings as `name: value`.");
  let settings: Record<string, unknown>;
  try {
    settings = document.toJS({ maxAliasCount: 100 });
  } catch {
    return broken(name, "has aliases that unfold without end", "Write the values out.");
  }
  return { settings, problems: [], placeOf: (path) => lineOf(offsetOf(root, path)) };
}

function broken(name: string, text: string, remedy: string): ConfigFile {
  return { settings: {}, problems: [{ place: name, setting: "", text, remedy }], placeOf: () => name };
}

/** Where the deepest part of `path` that is written down begins. */
function offsetOf(root: ParsedNode, path: readonly PropertyKey[]): number {
  let node: ParsedNode | null | undefined = root;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair: Pair<ParsedNode, ParsedNode | null> | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) break;
      offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (node === undefined || node === null) break;
      offset = node.range[0];
    } else break;
  }
  return offset;
}
