import { blockingKeys, type MatchRecord, type Prepared, prepare } from "@chesil/matching";
import type { SourceKey } from "@chesil/model";
import {
  type IdentityEventWrite,
  type OutcomeWrite,
  RECORDS_PER_BLOCKING_KEY_MAX,
  type ReviewTaskWrite,
  type StoredIdentityEvent,
  type StoredRecord,
} from "@chesil/store";
import { FactSet } from "./fact-set.ts";
import { LinkRules } from "./link-rules.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import type { SourceFacts } from "./statement.ts";
import { Visits } from "./visits.ts";

type Placed = { readonly sourceRecordId: number; readonly before: StoredRecord | undefined };

/** An identity, as messages are ordered by it. */
export const keyOf = (key: SourceKey) => `${key.authority}|${key.localId}`;

/**
 * The part of the store that one batch touches, held in memory while its messages are decided one after another.
 * What a message changes here is what the next message of the batch sees; nothing is written until all are decided.
 */
export class WorkingSet {
  readonly identityEvents: IdentityEventWrite[] = [];
  readonly reviewTasks: ReviewTaskWrite[] = [];
  /** How each search for a person went, for the metrics. */
  readonly matched: { ms: number; candidates: number; decision: string }[] = [];
  readonly outcomes: OutcomeWrite[] = [];
  readonly rules = new LinkRules();
  readonly visits = new Visits();
  readonly facts = new FactSet();
  /** What messages of before the batch did, as far as this one may have to give it back. */
  readonly history: StoredIdentityEvent[] = [];
  /** Persons whose records or links changed, and the journal entry that changed them last. */
  readonly touchedPersons = new Map<string, number>();
  readonly #records = new Map<number, StoredRecord>();
  readonly #recordsByKey = new Map<string, number>();
  readonly #recordsByPerson = new Map<string, Set<number>>();
  readonly #recordsByBlockingKey = new Map<string, Set<number>>();
  readonly #loadedKeys = new Set<string>();
  readonly #changedRecords = new Set<number>();
  readonly #replacedBy = new Map<string, string>();
  readonly #prepared: PreparedCache;
  /** Since the savepoint: each record placed, as it was before. */
  #placed: Placed[] | undefined;

  constructor(prepared: PreparedCache) {
    this.#prepared = prepared;
  }

  /** Takes a stored record in; one that is here already, perhaps changed, stays. */
  load(record: StoredRecord): void {
    if (!this.#records.has(record.sourceRecordId)) this.#place(record);
  }

  /** Every record that is here. */
  records(): StoredRecord[] {
    return [...this.#records.values()];
  }

  record(sourceRecordId: number): StoredRecord | undefined {
    return this.#records.get(sourceRecordId);
  }

  /** The record of a key as its messages must find it: a retired one leads to its survivor. */
  find(key: SourceKey): { record: StoredRecord; redirected: boolean } | undefined {
    const first = this.holderOf(key);
    if (!first) return undefined;
    const record = this.endOf(first);
    return { record, redirected: record !== first };
  }

  /** The record that has the key itself, be it retired. */
  holderOf(key: SourceKey): StoredRecord | undefined {
    return this.#records.get(this.#recordsByKey.get(keyOf(key)) ?? -1);
  }

  /** Where a record leads: itself, or the survivor at the end of a chain of merges. */
  endOf(record: StoredRecord): StoredRecord {
    let end = record;
    let steps = 0;
    while (end.retiredInto !== null) {
      const survivor = this.#records.get(end.retiredInto);
      if (!survivor) throw new Error("A retired record's survivor was not loaded.");
      if (++steps > this.#records.size) throw new Error("Retired records lead in a circle.");
      end = survivor;
    }
    return end;
  }

  /** The identities a record's messages are ordered and parked by: its own, and those of all that lead to it. */
  identitiesOf(record: StoredRecord): string[] {
    return this.aliasesOf(record).map(keyOf);
  }

  /** The record that this one leads to, and all that lead there: one patient of one sender under several ids. */
  aliasesOf(record: StoredRecord): StoredRecord[] {
    const end = this.endOf(record);
    // Nearly everybody has one record, and this is asked often.
    if (this.#recordsByPerson.get(end.personId)?.size === 1) return [end];
    return [
      end,
      ...this.recordsOf(end.personId).filter(
        (each) => each.status === "retired" && this.endOf(each).sourceRecordId === end.sourceRecordId,
      ),
    ];
  }

  /** Notes that every active record with one of the keys is here. */
  keysLoaded(keys: Iterable<string>): void {
    for (const key of keys) this.#loadedKeys.add(key);
  }

  /** @throws MissingKeysError when a candidate may be in the store only: the batch starts again with these keys. */
  requireKeys(keys: readonly string[]): void {
    const missing = keys.filter((key) => !this.#loadedKeys.has(key));
    if (missing.length > 0) throw new MissingKeysError(missing);
  }

  /** Puts a new or changed record in, to be written, and marks its person. */
  put(record: StoredRecord, journalId: number): void {
    if (!this.#records.has(record.sourceRecordId)) this.facts.addRecord(record.sourceRecordId);
    this.#place({ ...record, updatedBy: journalId });
    this.#changedRecords.add(record.sourceRecordId);
    this.touchedPersons.set(record.personId, journalId);
    // Whoever has a record again is nobody's former self.
    this.#replacedBy.delete(record.personId);
  }

  #place(record: StoredRecord): void {
    const before = this.#records.get(record.sourceRecordId);
    this.#placed?.push({ sourceRecordId: record.sourceRecordId, before });
    if (before) this.#displace(before);
    this.#records.set(record.sourceRecordId, record);
    this.#recordsByKey.set(keyOf(record), record.sourceRecordId);
    addTo(this.#recordsByPerson, record.personId, record.sourceRecordId);
    if (record.status === "active")
      for (const key of record.blockingKeys) addTo(this.#recordsByBlockingKey, key, record.sourceRecordId);
  }

  #displace(record: StoredRecord): void {
    const { sourceRecordId } = record;
    this.#records.delete(sourceRecordId);
    if (this.#recordsByKey.get(keyOf(record)) === sourceRecordId) this.#recordsByKey.delete(keyOf(record));
    this.#recordsByPerson.get(record.personId)?.delete(sourceRecordId);
    for (const key of record.blockingKeys) this.#recordsByBlockingKey.get(key)?.delete(sourceRecordId);
  }

  /**
   * Begins what is done whole or not at all. Visits and facts are not covered: they move when it is sure.
   *
   * @returns what takes it all back: records, persons, rules, identity events and tasks are again as they are now.
   */
  savepoint(): () => void {
    const placed: Placed[] = [];
    this.#placed = placed;
    const touched = new Map(this.touchedPersons);
    const replaced = new Map(this.#replacedBy);
    const events = this.identityEvents.length;
    const tasks = this.reviewTasks.length;
    const takeBackRules = this.rules.savepoint();
    return () => {
      this.#placed = undefined;
      for (const { sourceRecordId, before } of placed.reverse()) {
        const now = this.#records.get(sourceRecordId);
        if (now) this.#displace(now);
        if (before) this.#place(before);
      }
      refill(this.touchedPersons, touched);
      refill(this.#replacedBy, replaced);
      this.identityEvents.length = events;
      this.reviewTasks.length = tasks;
      takeBackRules();
    };
  }

  /** The loaded records of a person by their ids, all of them once the person's records were loaded. */
  recordsOf(personId: string): StoredRecord[] {
    const ids = [...(this.#recordsByPerson.get(personId) ?? [])];
    return ids.sort((a, b) => a - b).flatMap((id) => this.#records.get(id) ?? []);
  }

  /** Active records that share a blocking key with this one, itself left out; a key too many share is passed over. */
  candidatesOf(record: { sourceRecordId: number; blockingKeys: readonly string[] }): StoredRecord[] {
    const ids = new Set<number>();
    for (const key of record.blockingKeys) {
      const sharing = this.#recordsByBlockingKey.get(key);
      if (!sharing || sharing.size > RECORDS_PER_BLOCKING_KEY_MAX) continue;
      for (const id of sharing) ids.add(id);
    }
    ids.delete(record.sourceRecordId);
    return [...ids].sort((a, b) => a - b).flatMap((id) => this.#records.get(id) ?? []);
  }

  /** `personId` has no records any more; they went to `survivorId`. */
  replacePerson(personId: string, survivorId: string, journalId: number): void {
    this.#replacedBy.set(personId, survivorId);
    this.touchedPersons.set(personId, journalId);
    this.touchedPersons.set(survivorId, journalId);
  }

  replacementOf(personId: string): string | undefined {
    return this.#replacedBy.get(personId);
  }

  prepared(record: StoredRecord): Prepared {
    return this.#prepared.of(record).prepared;
  }

  /** The same of facts that only just changed: one message may change a record more than once. */
  preparedAnew(record: StoredRecord): Prepared {
    return this.#prepared.anew(record).prepared;
  }

  /** Of facts that are no record's, or were. */
  preparedOf(facts: SourceFacts): Prepared {
    const said = matchRecordOfFacts(facts);
    return this.#prepared.spoken(said, JSON.stringify(said));
  }

  /** Equal for records that matching can not tell apart: a person's hundred equal records are compared once. */
  fingerprint(record: StoredRecord): string {
    return this.#prepared.of(record).fingerprint;
  }

  changedRecords(): StoredRecord[] {
    return [...this.#changedRecords].flatMap((id) => this.#records.get(id) ?? []);
  }
}

/** Candidates were not loaded for these blocking keys; an earlier message of the batch made them needed. */
export class MissingKeysError extends Error {
  override name = "MissingKeysError";
  readonly keys: readonly string[];
  constructor(keys: readonly string[]) {
    super("Candidates are missing for some blocking keys.");
    this.keys = keys;
  }
}

function addTo<Key>(map: Map<Key, Set<number>>, key: Key, id: number): void {
  const known = map.get(key);
  if (known) known.add(id);
  else map.set(key, new Set([id]));
}

function refill<Key, Value>(map: Map<Key, Value>, entries: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

type PreparedRecord = { readonly prepared: Prepared; readonly fingerprint: string };

const versionOf = (record: StoredRecord) => `${record.sourceRecordId}|${record.updatedBy}`;

/** Prepared records kept between batches; preparing costs more than comparing. */
const PREPARED_RECORDS_MAX = 50_000;

/** Some batches of them. */
const SPOKEN_MAX = 2_000;

/**
 * Prepared records by the journal entry that changed them last: a changed record is another entry, so nothing stale
 * is ever found. The oldest half goes when it is full.
 */
export class PreparedCache {
  readonly #byVersion = new Map<string, PreparedRecord>();
  /** What was prepared before its record had an id: a batch's own, by fingerprint. */
  readonly #spoken = new Map<string, Prepared>();

  /** After a batch that failed: what it prepared was never stored. */
  clear(): void {
    this.#byVersion.clear();
    this.#spoken.clear();
  }

  /** Prepares facts that a record is about to have; `of` finds them again. */
  spoken(facts: MatchRecord, fingerprint: string): Prepared {
    const known = this.#spoken.get(fingerprint);
    if (known) return known;
    if (this.#spoken.size >= SPOKEN_MAX) this.#spoken.clear();
    const prepared = prepare(facts);
    this.#spoken.set(fingerprint, prepared);
    return prepared;
  }

  anew(record: StoredRecord): PreparedRecord {
    this.#byVersion.delete(versionOf(record));
    return this.of(record);
  }

  of(record: StoredRecord): PreparedRecord {
    const version = versionOf(record);
    const known = this.#byVersion.get(version);
    if (known) return known;
    const facts = matchRecordOfFacts(record);
    const fingerprint = JSON.stringify(facts);
    const made = { prepared: this.#spoken.get(fingerprint) ?? prepare(facts), fingerprint };
    if (this.#byVersion.size >= PREPARED_RECORDS_MAX) {
      let left = PREPARED_RECORDS_MAX / 2;
      for (const key of this.#byVersion.keys()) {
        if (left-- === 0) break;
        this.#byVersion.delete(key);
      }
    }
    this.#byVersion.set(version, made);
    return made;
  }
}

/** The keys a record is found by, as the store keeps them. */
export const storedBlockingKeys = (prepared: Prepared): string[] => blockingKeys(prepared).map(String);
