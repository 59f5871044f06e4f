/** Why the bytes of a row are no row. */
export type RawFault = "too-long" | "open-quote";

/** A row as it stands in its file, with its line end. */
export type RawRow = {
  readonly bytes: Uint8Array;
  /** From 1, the header included: what a spreadsheet and `chesil_row` call it. */
  readonly number: number;
  readonly fault?: RawFault;
};

/** Cuts a file into its rows, whatever chunks it is read in. */
export interface RowSplitter {
  /** @throws RangeError past a limit that no single row can be blamed for. */
  push(chunk: Uint8Array): RawRow[];
  end(): RawRow[];
}

/** Bytes of a refused row that are kept to show which one it was. */
export const BYTES_SHOWN = 4096;
