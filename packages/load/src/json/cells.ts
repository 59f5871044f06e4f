import { type Encoding, readText } from "../bytes/encoding.ts";
import type { Cells, CellsResult } from "../rows.ts";
import { hasTwice, scanJson } from "./members.ts";

const DEPTH_MAX = 10;
const CELLS_MAX = 1_000;

/** `JSON.parse` tells a reviver the number as it was written: an id of twenty digits stays what it is. */
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const asWritten: Reviver = (_, value, context) =>
  typeof value === "number" ? (context?.source ?? String(value)) : value;

/**
 * The cells of a JSON object, by their paths: `address.postcode`, `phones.0`. Null says the same as an empty cell. An object
 * that has two members of one path says two things, and nobody can tell which is meant.
 */
export function cellsOfJson(bytes: Uint8Array, encoding: Encoding): CellsResult {
  const decoded = readText(bytes, encoding);
  if (!decoded.ok) return decoded;
  const { text } = decoded;
  let value: unknown;
  try {
    value = JSON.parse(text, asWritten);
  } catch {
    return { ok: false, text: "It is not a line of JSON." };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, text: "It is not a JSON object." };
  const cells = new Map<string, string>();
  const again: string[] = [];
  if (!flatten(value, "", 0, cells, again)) return { ok: false, text: "It is too deep, or has too many members." };
  if (hasTwice(text, value)) again.push(...scanJson(text).twice.map((path) => path.join(".")));
  return again.length > 0 ? { ok: false, text: saidTwice(again) } : { ok: true, cells };
}

/** More are told by their number. */
const NAMED_MAX = 20;

function saidTwice(paths: readonly string[]): string {
  const names = [...new Set(paths)];
  const more = names.length > NAMED_MAX ? `, and ${names.length - NAMED_MAX} more` : "";
  return `It says twice what is ${names.slice(0, NAMED_MAX).join(", ")}${more}: leave one of them.`;
}

function flatten(value: object, path: string, depth: number, cells: Map<string, string>, again: string[]): boolean {
  if (depth > DEPTH_MAX) return false;
  for (const [name, part] of Object.entries(value)) {
    const at = path + name;
    if (typeof part === "object" && part !== null) {
      if (!flatten(part, `${at}.`, depth + 1, cells, again)) return false;
    } else {
      if (cells.has(at)) again.push(at);
      cells.set(at, part === null ? "" : String(part).replaceAll("\0", "").trim());
    }
    if (cells.size > CELLS_MAX) return false;
  }
  return true;
}

/**
 * Columns whose cell is a list or an object that says something, where a text was meant: of none of its members the columns
 * speak, so that all of it would be lost.
 * @returns what to do, by the column.
 */
export function unreadLists(cells: Cells, columns: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, cell] of cells) {
    if (cell === "") continue;
    for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
      const column = path.slice(0, dot);
      if (!columns.has(column) || cells.has(column) || found.has(column)) continue;
      if ([...columns].some((other) => other.startsWith(`${column}.`))) continue;
      found.set(
        column,
        `${column}: It is a list or an object, and no text. Map its members by their paths, as ${path}.`,
      );
    }
  }
  return found;
}
