import type { Warning } from "@chesil/model";

/** Why a row can not be taken: names columns, quotes nothing of them. */
export class RowRefusedError extends Error {
  override name = "RowRefusedError";
}

/** What is noticed about a row while it is mapped. */
export class Notes {
  readonly warnings: Warning[] = [];

  flag(column: string, code: Warning["code"], text: string): void {
    if (!this.warnings.some((each) => each.location === column && each.code === code))
      this.warnings.push({ location: column, code, text });
  }
}
