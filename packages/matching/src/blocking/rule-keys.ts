import { LargeMap } from "../large-map.ts";
import type { Prepared } from "../prepare.ts";
import { type PartValues, partValues } from "./key-parts.ts";
import { type Rows, RowsBuilder } from "./rows.ts";

/** Two records are worth comparing when they share a value of every part named. */
export type BlockingRule = readonly string[];

/** What each record is filed under, as numbers: equal numbers are equal keys. */
export type Keys = { readonly rows: Rows; readonly count: number };

/** Values of one rule for one record beyond this are left out, the smallest kept. */
const KEYS_PER_RECORD_MAX = 8;

/** Turns records into the keys of rules, each part of a key read and numbered once. */
export class RuleKeys {
  readonly records: readonly Prepared[];
  readonly #extras: readonly string[];
  readonly #parts = new Map<string, Keys>();

  /** @param extras the declared columns, in the order of the records' extras. */
  constructor(records: readonly Prepared[], extras: readonly string[]) {
    this.records = records;
    this.#extras = extras;
  }

  /** @throws RangeError for a part that nobody knows. */
  of(rule: BlockingRule): Keys {
    const [first, ...others] = rule;
    if (first === undefined) throw new RangeError("A blocking rule names at least one part.");
    let keys = this.#part(first);
    for (const part of others) keys = combined(keys, this.#part(part));
    return keys;
  }

  #part(name: string): Keys {
    let keys = this.#parts.get(name);
    if (!keys) {
      keys = numbered(this.records, partValues(name, this.#extras));
      this.#parts.set(name, keys);
    }
    return keys;
  }
}

function numbered(records: readonly Prepared[], valuesOf: PartValues): Keys {
  const numbers = new LargeMap<string, number>();
  const builder = new RowsBuilder(records.length);
  for (const record of records) {
    const values = valuesOf(record);
    const distinct = values.length < 2 ? values : [...new Set(values)].sort().slice(0, KEYS_PER_RECORD_MAX);
    for (const value of distinct) {
      if (value === "") continue;
      let number = numbers.get(value);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(value, number);
      }
      builder.add(number);
    }
    builder.end();
  }
  return { rows: builder.rows(), count: numbers.size };
}

/** Every pair of a value of one and a value of the other. */
export function combined(left: Keys, right: Keys): Keys {
  const numbers = new LargeMap<number, number>();
  const records = left.rows.offsets.length - 1;
  const builder = new RowsBuilder(records);
  for (let record = 0; record < records; record++) {
    const leftEnd = left.rows.offsets[record + 1] as number;
    const rightStart = right.rows.offsets[record] as number;
    const rightEnd = Math.min(right.rows.offsets[record + 1] as number, rightStart + KEYS_PER_RECORD_MAX);
    for (let at = left.rows.offsets[record] as number; at < leftEnd; at++) {
      for (let other = rightStart; other < rightEnd; other++) {
        const pair = (left.rows.values[at] as number) * right.count + (right.rows.values[other] as number);
        let number = numbers.get(pair);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(pair, number);
        }
        builder.add(number);
      }
    }
    builder.end();
  }
  return { rows: builder.rows(), count: numbers.size };
}
