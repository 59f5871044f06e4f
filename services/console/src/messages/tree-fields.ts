import type { TreeField } from "../api/types.ts";

/**
 * A run of empty fields is one row, so that what was sent stands out and what was left empty is still seen. The API
 * leaves empty fields out: a gap in the numbers is a run of them.
 */
export type FieldRow = { kind: "field"; field: TreeField } | { kind: "empty"; first: number; last: number };

export function fieldRows(fields: readonly TreeField[]): FieldRow[] {
  const rows: FieldRow[] = [];
  let next = 1;
  for (const field of fields) {
    if (field.state === "empty" || field.state === "absent") continue;
    if (field.number > next) rows.push({ kind: "empty", first: next, last: field.number - 1 });
    rows.push({ kind: "field", field });
    next = field.number + 1;
  }
  return rows;
}

/** `4`, `4 and 5`, `4 to 9`: the numbers of a run of fields. */
export function runInWords(first: number, last: number): string {
  if (last === first) return String(first);
  return last === first + 1 ? `${first} and ${last}` : `${first} to ${last}`;
}
