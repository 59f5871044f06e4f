import { chainsOfEqualRecords } from "./equal-records.ts";
import { inverted, type Rows, RowsBuilder } from "./rows.ts";
import { type BlockingRule, combined, type Keys, type RuleKeys } from "./rule-keys.ts";

/** The records that meet under one rule. */
export type Blocks = {
  readonly rule: BlockingRule;
  readonly keysOf: Rows;
  readonly membersOf: Rows;
  /** Pairs to compare, those that other rules find too included. */
  readonly pairs: number;
  /**
   * Keys that too many records share: how many were narrowed by a further part, and the pairs that even so were left
   * out of them (where two records share several such keys, once for each; what other keys or rules find included).
   */
  readonly narrowedKeys: number;
  readonly droppedPairs: number;
};

/** Parts by which a key that too many records share is narrowed; every one that the rule does not name is tried. */
const NARROWING: readonly string[] = ["birthDate", "givenSound", "familySound", "postcode", "phone"];

/**
 * The blocks of a rule. A key of more than `blockRecordsMax` records is replaced by itself with a further part; of records
 * that even so stay under no key, those that are equal in everything are chained.
 */
export function blocksOf(ruleKeys: RuleKeys, rule: BlockingRule, blockRecordsMax: number): Blocks {
  const keys = ruleKeys.of(rule);
  const sizes = sizesOf(keys);
  const hot = new Set<number>();
  for (let key = 0; key < keys.count; key++) if ((sizes[key] as number) > blockRecordsMax) hot.add(key);
  const wanted = only(keys, (key) => !hot.has(key) && (sizes[key] as number) > 1);
  if (hot.size === 0) return { ...blocked(rule, wanted), narrowedKeys: 0, droppedPairs: 0 };
  const hotKeys = only(keys, (key) => hot.has(key));
  const narrowed: Keys[] = [];
  for (const part of NARROWING) {
    if (rule.includes(part)) continue;
    const narrower = combined(hotKeys, ruleKeys.of([part]));
    const narrowerSizes = sizesOf(narrower);
    const kept = only(narrower, (key) => between(narrowerSizes[key] as number, 2, blockRecordsMax));
    narrowed.push(kept);
  }
  const compared = concatenated([wanted, ...narrowed]);
  const isLeftOut = (record: number) => has(hotKeys, record) && !has(compared, record);
  const kept = [...narrowed, chainsOfEqualRecords(ruleKeys, isLeftOut)];
  return {
    ...blocked(rule, concatenated([wanted, ...kept])),
    narrowedKeys: hot.size,
    droppedPairs: countPairs(hotKeys) - countDistinctPairs(rule, concatenated(kept)),
  };
}

const has = ({ rows: { offsets } }: Keys, record: number): boolean =>
  (offsets[record + 1] as number) > (offsets[record] as number);

/** Each pair once, however many of the keys it shares: most of those kept share several narrower ones. */
function countDistinctPairs(rule: BlockingRule, keys: Keys): number {
  let pairs = 0;
  visitPairs([blocked(rule, keys)], keys.rows.offsets.length - 1, { from: 0, step: 1 }, () => pairs++);
  return pairs;
}

/** How many pairs a rule would compare, before any key is narrowed. */
export const countPairs = (keys: Keys): number => pairsOf(sizesOf(keys));

/**
 * Visits each pair that some rule finds, once, whatever number of rules find it, left below right: under the first of
 * its rules, key after key, so that the few records of a key are all at hand. Of each rule's keys those from `from` on,
 * every `step`, so that several threads share the work.
 */
export function visitPairs(
  blocks: readonly PairBlocks[],
  records: number,
  { from, step }: { from: number; step: number },
  visit: (left: number, right: number, rule: number) => void,
): void {
  const wasFound = earlierFinds(blocks, records);
  for (const [rule, { membersOf }] of blocks.entries()) {
    const { offsets, values } = membersOf;
    for (let key = from; key + 1 < offsets.length; key += step) {
      const end = offsets[key + 1] as number;
      for (let at = offsets[key] as number; at < end; at++) {
        const left = values[at] as number;
        for (let other = at + 1; other < end; other++) {
          const right = values[other] as number;
          if (!wasFound(left, right, rule, key)) visit(left, right, rule);
        }
      }
    }
  }
}

type PairBlocks = Pick<Blocks, "keysOf" | "membersOf">;

/** A record's key under a rule, where it has none or several. */
const NO_KEY = -1;
const SEVERAL_KEYS = -2;

/** Whether a pair meets under an earlier rule, or under a lower key of the same one: then it was visited there. */
function earlierFinds(
  blocks: readonly PairBlocks[],
  records: number,
): (left: number, right: number, rule: number, key: number) => boolean {
  const rules = blocks.length;
  // By record, then rule: what is asked of a record stands together in memory.
  const keys = new Int32Array(records * rules).fill(NO_KEY);
  for (const [rule, { keysOf }] of blocks.entries()) {
    for (let record = 0; record < records; record++) {
      const start = keysOf.offsets[record] as number;
      const count = (keysOf.offsets[record + 1] as number) - start;
      if (count > 0) keys[record * rules + rule] = count === 1 ? (keysOf.values[start] as number) : SEVERAL_KEYS;
    }
  }
  const share = (rule: number, left: number, right: number, below: number): boolean => {
    const { offsets, values } = (blocks[rule] as PairBlocks).keysOf;
    const end = offsets[right + 1] as number;
    for (let at = offsets[left] as number; at < (offsets[left + 1] as number); at++) {
      const key = values[at] as number;
      if (key >= below) continue;
      for (let other = offsets[right] as number; other < end; other++) if (values[other] === key) return true;
    }
    return false;
  };
  return (left, right, rule, key) => {
    const [ofLeft, ofRight] = [left * rules, right * rules];
    for (let earlier = 0; earlier <= rule; earlier++) {
      const one = keys[ofLeft + earlier] as number;
      const other = keys[ofRight + earlier] as number;
      if (one >= 0 && other >= 0) {
        if (one === other && earlier < rule) return true;
      } else if (one !== NO_KEY && other !== NO_KEY) {
        if (share(earlier, left, right, earlier < rule ? Number.POSITIVE_INFINITY : key)) return true;
      }
    }
    return false;
  };
}

/**
 * The same with all rules that find the pair, as bits: those of `blocks` in their order, up to 30. Costs more than
 * `visitPairs`; for training, which must know which pass found what.
 */
export function visitPairsByRule(
  blocks: readonly Blocks[],
  records: number,
  { from, step }: { from: number; step: number },
  visit: (left: number, right: number, rules: number) => void,
): void {
  const found = new Int32Array(records);
  const touched: number[] = [];
  for (let left = from; left < records; left += step) {
    touched.length = 0;
    for (let rule = 0; rule < blocks.length; rule++) {
      const { keysOf, membersOf } = blocks[rule] as Blocks;
      const end = keysOf.offsets[left + 1] as number;
      for (let at = keysOf.offsets[left] as number; at < end; at++) {
        const key = keysOf.values[at] as number;
        const first = membersOf.offsets[key] as number;
        for (let place = (membersOf.offsets[key + 1] as number) - 1; place >= first; place--) {
          const right = membersOf.values[place] as number;
          if (right <= left) break;
          if (found[right] === 0) touched.push(right);
          found[right] = (found[right] as number) | (1 << rule);
        }
      }
    }
    for (const right of touched) {
      visit(left, right, found[right] as number);
      found[right] = 0;
    }
  }
}

const between = (value: number, least: number, most: number) => value >= least && value <= most;

function sizesOf({ rows, count }: Keys): Int32Array {
  const sizes = new Int32Array(count);
  for (const key of rows.values) sizes[key] = (sizes[key] as number) + 1;
  return sizes;
}

function pairsOf(sizes: Int32Array): number {
  let pairs = 0;
  for (const size of sizes) pairs += (size * (size - 1)) / 2;
  return pairs;
}

/** The keys wanted, numbered anew without gaps. */
function only({ rows, count }: Keys, isWanted: (key: number) => boolean): Keys {
  const numbers = new Int32Array(count).fill(-1);
  let kept = 0;
  for (let key = 0; key < count; key++) if (isWanted(key)) numbers[key] = kept++;
  const records = rows.offsets.length - 1;
  const builder = new RowsBuilder(records);
  for (let record = 0; record < records; record++) {
    for (let at = rows.offsets[record] as number; at < (rows.offsets[record + 1] as number); at++) {
      const number = numbers[rows.values[at] as number] as number;
      if (number >= 0) builder.add(number);
    }
    builder.end();
  }
  return { rows: builder.rows(), count: kept };
}

/** All keys of all, each kind under its own numbers. */
function concatenated(parts: readonly Keys[]): Keys {
  const [first] = parts;
  const records = (first?.rows.offsets.length ?? 1) - 1;
  const builder = new RowsBuilder(records);
  for (let record = 0; record < records; record++) {
    let base = 0;
    for (const { rows, count } of parts) {
      for (let at = rows.offsets[record] as number; at < (rows.offsets[record + 1] as number); at++)
        builder.add(base + (rows.values[at] as number));
      base += count;
    }
    builder.end();
  }
  return { rows: builder.rows(), count: parts.reduce((total, { count }) => total + count, 0) };
}

function blocked(rule: BlockingRule, keys: Keys): Pick<Blocks, "rule" | "keysOf" | "membersOf" | "pairs"> {
  return { rule, keysOf: keys.rows, membersOf: inverted(keys.rows, keys.count), pairs: pairsOf(sizesOf(keys)) };
}
