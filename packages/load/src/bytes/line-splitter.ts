import { BYTES_SHOWN, type RawRow, type RowSplitter } from "./raw-row.ts";

const LF = 0x0a;

/** Lines, as NDJSON has them. Each byte is searched once and copied at most twice, however long its line. */
export class LineSplitter implements RowSplitter {
  readonly #rowBytesMax: number;
  /** The line whose end is still to come, in the pieces that it came in; past the limit only how it begins. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #isTooLong = false;
  #number = 0;

  constructor(rowBytesMax: number) {
    this.#rowBytesMax = rowBytesMax;
  }

  push(chunk: Uint8Array): RawRow[] {
    const bytes = Buffer.from(chunk);
    const rows: RawRow[] = [];
    let from = 0;
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, from)) {
      this.#keep(bytes.subarray(from, at + 1));
      rows.push(this.#row());
      from = at + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
    return rows;
  }

  end(): RawRow[] {
    return this.#pieceBytes > 0 ? [this.#row()] : [];
  }

  #keep(piece: Buffer): void {
    if (this.#isTooLong) return;
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    this.#isTooLong = this.#pieceBytes > this.#rowBytesMax;
    if (!this.#isTooLong) return;
    this.#pieceBytes = Math.min(this.#rowBytesMax, BYTES_SHOWN);
    this.#pieces = [Buffer.concat(this.#pieces, this.#pieceBytes)];
  }

  #row(): RawRow {
    const [only, ...others] = this.#pieces;
    const bytes = only && others.length === 0 ? only : Buffer.concat(this.#pieces, this.#pieceBytes);
    const row = { bytes, number: ++this.#number };
    const isTooLong = this.#isTooLong;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#isTooLong = false;
    return isTooLong ? { ...row, fault: "too-long" } : row;
  }
}
