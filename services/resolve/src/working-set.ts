import { keyInWords, LIVE_VERSION, type Prepared } from "@chesil/matching";
import type { SourceKey } from "@chesil/model";
import type {
  IdentityEventWrite,
  LinkRule,
  OutcomeWrite,
  RecordWrite,
  ReviewTaskWrite,
  StoredIdentityEvent,
  StoredRecord,
} from "@chesil/store";
import { FactSet } from "./fact-set.ts";
import type { Candidates } from "./identity/candidates.ts";
import { Questions } from "./identity/questions.ts";
import { LinkRules } from "./link-rules.ts";
import { asidePersonOf, homePersonOf } from "./mint.ts";
import { PreparedCache, type Spoken } from "./prepared-cache.ts";
import { HeardMessages } from "./rehear/heard-messages.ts";
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
  /** What was said of those whose words are to be heard again. */
  readonly heard = new HeardMessages();
  /** What messages of before the batch did, as far as this one may have to know. */
  readonly history: StoredIdentityEvent[] = [];
  /** Persons whose records or links changed, and the journal entry that changed them last. */
  readonly touchedPersons = new Map<string, number>();
  readonly #records = new Map<number, StoredRecord>();
  readonly #recordsByKey = new Map<string, number>();
  readonly #recordsByPerson = new Map<string, Set<number>>();
  /** The same by id, as long as nobody joins or leaves: asked for each record of a person who may have thousands. */
  readonly #inOrder = new Map<string, readonly StoredRecord[]>();
  /** By person, who leads to each of its records, as long as no record changes. */
  readonly #retired = new Map<string, ReadonlyMap<number, readonly StoredRecord[]>>();
  readonly #changedRecords = new Set<number>();
  /** Persons who may have no record any more, and where whoever looks for them is led. */
  readonly #leadsTo = new Map<string, string>();
  /** Whom records may be, the batch's own included. */
  readonly candidates: Candidates;
  /** Records whose links hang on something that changed: what is decided anew, once the message has said all. */
  readonly unsettled = new Set<number>();
  /** Words that changed or fell silent since: whom they would have linked is decided anew without them. */
  readonly withdrawn = new Set<Spoken>();
  /** Records that this message made, until it is decided whose they are. */
  readonly newcomers = new Set<number>();
  readonly questions = new Questions();
  /** Values that came to be shared by too many records to say anything, and two of those. */
  readonly wornValues: { readonly value: string; readonly record: number; readonly other: number }[] = [];
  readonly #prepared: PreparedCache;
  /** Since the savepoint: each record placed, as it was before. */
  #placed: Placed[] | undefined;

  constructor(candidates: Candidates, prepared = new PreparedCache()) {
    this.candidates = candidates;
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
    const known = this.#retired.get(end.personId);
    const retired =
      known ??
      Map.groupBy(
        this.recordsOf(end.personId).filter(({ status }) => status === "retired"),
        (each) => this.endOf(each).sourceRecordId,
      );
    if (!known) this.#retired.set(end.personId, retired);
    return [end, ...(retired.get(end.sourceRecordId) ?? [])];
  }

  /** Puts a new or changed record in, to be written; what hangs on it is to be settled. */
  put(record: StoredRecord, journalId: number): void {
    const before = this.#records.get(record.sourceRecordId);
    if (!before) this.facts.addRecord(record.sourceRecordId);
    this.#place({ ...record, updatedBy: journalId });
    this.#changedRecords.add(record.sourceRecordId);
    this.touchedPersons.set(record.personId, journalId);
    if (before) this.touchedPersons.set(before.personId, journalId);
    const { sourceRecordId, personId } = record;
    const [home, aside] = [homePersonOf(sourceRecordId), asidePersonOf(sourceRecordId)];
    // The id of one that was set aside leads to those it left.
    if (personId !== aside) this.redirect(home, personId, journalId);
    if (before?.personId === aside) this.redirect(aside, personId, journalId);
    if (this.#isMatchedAlike(before, record)) return;
    for (const each of [before, record]) if (each) this.#unsettle(each);
    if (before && isMatched(before)) this.withdrawn.add(this.#prepared.of(before));
    this.#offer(record);
  }

  /** Whether matching sees no difference. */
  #isMatchedAlike(before: StoredRecord | undefined, now: StoredRecord): boolean {
    // An id that only leads to another record is a new one that changes nothing.
    if (!before) return !isMatched(now);
    if (isMatched(before) !== isMatched(now) || before.retiredInto !== now.retiredInto) return false;
    return !isMatched(now) || this.#prepared.of(before).facts === this.#prepared.of(now).facts;
  }

  /**
   * Whatever hangs on the record is decided anew: itself, those of its person, and those whom it makes doubtful, or no
   * longer does: guards ask who else is on file (`GuardsOnFile`).
   */
  #unsettle(record: StoredRecord): void {
    this.unsettled.add(record.sourceRecordId);
    for (const mate of this.recordsOf(record.personId)) this.unsettled.add(mate.sourceRecordId);
    if (!isMatched(record)) return;
    const namesakes = this.candidates.namesakesOf(this.#prepared.of(record).prepared);
    for (const { ids } of namesakes ?? []) for (const id of ids) this.unsettled.add(id);
  }

  #offer(record: StoredRecord): void {
    const { facts, prepared } = this.#prepared.of(record);
    if (isMatched(record)) this.candidates.put(record.sourceRecordId, facts, prepared);
    else this.candidates.drop(record.sourceRecordId);
    for (const { key, isWorn, wordings } of this.candidates.turned.splice(0)) {
      // Whoever was found by the key no longer is, or is again: the caps depend on who is on file, not on who came last.
      for (const { ids } of wordings) for (const id of ids) this.unsettled.add(id);
      const value = isWorn ? keyInWords(prepared, key) : undefined;
      const oldest = wordings.map(({ ids }) => [...ids].reduce((a, b) => Math.min(a, b))).sort((a, b) => a - b);
      const [first, second] = oldest;
      if (value !== undefined && first !== undefined && second !== undefined)
        this.wornValues.push({ value, record: second, other: first });
    }
  }

  #place(record: StoredRecord): void {
    const before = this.#records.get(record.sourceRecordId);
    this.#placed?.push({ sourceRecordId: record.sourceRecordId, before });
    if (before) this.#displace(before);
    this.#inOrder.delete(record.personId);
    this.#retired.clear();
    this.#records.set(record.sourceRecordId, record);
    this.#recordsByKey.set(keyOf(record), record.sourceRecordId);
    addTo(this.#recordsByPerson, record.personId, record.sourceRecordId);
  }

  #displace(record: StoredRecord): void {
    const { sourceRecordId } = record;
    this.#inOrder.delete(record.personId);
    this.#retired.clear();
    this.#records.delete(sourceRecordId);
    if (this.#recordsByKey.get(keyOf(record)) === sourceRecordId) this.#recordsByKey.delete(keyOf(record));
    this.#recordsByPerson.get(record.personId)?.delete(sourceRecordId);
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
    const leadsTo = new Map(this.#leadsTo);
    const unsettled = [...this.unsettled];
    const withdrawn = [...this.withdrawn];
    const newcomers = [...this.newcomers];
    const worn = this.wornValues.length;
    const takeBackQuestions = this.questions.savepoint();
    const events = this.identityEvents.length;
    const tasks = this.reviewTasks.length;
    const takeBackRules = this.rules.savepoint();
    return () => {
      this.#placed = undefined;
      for (const { sourceRecordId, before } of placed.reverse()) {
        const now = this.#records.get(sourceRecordId);
        if (now) this.#displace(now);
        if (before) this.#place(before);
        if (before) this.#offer(before);
        else this.candidates.drop(sourceRecordId);
        if (!before) this.#changedRecords.delete(sourceRecordId);
      }
      refill(this.touchedPersons, touched);
      refill(this.#leadsTo, leadsTo);
      this.unsettled.clear();
      for (const id of unsettled) this.unsettled.add(id);
      this.withdrawn.clear();
      for (const words of withdrawn) this.withdrawn.add(words);
      this.newcomers.clear();
      for (const id of newcomers) this.newcomers.add(id);
      this.wornValues.length = Math.min(worn, this.wornValues.length);
      this.candidates.turned.length = 0;
      takeBackQuestions();
      this.identityEvents.length = events;
      this.reviewTasks.length = tasks;
      takeBackRules();
    };
  }

  /** The loaded records of a person by their ids, all of them once the person's records were loaded. */
  recordsOf(personId: string): readonly StoredRecord[] {
    const known = this.#inOrder.get(personId);
    if (known) return known;
    const ids = [...(this.#recordsByPerson.get(personId) ?? [])].sort((a, b) => a - b);
    const records = ids.flatMap((id) => this.#records.get(id) ?? []);
    this.#inOrder.set(personId, records);
    return records;
  }

  putRule(rule: LinkRule): void {
    this.rules.put(rule);
    this.#unsettleRuled(rule);
  }

  liftRule(rule: LinkRule, journalId: number): void {
    this.rules.lift(rule, journalId);
    this.#unsettleRuled(rule);
  }

  #unsettleRuled({ sourceRecordId, otherSourceRecordId }: LinkRule): void {
    for (const id of [sourceRecordId, otherSourceRecordId]) this.unsettled.add(id);
  }

  /** Whoever looks for the person, should it have no record any more, is led to the other. */
  redirect(personId: string, toPersonId: string, journalId: number): void {
    this.touchedPersons.set(personId, journalId);
    this.#leadsTo.set(personId, toPersonId);
  }

  /** Where a person is now who has no records any more. */
  replacementOf(personId: string): string | undefined {
    return this.recordsOf(personId).length > 0 ? undefined : this.#leadsTo.get(personId);
  }

  prepared(facts: SourceFacts): Prepared {
    return this.#prepared.of(facts).prepared;
  }

  /** What matching reads of the facts. */
  spoken(facts: SourceFacts): Spoken {
    return this.#prepared.of(facts);
  }

  /** To be written, each with what matching reads of it. */
  changedRecords(): RecordWrite[] {
    return [...this.#changedRecords].flatMap((id) => {
      const record = this.#records.get(id);
      return record ? { ...record, matchRecord: this.#prepared.textOf(record), matchVersion: LIVE_VERSION } : [];
    });
  }
}

/** Only these find others, and are found. */
export const isMatched = ({ status, overlaidBy }: StoredRecord): boolean =>
  status === "active" && (overlaidBy ?? null) === null;

/** The links of a message's patient hang on records that were not loaded: the batch starts again with these. */
export class MissingRecordsError extends Error {
  override name = "MissingRecordsError";
  readonly sourceRecordIds: readonly number[];
  constructor(sourceRecordIds: readonly number[]) {
    super("Records are missing that a decision hangs on.");
    this.sourceRecordIds = sourceRecordIds;
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
