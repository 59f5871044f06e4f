import type { SideRow } from "../api/types.ts";

/** One line of the comparison: what each side says under a label, either of them possibly nothing. */
export type RowPair = { key: string; label: string; left: SideRow | undefined; right: SideRow | undefined };

export type Agreement = "same" | "differs" | "left only" | "right only";

/**
 * Lines up the rows of the two sides by label, in the order the left side gives them, then what only the right has. A
 * label that stands several times (three addresses) pairs equal texts first, then in order.
 */
export function pairRows(left: readonly SideRow[], right: readonly SideRow[]): RowPair[] {
  const labels = [...new Set([...left, ...right].map((row) => row.label))];
  return labels.flatMap((label) => {
    const lefts = left.filter((row) => row.label === label);
    const rights = right.filter((row) => row.label === label);
    return pairLabel(label, lefts, rights);
  });
}

function pairLabel(label: string, lefts: SideRow[], rights: SideRow[]): RowPair[] {
  const free = [...rights];
  const taken = lefts.map((row) => {
    const at = free.findIndex((other) => other.text === row.text);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  });
  const pairs = lefts.map((row, index) => ({ left: row, right: taken[index] ?? free.shift() }));
  return [...pairs, ...free.map((row) => ({ left: undefined, right: row }))].map((pair, index) => ({
    key: `${label} ${index}`,
    label,
    ...pair,
  }));
}

export function agreementOf(pair: RowPair): Agreement {
  if (!pair.left) return "right only";
  if (!pair.right) return "left only";
  return pair.left.text === pair.right.text ? "same" : "differs";
}
