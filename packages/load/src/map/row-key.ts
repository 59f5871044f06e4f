import { createHash } from "node:crypto";
import type { TableReading } from "../reading.ts";
import type { Cells } from "../rows.ts";
import { columnsOf, type LoadMapping } from "./mapping.ts";

/** Longer keys are known by their hash. */
const KEY_LENGTH_MAX = 200;

/** What tells a row from all others of its feed; undefined where all its cells are empty. */
export function rowKeyOf(cells: Cells, { rowKey }: LoadMapping): string | undefined {
  const key = joinedKey(rowKey.map((column) => cells.get(column) ?? ""));
  if (key === undefined) return undefined;
  return key.length > KEY_LENGTH_MAX ? `sha256:${createHash("sha256").update(key).digest("base64url")}` : key;
}

/** Several cells as one key, that no others make; undefined where all are empty. */
export function joinedKey(parts: readonly string[]): string | undefined {
  if (parts.every((part) => part === "")) return undefined;
  // A bar inside a part must not make two keys one.
  return parts.map((part) => part.replaceAll("\\", "\\\\").replaceAll("|", "\\|")).join("|");
}

/**
 * Hashes rows for being told from what they were: over the cells that the mapping uses, and the mapping. The order of
 * columns, a column that nobody reads and the date of the extract do not make a row another one; another mapping does.
 */
export function contentHasher(reading: TableReading): (cells: Cells) => Buffer {
  const { mapping } = reading;
  const columns = [...columnsOf({ ...mapping, recordedAt: undefined })].sort();
  const prefix = createHash("sha256").update(JSON.stringify(reading)).digest();
  return (cells) => {
    const hash = createHash("sha256").update(prefix);
    for (const column of columns) {
      const cell = cells.get(column);
      hash.update(cell === undefined ? "\x01" : `${cell.length}\x02${cell}\x03`);
    }
    return hash.digest();
  };
}

/** Columns that the mapping uses and whose cells differ. */
export function changedColumns(reading: TableReading, before: Cells, after: Cells): string[] {
  const columns = columnsOf({ ...reading.mapping, recordedAt: undefined });
  return [...columns].filter((column) => (before.get(column) ?? "") !== (after.get(column) ?? "")).sort();
}
