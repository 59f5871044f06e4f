import type { Cells } from "../rows.ts";
import type { LoadMapping } from "./mapping.ts";

/**
 * Columns of conditions whose cell says something that no condition of the mapping lists: it may mean no, or be a code that
 * is new.
 */
export function unlistedColumns(cells: Cells, { facts }: LoadMapping): string[] {
  const listed = new Map<string, Set<string>>();
  for (const when of facts.flatMap((fact) => fact.when)) {
    if (typeof when === "string" || !when.is) continue;
    const codes = listed.get(when.column) ?? new Set();
    for (const code of when.is) codes.add(code.toUpperCase());
    listed.set(when.column, codes);
  }
  return [...listed].flatMap(([column, codes]) => {
    const cell = cells.get(column) ?? "";
    return cell === "" || codes.has(cell.toUpperCase()) ? [] : [column];
  });
}
