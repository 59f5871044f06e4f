import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import type { StoredRecord } from "@chesil/store";
import { StoreCopy } from "./identity-copy.ts";
import { type KeptBack, Register } from "./identity-register.ts";

/** A region's register as it would stand after years, written without its messages; and rows to send on top. */

const ROWS_AT_ONCE = 5_000;
/** Of nearly nobody does the register have another row after so many other people: then the golden record is written. */
const OPEN_PERSONS_MAX = 60_000;
/** Some people have no row at all. */
const PEOPLE_FOR_PERSONS = 1.02;

export type Region = {
  readonly persons: number;
  readonly records: number;
  readonly fillSeconds: number;
  /** Making the indexes again and the vacuum, of these. */
  readonly indexSeconds: number;
  /** Rows on file, to be sent again: one after another they lie nowhere near each other. */
  readonly known: RegisterRow[];
  /** By turns the first row of people who are not on file, and another row of people who are. */
  readonly fresh: RegisterRow[];
  /** One row each of people who are not on file, and are not sent. */
  readonly strangers: readonly RegisterRow[];
};

/**
 * Fills an empty, migrated store with so many persons and all their rows (about two each), linked as they truly belong.
 */
export async function fillStore(
  url: string,
  persons: number,
  sizes: KeptBack,
  onProgress: (records: number) => void,
): Promise<Region> {
  const began = performance.now();
  const copy = await StoreCopy.begin(url);
  const register = new Register(persons, sizes);
  let records: StoredRecord[] = [];
  const people = Math.ceil((persons + sizes.fresh / 2 + sizes.strangers) * PEOPLE_FOR_PERSONS);
  for (const row of simulateRegister({ people, seed: "bench", nhsNumbers: "unlisted" })) {
    const record = register.take(row);
    if (record === undefined || records.push(record) < ROWS_AT_ONCE) continue;
    await copy.records(records);
    records = [];
    await copy.persons(register.close(OPEN_PERSONS_MAX));
    onProgress(register.records);
  }
  await copy.records(records);
  await copy.persons(register.close(0));
  const copied = performance.now();
  await copy.end(register.records);
  const now = performance.now();
  return {
    persons: register.persons,
    records: register.records,
    fillSeconds: (now - began) / 1000,
    indexSeconds: (now - copied) / 1000,
    known: scattered(register.known),
    fresh: register.ofOthers.flatMap((row, at) => [row, ...register.ofKnown.slice(at, at + 1)]),
    strangers: register.strangers,
  };
}

/** A prime: a stride of it comes by everybody. */
const STRIDE = 7_919;

const scattered = (rows: readonly RegisterRow[]): RegisterRow[] =>
  rows.flatMap((_, at) => rows[(at * STRIDE) % rows.length] ?? []);
