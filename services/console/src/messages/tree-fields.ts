import type { TreeField } from "../api/types.ts";

/** Runs of empty fields are one row, so that what was sent stands out and what was left empty is still seen. */
export type FieldRow = { kind: "field"; field: TreeField } | { kind: "empty"; fields: TreeField[] };

export function fieldRows(fields: readonly TreeField[]): FieldRow[] {
  const rows: FieldRow[] = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (field.state !== "empty" && field.state !== "absent") rows.push({ kind: "field", field });
    else if (last?.kind === "empty") last.fields.push(field);
    else rows.push({ kind: "empty", fields: [field] });
  }
  return rows;
}

/** `4`, `4 and 5`, `4 to 9`: the numbers of a run of fields. */
export function fieldNumbers(fields: readonly TreeField[]): string {
  const first = fields[0]?.number ?? 0;
  const last = fields.at(-1)?.number ?? first;
  if (last === first) return String(first);
  return last === first + 1 ? `${first} and ${last}` : `${first} to ${last}`;
}
