import { createRequire } from "node:module";
import {
  BatchPreparer,
  blockingKeys,
  compare,
  defaultModel,
  editDistance,
  jaroWinkler,
  type MatchRecord,
  type Prepared,
  prepare,
  scorerOf,
} from "@chesil/matching";
import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import { compareTo, type Figure, median, ratePerSecond } from "./measure.ts";

const RECORDS = 60_000;
/** Pairs measured: some rounds of them in each measurement. */
const PAIRS = 100_000;
/** Names whose pairs are few enough to stay in the processor's cache: the kernels are measured, not the memory. */
const NAMES = 250;
const NAME_PARTNERS = 16;
/** More records under one key are a placeholder or a place where many live. */
const BLOCK_RECORDS_MAX = 300;
const NATURAL_BAR = 5;
const KERNEL_ROUND_MS = 60;
const COMPARISONS_BAR = 1_000_000;

/**
 * Preparing, comparing and keying the records of a simulated region, and the string kernels beside natural's on the same
 * names. Pairs are such as a linker meets: a record beside those that share a key with it, one after another.
 */
export function benchMatch(): Figure[] {
  const records = [...simulateRegister({ records: RECORDS, seed: 2 })].map(recordOf);
  const prepared = preparedOf(records);
  const blocked = blockedPairs(prepared);
  const mixed = mixedPairs(prepared, blocked);
  return [...benchKernels(prepared), ...benchComparing(prepared, blocked, mixed), ...benchPreparing(records, prepared)];
}

type Pair<T = Prepared> = { readonly a: T; readonly b: T };

function benchKernels(prepared: readonly Prepared[]): Figure[] {
  const load = createRequire(import.meta.url);
  const naturalJaroWinkler: (a: string, b: string, options: object) => number = load(
    "natural/lib/natural/distance/jaro-winkler_distance",
  );
  const natural: {
    DamerauLevenshteinDistance: (a: string, b: string) => number;
  } = load("natural/lib/natural/distance/levenshtein_distance");
  const names = namePairs(prepared);
  return [
    besideNatural("Jaro–Winkler of two unlike family names", names, jaroWinkler, (a, b) =>
      naturalJaroWinkler(a, b, {}),
    ),
    besideNatural(
      "Damerau–Levenshtein of the same, no limit",
      names,
      (a, b) => editDistance(a, b, a.length + b.length),
      natural.DamerauLevenshteinDistance,
    ),
  ];
}

type Kernel = (a: string, b: string) => number;

/** Names that are compared to several others, one after another: half of these neighbours by spelling, half strangers. */
function namePairs(prepared: readonly Prepared[]): Pair<string>[] {
  const names = [...new Set(prepared.flatMap(({ families }) => families.map(({ text }) => text)))].sort();
  const pairs: Pair<string>[] = [];
  for (let place = 0; place < NAMES; place++) {
    const at = scattered(place, names.length - NAME_PARTNERS);
    const a = names[at] as string;
    for (let partner = 1; partner <= NAME_PARTNERS / 2; partner++) {
      pairs.push({ a, b: names[at + partner] as string });
      pairs.push({ a, b: names[scattered(pairs.length, at)] ?? "" });
    }
  }
  return pairs;
}

/** Both by turns, so that what else the machine does falls on both. */
function besideNatural(name: string, names: readonly Pair<string>[], ours: Kernel, natural: Kernel): Figure {
  const rates: [number, number][] = [];
  for (let turn = 0; turn < 5; turn++)
    rates.push([
      each(names, ({ a, b }) => ours(a, b), KERNEL_ROUND_MS),
      each(names, ({ a, b }) => natural(a, b), KERNEL_ROUND_MS),
    ]);
  const perSecond = median(rates.map(([own]) => own));
  const ratio = median(rates.map(([own, other]) => own / other));
  const ratios = { "natural's": ratio, [`the bar of ${NATURAL_BAR} × natural's`]: ratio / NATURAL_BAR };
  return { name, perSecond, unit: "pairs/s, one core", ratios };
}

function benchComparing(prepared: readonly Prepared[], blocked: readonly Pair[], mixed: readonly Pair[]): Figure[] {
  const scorer = scorerOf(defaultModel);
  const unit = "pairs/s, one core";
  const bar = { [`the bar of ${COMPARISONS_BAR.toLocaleString("en-GB")}`]: COMPARISONS_BAR };
  const scattered = randomPairs(prepared);
  const weigh = ({ a, b }: Pair) => scorer.weigh(a, b);
  return [
    compareTo("weigh two records, those of a key in turn", each(blocked, weigh), unit, bar),
    compareTo("the same, every other pair at random", each(mixed, weigh), unit, bar),
    compareTo("the same, both records at random", each(scattered, weigh), unit, bar, "mostly waits for memory"),
    compareTo(
      "compare with evidence, every other at random",
      each(mixed, ({ a, b }) => compare(a, b, defaultModel).weight),
      unit,
      {},
    ),
  ];
}

function benchPreparing(records: readonly MatchRecord[], prepared: readonly Prepared[]): Figure[] {
  const unit = "records/s, one core";
  const inBatch = ratePerSecond(() => void preparedOf(records), { callsPerLook: 1 }) * records.length;
  return [
    compareTo(
      "prepare a record",
      each(records, (record) => prepare(record).names.length),
      unit,
      {},
    ),
    compareTo("prepare the records of a batch", inBatch, unit, {}),
    compareTo(
      "blocking keys of a record",
      each(prepared, (record) => blockingKeys(record).length),
      unit,
      {},
    ),
  ];
}

/** Works through the list over and over. The results are added up, so that none is left out. @returns items a second */
function each<T>(list: readonly T[], work: (item: T) => number, roundMs = 400): number {
  const itemsPerCall = Math.min(1_000, list.length);
  let at = 0;
  let sum = 0;
  const calls = ratePerSecond(
    () => {
      for (let count = 0; count < itemsPerCall; count++) {
        if (at === list.length) at = 0;
        sum += work(list[at++] as T);
      }
    },
    { callsPerLook: 1, roundMs },
  );
  if (Number.isNaN(sum)) throw new Error("A result is not a number.");
  return calls * itemsPerCall;
}

function preparedOf(records: readonly MatchRecord[]): Prepared[] {
  const preparer = new BatchPreparer();
  return records.map((record) => preparer.prepare(record));
}

/** Pairs that share a key, key after key and each record in turn. */
function blockedPairs(records: readonly Prepared[]): Pair[] {
  const blocks = new Map<bigint, Prepared[]>();
  for (const record of records) {
    for (const key of blockingKeys(record)) {
      const block = blocks.get(key);
      if (block) block.push(record);
      else blocks.set(key, [record]);
    }
  }
  const pairs: Pair[] = [];
  for (const block of blocks.values()) {
    if (block.length > BLOCK_RECORDS_MAX) continue;
    for (const [place, a] of block.entries())
      for (const b of block.slice(place + 1)) if (pairs.push({ a, b }) === PAIRS) return pairs;
  }
  return pairs;
}

/** Each pair, and after it its first record beside one at random: a former address, a shared telephone. */
const mixedPairs = (records: readonly Prepared[], pairs: readonly Pair[]): Pair[] =>
  pairs.slice(0, PAIRS / 2).flatMap(({ a, b }, place) => [
    { a, b },
    { a, b: scatteredOf(records, place) },
  ]);

const randomPairs = (records: readonly Prepared[]): Pair[] =>
  Array.from({ length: PAIRS }, (_, place) => ({
    a: scatteredOf(records, 2 * place),
    b: scatteredOf(records, 2 * place + 1),
  }));

/** A record from anywhere. */
const scatteredOf = (records: readonly Prepared[], place: number): Prepared =>
  records[scattered(place, records.length)] as Prepared;

/** A number below the limit, in no order but the same in every run. */
function scattered(place: number, limit: number): number {
  const mixed = Math.imul(place + 1, 0x9e3779b1);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77) >>> 0) % Math.max(1, limit);
}

/** What matching reads of a row of the register. */
export function recordOf(row: RegisterRow): MatchRecord {
  const given = [row.given_name, row.middle_name].filter((name) => name !== "");
  const some = (value: string) => (value === "" ? [] : [value]);
  return {
    ...(row.nhs_number !== "" && { nhsNumber: { value: row.nhs_number, trust: "unverified" } }),
    names: [row.family_name === "" ? { given } : { family: row.family_name, given }],
    ...(row.date_of_birth !== "" && { birthDate: row.date_of_birth }),
    ...((row.sex === "male" || row.sex === "female") && { sex: row.sex }),
    postcodes: some(row.postcode),
    addressLines: some(row.address),
    phones: some(row.phone),
    emails: some(row.email),
    ...(row.gp_practice !== "" && { gpPractice: row.gp_practice }),
  };
}
