import type { LoadCounts } from "@chesil/store";

/** What a load came to, or a dry run would. */
export type LoadReport = {
  readonly feed: string;
  readonly file: string;
  readonly encoding: string;
  readonly extractAt: string;
  readonly isDryRun: boolean;
  readonly isFull: boolean;
  /** False where it was stopped on the way: run again it goes on. */
  readonly isWhole: boolean;
  readonly rows: LoadCounts;
  /** Of the changed rows those that no longer state something which they stated. */
  readonly withdrawing: number;
  /** Of the unchanged rows those that a newer extract has otherwise: what this one says was so before. */
  readonly late: number;
  /** Of changed rows, how often each column differed. */
  readonly changedColumns: Readonly<Record<string, number>>;
  /** Of rows that were kept, what was noticed: the column and the code, and how often. */
  readonly flagged: Readonly<Record<string, number>>;
  /** Of rows that were new or changed: cells of a condition (`when`) that say something which it does not list. */
  readonly unlisted: Readonly<Record<string, number>>;
  readonly rejected: readonly RejectedRow[];
  /** The first of them. A row's number is the one a spreadsheet shows. */
  readonly changes: readonly RowChange[];
  /** Why what the file has no longer was left as it is: rows, or what patients stated. */
  readonly notWithdrawn?: string;
  /** Of a dry run: why nothing of the file would be loaded, unless it is confirmed. */
  readonly wouldBeRefused?: string;
  /** Columns of the file that the mapping does not name. */
  readonly unusedColumns: readonly string[];
};

export type RejectedRow = { readonly row: number; readonly reason: string };
export type RowChange = {
  readonly row: number;
  readonly kind: "new" | "changed";
  readonly columns?: readonly string[];
};

/** Rows that a report names one by one; the rejects file has all. */
const NAMED_MAX = 1_000;

/** Counts while a load goes on. */
export class Tallies {
  readonly counts = { read: 0, new: 0, changed: 0, unchanged: 0, gone: 0, rejected: 0 };
  readonly changedColumns: Record<string, number> = {};
  readonly flagged: Record<string, number> = {};
  readonly unlisted: Record<string, number> = {};
  readonly rejected: RejectedRow[] = [];
  readonly changes: RowChange[] = [];
  late = 0;

  reject(row: number, reason: string): void {
    this.counts.rejected++;
    if (this.rejected.length < NAMED_MAX) this.rejected.push({ row, reason });
  }

  change(change: RowChange): void {
    this.counts[change.kind]++;
    for (const column of change.columns ?? []) this.changedColumns[column] = (this.changedColumns[column] ?? 0) + 1;
    if (this.changes.length < NAMED_MAX) this.changes.push(change);
  }

  noteUnlisted(column: string): void {
    this.unlisted[column] = (this.unlisted[column] ?? 0) + 1;
  }

  flag(column: string, code: string): void {
    const name = `${column}: ${code}`;
    this.flagged[name] = (this.flagged[name] ?? 0) + 1;
  }
}
