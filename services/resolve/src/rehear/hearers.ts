import type { StoredRecord } from "@chesil/store";
import { keyOf } from "../working-set.ts";
import { HEARD_BY_THEIR_OWN, type TookEffect } from "./heard-messages.ts";

/**
 * Who hears what a message says of the patient of an identity, as the patients' records stand from now on. What the record
 * of the id itself heard is that record's for ever, whatever became of it. What another one heard, to which the id led, is
 * that one's as long as the id leads there; and what was kept from it, because it describes somebody else, is heard by the
 * record of the id as soon as that stands by itself.
 */
export class Hearers {
  readonly #byKey: ReadonlyMap<string, StoredRecord>;
  readonly #byId: ReadonlyMap<number, StoredRecord>;

  /** @param records every record of the patients, retired ones too. */
  constructor(records: readonly StoredRecord[]) {
    this.#byKey = new Map(records.map((record) => [keyOf(record), record]));
    this.#byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  }

  /** Undefined: nobody hears it, or nobody of these. */
  of(identity: string, { hearing }: TookEffect): StoredRecord | undefined {
    const { redirected, elsewhere, unheard } = hearing ?? HEARD_BY_THEIR_OWN;
    const named = this.#byKey.get(identity);
    if (!named || unheard.includes(identity)) return undefined;
    const chain = this.#chainOf(named);
    const end = chain.at(-1) ?? named;
    if (elsewhere.includes(identity)) return end === named ? named : undefined;
    const heardBy = redirected[identity];
    if (heardBy !== undefined) return chain.find((record) => record.sourceRecordId === heardBy) ?? end;
    // Behind a row that is only an id, the record that spoke under it.
    return chain.find((record) => !isAlias(record)) ?? named;
  }

  /** The record, and where it leads, to the end. */
  #chainOf(record: StoredRecord): StoredRecord[] {
    const next = this.#byId.get(record.retiredInto ?? -1);
    return next ? [record, ...this.#chainOf(next)] : [record];
  }
}

/** A row for an id that never had words of its own: whoever spoke under it spoke of whom it leads to. */
const isAlias = ({ status, identifiers, demographics }: StoredRecord): boolean =>
  status === "retired" && identifiers.value === undefined && Object.keys(demographics).length === 0;
