/**
 * Things one journal entry may make: above what all the facts of all the patients of one message come to. A message that
 * would make more is quarantined. Ids stay whole numbers for 36 thousand million entries.
 */
const MINTED_PER_ENTRY_MAX = 250_000;

/**
 * Ids made from the journal entry that made the thing, so that a rebuild from the journal mints the same ones.
 */
export class Mint {
  readonly #journalId: number;
  #made = 0;

  constructor(journalId: number) {
    this.#journalId = journalId;
  }

  /** An id that nothing else of the entry has, however often it is decided. */
  last(): number {
    return (this.#journalId + 1) * MINTED_PER_ENTRY_MAX - 1;
  }

  /** An id for a source record, identity event, rule, encounter or task. */
  number(): number {
    if (this.#made >= MINTED_PER_ENTRY_MAX - 1)
      throw new RangeError(`One message may not make more than ${MINTED_PER_ENTRY_MAX} things.`);
    return this.#journalId * MINTED_PER_ENTRY_MAX + this.#made++;
  }
}

/** The journal entry from which an id was minted. */
export const entryOf = (id: number): number => Math.floor(id / MINTED_PER_ENTRY_MAX);

/**
 * The id of a person whose oldest active record this is: "P is whoever record r is". So no id is ever given to somebody
 * else, two persons who become one keep the older id, one who is parted again gets the former id back, and a rebuild names
 * everybody as before.
 *
 * UUID version 8 (RFC 9562): 48 bits are the journal entry that made the record, so that the index grows at one end, 8 say
 * what the id is of, 18 which of the entry's things, and the rest mixes these, so that ids look nothing like each other.
 */
export const homePersonOf = (sourceRecordId: number): string => personIdOf(1, sourceRecordId);

/** The person of a record that was taken out of one: the others keep that one's id, as one that leads to them. */
export const asidePersonOf = (sourceRecordId: number): string => personIdOf(2, sourceRecordId);

function personIdOf(what: number, sourceRecordId: number): string {
  const journalId = entryOf(sourceRecordId);
  const made = sourceRecordId - journalId * MINTED_PER_ENTRY_MAX;
  const mixed = mix(mix(journalId >>> 0, made), mix(what, Math.floor(journalId / 2 ** 32)));
  const more = mix(mixed, journalId >>> 0);
  const head = hex(journalId, 12);
  const [high, low] = [made >>> 16, made & 0xffff];
  return `${head.slice(0, 8)}-${head.slice(8)}-8${hex(what, 1)}${hex(more >>> 24, 2)}-${hex(0x8000 | (high << 12) | (more & 0xfff), 4)}-${hex(low, 4)}${hex(mixed >>> 0, 8)}`;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** Lets every bit of two words move every bit of one. */
function mix(one: number, other: number): number {
  let mixed = Math.imul(one ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(other + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
