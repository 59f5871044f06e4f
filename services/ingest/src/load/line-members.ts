import { type Cells, columnsOf, type LoadMapping, REJECT_COLUMNS } from "@chesil/load";

/** Members that are noted of a file; who sends more has no names that could be told apart by a person. */
const MEMBERS_MAX = 1_000;

/** What lines of JSON have instead of a header: the members that any of them has. */
export class LineMembers {
  readonly #seen = new Set<string>();

  note(cells: Cells): void {
    for (const name of cells.keys()) if (this.#seen.size < MEMBERS_MAX) this.#seen.add(name);
  }

  /** Those that the mapping names and no line has. Of a file without lines nothing is missing. */
  missing(mapping: LoadMapping): string[] {
    return this.#seen.size === 0 ? [] : [...columnsOf(mapping)].filter((name) => !this.#seen.has(name));
  }

  /** Those that the mapping does not name. */
  unused(mapping: LoadMapping): string[] {
    const known = new Set([...columnsOf(mapping), ...mapping.ignore, ...REJECT_COLUMNS]);
    return [...this.#seen].filter((name) => !known.has(name));
  }
}
