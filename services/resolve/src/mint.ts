import { createHash } from "node:crypto";

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

  /** An id for a source record, identity event, encounter or task. */
  number(): number {
    if (this.#made >= MINTED_PER_ENTRY_MAX)
      throw new RangeError(`One message may not make more than ${MINTED_PER_ENTRY_MAX} things.`);
    return this.#journalId * MINTED_PER_ENTRY_MAX + this.#made++;
  }

  /**
   * A person id: UUID version 8 (RFC 9562), its first 48 bits the journal id so that the index grows at one end.
   */
  uuid(): string {
    const number = this.number();
    const bytes = createHash("sha256").update(`person ${number}`).digest().subarray(0, 16);
    bytes.writeUIntBE(this.#journalId, 0, 6);
    bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    const hex = bytes.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}
