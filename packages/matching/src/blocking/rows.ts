/** Lists of numbers by row, flat: row i is `values` from `offsets[i]` to before `offsets[i + 1]`. May be shared by threads. */
export type Rows = { readonly offsets: Int32Array; readonly values: Int32Array };

/** How large a buffer the arrays of rows take; threads share it where they can. */
const shared = (length: number) => new Int32Array(new SharedArrayBuffer(length * 4));

/** Collects rows one after another. */
export class RowsBuilder {
  readonly #offsets: Int32Array;
  #values: Int32Array;
  #row = 0;
  #length = 0;

  constructor(rows: number) {
    this.#offsets = shared(rows + 1);
    this.#values = shared(Math.max(16, rows));
  }

  /** A value of the row that is being filled. */
  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = shared(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The row is full. */
  end(): void {
    this.#offsets[++this.#row] = this.#length;
  }

  rows(): Rows {
    return { offsets: this.#offsets, values: this.#values.subarray(0, this.#length) };
  }
}

/** The same pairs of row and value with the two in each other's place; rows come in ascending order. */
export function inverted({ offsets, values }: Rows, valueCount: number): Rows {
  const places = shared(valueCount + 1);
  for (let at = 0; at < values.length; at++)
    places[(values[at] as number) + 1] = (places[(values[at] as number) + 1] ?? 0) + 1;
  for (let value = 0; value < valueCount; value++)
    places[value + 1] = (places[value + 1] as number) + (places[value] as number);
  const next = Int32Array.from(places);
  const members = shared(values.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      const value = values[at] as number;
      const place = next[value] as number;
      next[value] = place + 1;
      members[place] = row;
    }
  }
  return { offsets: places, values: members };
}
