import { createHash } from "node:crypto";
import { defaultModel, LiveIndex } from "@chesil/matching";
import { type CanonicalEvent, DEFAULT_SURVIVORSHIP, reconcile } from "@chesil/model";
import type {
  IdentityEventWrite,
  JournalEntry,
  KeptEncounter,
  LinkRule,
  NumberAlias,
  OutcomeWrite,
  ReviewTaskWrite,
  StoredFact,
  StoredFactSnapshot,
  StoredRecord,
} from "@chesil/store";
import { applyEvent } from "../services/resolve/src/apply-event.ts";
import { type FactNeeds, MissingFactsError } from "../services/resolve/src/fact-set.ts";
import { Candidates } from "../services/resolve/src/identity/candidates.ts";
import { keysOf } from "../services/resolve/src/load-working-set.ts";
import { type HeardMessage, MissingMessagesError } from "../services/resolve/src/rehear/heard-messages.ts";
import { keyOf, WorkingSet } from "../services/resolve/src/working-set.ts";

/** One message of a history, by its place in it. */
export type Step = { readonly journalId: number; readonly event: CanonicalEvent };

/** What a message turned out to need. */
type Missing = { readonly needs: FactNeeds[]; readonly identities: string[] };

const AT = new Date(Date.UTC(2026, 4, 2));

/**
 * A region's store in memory, read and written as PostgreSQL is: what a message touches goes into a working set of its
 * own, and comes back when it commits. Between the two others may read and write: a message that should have waited
 * then works on what is out of date, and its commit destroys what came between.
 */
export class MemoryRegion {
  readonly #records = new Map<number, StoredRecord>();
  readonly #rules = new Map<number, LinkRule>();
  readonly #visits = new Map<number, KeptEncounter>();
  readonly #aliases = new Map<string, NumberAlias>();
  readonly #replaced = new Map<string, string | undefined>();
  readonly #facts = new Map<number, StoredFact>();
  readonly #snapshots = new Map<string, StoredFactSnapshot>();
  readonly #events: IdentityEventWrite[] = [];
  readonly #tasks: ReviewTaskWrite[] = [];
  readonly #outcomes: OutcomeWrite[] = [];
  readonly #heard = new Map<number, HeardMessage>();

  /** What stands before the history begins. */
  seed(records: readonly StoredRecord[], rules: readonly LinkRule[]): void {
    for (const record of records) this.#records.set(record.sourceRecordId, record);
    for (const rule of rules) this.#rules.set(rule.ruleId, rule);
  }

  /** Reads what a message touches, as it is now. @returns the deciding of it, for later; and that returns the commit. */
  read({ journalId, event }: Step): () => () => void {
    const records = this.#around(event);
    const ids = new Set(records.map((record) => record.sourceRecordId));
    const visits = [...this.#visits.values()].filter((visit) => ids.has(visit.sourceRecordId));
    const aliases = [...this.#aliases.values()].filter((alias) => ids.has(alias.sourceRecordId));
    const rules = [...this.#rules.values()].filter(
      (rule) => ids.has(rule.sourceRecordId) || ids.has(rule.otherSourceRecordId),
    );
    const links = new Set(rules.filter((rule) => rule.kind === "same").map((rule) => rule.journalId));
    const history = this.#events.filter((each) => links.has(each.journalId));
    const facts = [...this.#facts.values()].filter((fact) => ids.has(fact.sourceRecordId));
    const snapshots = [...this.#snapshots.values()].filter((snapshot) => ids.has(snapshot.sourceRecordId));
    const heard = [...this.#heard.values()];
    const load = ({ needs, identities }: Missing) => {
      const set = new WorkingSet(
        new Candidates(new LiveIndex({ recordsPerKeyMax: 200, preparedMax: 100 }), defaultModel),
      );
      for (const record of records) set.load(record);
      for (const visit of visits) set.visits.load(visit);
      for (const alias of aliases) set.visits.loadAlias(alias);
      for (const rule of rules) set.rules.load(rule);
      set.history.push(...history);
      set.facts.loadAll(ids, facts, snapshots);
      // All there is is here: what is missing is nowhere.
      for (const need of needs) set.facts.load(need, [], []);
      set.heard.load(identities, heard);
      return set;
    };
    return () => this.#decide(journalId, event, load);
  }

  #decide(journalId: number, event: CanonicalEvent, load: (missing: Missing) => WorkingSet): () => void {
    const entry: JournalEntry = {
      journalId,
      kind: "message",
      feed: "test",
      receivedAt: AT,
      raw: Buffer.alloc(0),
      identities: keysOf(event).map(keyOf),
      ...{ messageCode: "", triggerEvent: "", version: "", controlId: "", messageAt: AT },
    };
    const missing: Missing = { needs: [], identities: [] };
    for (;;) {
      const set = load(missing);
      try {
        applyEvent(set, entry, event, defaultModel, { by: journalId, at: AT, onOverlay: "flag" });
        return () => {
          this.#commit(set);
          const { outcome, decidedBy, hearing = null } = set.outcomes.at(-1) as OutcomeWrite;
          this.#heard.set(journalId, { entry, event, outcome, decidedBy, hearing });
          for (const changed of set.heard.changes()) {
            const known = this.#heard.get(changed.journalId);
            if (known) this.#heard.set(changed.journalId, { ...known, hearing: changed.hearing });
          }
        };
      } catch (error) {
        if (error instanceof MissingFactsError) missing.needs.push(error.needs);
        else if (error instanceof MissingMessagesError) missing.identities.push(...error.identities);
        else throw error;
      }
    }
  }

  /** The records a message names, where they lead, all of their persons, and those that their visits were moved to. */
  #around(event: CanonicalEvent): StoredRecord[] {
    const names = new Set(keysOf(event).map(keyOf));
    const all = [...this.#records.values()];
    const found = new Set(all.filter((record) => names.has(keyOf(record))));
    const isHeardAgain = event.operations.some(({ operation }) => operation === "unlink");
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      if (isHeardAgain) {
        const identities = new Set([...found].map(keyOf));
        const about = [...this.#heard.values()].filter(({ entry }) =>
          entry.identities.some((each) => identities.has(each)),
        );
        const named = new Set(about.flatMap(({ entry }) => entry.identities));
        for (const record of all) if (named.has(keyOf(record))) found.add(record);
      }
      const ids = new Set([...found].map((record) => record.sourceRecordId));
      const into = new Set(
        [...this.#aliases.values()]
          .filter((alias) => ids.has(alias.sourceRecordId))
          .map((alias) => alias.intoSourceRecordId),
      );
      const retired = new Set([...found].map((record) => record.retiredInto));
      const persons = new Set([...found].map((record) => record.personId));
      for (const record of all) {
        const { sourceRecordId, personId } = record;
        if (into.has(sourceRecordId) || retired.has(sourceRecordId) || persons.has(personId)) found.add(record);
      }
    }
    return [...found];
  }

  #commit(set: WorkingSet): void {
    for (const record of set.changedRecords()) this.#records.set(record.sourceRecordId, record);
    for (const rule of set.rules.changed()) this.#rules.set(rule.ruleId, rule);
    for (const visit of set.visits.changed()) this.#visits.set(visit.encounterId, visit);
    for (const alias of set.visits.changedAliases())
      this.#aliases.set(`${alias.sourceRecordId}|${alias.kind}|${alias.number}`, alias);
    for (const personId of set.touchedPersons.keys()) this.#replaced.set(personId, set.replacementOf(personId));
    for (const id of set.visits.gone()) this.#visits.delete(id);
    const forgotten = set.facts.forgotten();
    for (const id of forgotten.gone) this.#facts.delete(id);
    for (const { sourceRecordId, kind, visitNumber } of forgotten.snapshots)
      this.#snapshots.delete(`${sourceRecordId}|${kind}|${visitNumber}`);
    const { facts, snapshots, joined } = set.facts.changes();
    for (const { factId } of joined) this.#facts.delete(factId);
    for (const fact of facts) this.#facts.set(fact.factId, fact);
    for (const each of snapshots) this.#snapshots.set(`${each.sourceRecordId}|${each.kind}|${each.visitNumber}`, each);
    this.#events.push(...set.identityEvents);
    this.#tasks.push(...set.reviewTasks);
    this.#outcomes.push(...set.outcomes);
  }

  /** Every row of every table, the persons' golden records included. */
  state(): string {
    const records = [...this.#records.values()];
    const persons = [...new Set([...this.#replaced.keys(), ...records.map((record) => record.personId)])].map(
      (personId) => ({
        personId,
        replacedBy: this.#replaced.get(personId) ?? null,
        golden: reconcile(
          records.filter((record) => record.personId === personId),
          DEFAULT_SURVIVORSHIP,
        ),
      }),
    );
    const tables: readonly (readonly unknown[])[] = [
      records,
      persons,
      [...this.#rules.values()],
      [...this.#visits.values()],
      [...this.#aliases.values()],
      [...this.#facts.values()],
      [...this.#snapshots.values()],
      this.#events,
      this.#tasks,
      this.#outcomes,
    ];
    return JSON.stringify(tables.map((rows) => rows.map((row) => canonical(row)).sort()));
  }

  stateHash(): string {
    return createHash("sha256").update(this.state()).digest("hex");
  }
}

/** JSON with sorted keys: equal rows, equal text. */
function canonical(row: unknown): string {
  return JSON.stringify(row, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
