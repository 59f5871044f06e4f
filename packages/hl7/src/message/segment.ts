import { NO_DELIMITERS } from "./delimiters.ts";
import { type Dialect, FieldView, leaf, leafText, type PlaceWithin } from "./place.ts";

/** MSH-1 and MSH-2 are read as they stand. */
const LITERAL: Dialect = { delimiters: NO_DELIMITERS, charset: "ascii" };

/** One segment. Fields are found when asked for, and the way to them is remembered. */
export class Segment {
  /** Three letters or digits, upper case (senders who write `pid` mean PID); empty when the line has none. */
  readonly id: string;
  /** The line as sent, without its terminator. */
  readonly raw: string;
  readonly #dialect: Dialect;
  /** Where the field separators stand, as far as they have been looked for. */
  #separatorsAt: number[] | undefined;
  #isScanned = false;

  constructor(id: string, raw: string, dialect: Dialect) {
    this.id = id;
    this.raw = raw;
    this.#dialect = dialect;
  }

  /** The nth field as HL7 counts: in MSH (and BHS, FHS) field 1 is the separator itself and field 2 is read literally. */
  field(n: number): FieldView {
    return new FieldView(this.fieldRaw(n), this.#isLiteral(n) ? LITERAL : this.#dialect);
  }

  /** Unescaped text of a place in this segment; "" when absent, empty or `""`. */
  get(field: number, within?: PlaceWithin): string {
    const raw = this.fieldRaw(field);
    if (raw === undefined || raw === "") return "";
    if (this.#isLiteral(field)) return raw;
    return leafText(leaf(raw, this.#dialect.delimiters, within), this.#dialect);
  }

  /** The field as sent, or undefined past the last one. */
  fieldRaw(n: number): string | undefined {
    if (this.#isHeader()) return n === 1 ? this.#dialect.delimiters.field : this.#piece(n - 1);
    return this.#piece(n);
  }

  /** The number of the last field there is. */
  get fieldCount(): number {
    return this.#separators(Number.POSITIVE_INFINITY).length + (this.#isHeader() ? 1 : 0);
  }

  /** The text after the nth separator. Piece 0, the id, is never asked for. */
  #piece(n: number): string | undefined {
    const separatorsAt = this.#separators(n + 1);
    const start = separatorsAt[n - 1];
    if (start === undefined) return undefined;
    return this.raw.slice(start + 1, separatorsAt[n] ?? this.raw.length);
  }

  /** The places of the first separators, as many as asked for or as there are. */
  #separators(count: number): readonly number[] {
    this.#separatorsAt ??= [];
    const found = this.#separatorsAt;
    const separator = this.#dialect.delimiters.field;
    let from = found.length === 0 ? 0 : (found[found.length - 1] ?? 0) + 1;
    while (!this.#isScanned && found.length < count) {
      const next = this.raw.indexOf(separator, from);
      if (next < 0) this.#isScanned = true;
      else found.push(next);
      from = next + 1;
    }
    return found;
  }

  #isHeader(): boolean {
    return this.id === "MSH" || this.id === "BHS" || this.id === "FHS";
  }

  #isLiteral(field: number): boolean {
    return field <= 2 && this.#isHeader();
  }
}
