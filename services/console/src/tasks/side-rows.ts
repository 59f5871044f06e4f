import type { SideRow } from "../api/types.ts";

/** One line of the comparison: what each side says under a label, either of them possibly nothing. */
export type RowPair = { key: string; label: string; left: SideRow | undefined; right: SideRow | undefined };

export type Agreement = "same" | "differs" | "left only" | "right only" | "not compared";

/** Each system numbers its own patients: that two local ids differ says nothing. */
const NOT_COMPARED: ReadonlySet<string> = new Set(["Local id", "Retired local id"]);

/**
 * Lines up the rows of the two sides by label, in the order the left side gives them, then what only the right has. A
 * label that stands several times (three addresses) pairs equal values first, then in order.
 */
export function pairRows(leftRows: readonly SideRow[], rightRows: readonly SideRow[]): RowPair[] {
  const left = leftRows.flatMap(oneByOne);
  const right = rightRows.flatMap(oneByOne);
  const labels = [...new Set([...left, ...right].map((row) => row.label))];
  return labels.flatMap((label) => {
    const lefts = left.filter((row) => row.label === label);
    const rights = right.filter((row) => row.label === label);
    return pairLabel(label, lefts, rights);
  });
}

/** Several names or addresses come in one text, joined by semicolons: each is compared on its own. */
function oneByOne(row: SideRow): SideRow[] {
  return row.text.split("; ").map((text) => ({ ...row, text }));
}

function pairLabel(label: string, lefts: SideRow[], rights: SideRow[]): RowPair[] {
  const free = [...rights];
  const taken = lefts.map((row) => {
    const at = free.findIndex((other) => essence(other.text) === essence(row.text));
    return at < 0 ? undefined : free.splice(at, 1)[0];
  });
  const pairs = lefts.map((row, index) => ({ left: row, right: taken[index] ?? free.shift() }));
  return [...pairs, ...free.map((row) => ({ left: undefined, right: row }))].map((pair, index) => ({
    key: `${label} ${index}`,
    label,
    ...pair,
  }));
}

/** Capitals, spaces and what stands in brackets at the end (a title, a trust, a use), do not make two values different. */
export function agreementOf(pair: RowPair): Agreement {
  if (NOT_COMPARED.has(pair.label)) return "not compared";
  if (!pair.left) return "right only";
  if (!pair.right) return "left only";
  return essence(pair.left.text) === essence(pair.right.text) ? "same" : "differs";
}

function essence(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s*\([^()]*\)$/, "")
    .replace(/\s+/g, "");
}
