import type { LoadDoubt } from "@chesil/store";
import type { FileRow } from "./file-rows.ts";

/**
 * How a CSV file ends. One that is cut in a cell that nobody reads, or in an empty one, is told by nothing but its last line
 * end: it is doubted where it has none and the file of its feed that was loaded last had one.
 */
export class Ending {
  /** Undefined until a row was read, and where rows do not tell how they end. */
  #isUnended: boolean | undefined;
  /** Rows that were refused once, and mended by a person in whatever program. */
  isMended = false;
  /** The file before did otherwise. */
  isUnlike = false;

  /** @param row the last one that was read. */
  note(row: FileRow | undefined): void {
    if (row) this.#isUnended = row.isUnended;
  }

  get isUnended(): boolean {
    return this.#isUnended === true;
  }

  /** @param row the last of the file is the one that may be cut. */
  isDoubted({ isUnended }: FileRow, confirmed: ReadonlySet<LoadDoubt>): boolean {
    return isUnended === true && this.isUnlike && !this.isMended && !confirmed.has("cut");
  }

  /** What is noted of the file, by which the next is judged: nothing of one that is doubted, or was mended by hand. */
  noted(confirmed: ReadonlySet<LoadDoubt>): boolean | null {
    const isDoubted = this.isUnended && this.isUnlike && !confirmed.has("cut");
    return this.#isUnended === undefined || this.isMended || isDoubted ? null : !this.#isUnended;
  }
}
