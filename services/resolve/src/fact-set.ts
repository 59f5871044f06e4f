import { isDeepStrictEqual } from "node:util";
import type {
  FactList,
  FactMoment,
  FactPlace,
  FactVersionWrite,
  FactVisit,
  Forgotten,
  StoredFact,
  StoredFactSnapshot,
} from "@chesil/store";

/** What must be known of the store before a message's facts can be applied. */
export type FactNeeds = {
  readonly places: readonly FactPlace[];
  readonly lists: readonly FactList[];
  readonly visits: readonly FactVisit[];
  /** Keys of documents that other records may have too. */
  readonly sets?: readonly string[];
};

const listOf = ({ sourceRecordId, kind }: FactList) => `${sourceRecordId}|${kind}`;
const placeOf = (place: FactPlace) => `${listOf(place)}|${place.key}`;
const visitOf = ({ sourceRecordId, visitNumber }: FactVisit) => `${sourceRecordId}|${visitNumber}`;
const snapshotOf = (snapshot: StoredFactSnapshot) => `${listOf(snapshot)}|${snapshot.visitNumber}`;

/** Recorded later; at equal times the later arrival. */
export const isLater = (one: FactMoment, other: FactMoment): boolean =>
  one.recordedAt > other.recordedAt || (one.recordedAt === other.recordedAt && one.journalId > other.journalId);

const isSame = (one: FactMoment, other: FactMoment): boolean =>
  one.recordedAt === other.recordedAt && one.journalId === other.journalId;

/**
 * The facts that one batch touches, in memory while its messages are decided one after another.
 *
 * A fact that a snapshot lists was said again then: `said` of the facts in here knows that, and a row that would change
 * in nothing else is not written. Day in, day out, messages repeat the same allergies and next of kin.
 */
export class FactSet {
  readonly #facts = new Map<string, StoredFact>();
  readonly #factsOfList = new Map<string, Set<string>>();
  /** By the place that they say they replace or add to. */
  readonly #related = new Map<string, Set<string>>();
  /** Documents by the authority and key of their sets. */
  readonly #ofSets = new Map<string, Set<string>>();
  readonly #snapshots = new Map<string, StoredFactSnapshot>();
  readonly #snapshotsOfList = new Map<string, Set<string>>();
  readonly #versions = new Map<string, FactVersionWrite>();
  readonly #joined = new Map<number, number>();
  /** As the store has them. */
  readonly #stored = new Map<number, StoredFact>();
  readonly #storedSnapshots = new Set<StoredFactSnapshot>();
  readonly #loaded = new Set<string>();
  readonly #newRecords = new Set<number>();
  /** What was forgotten, to be heard anew: facts that are not heard of again yet, those that nobody spoke of, all, and lists. */
  readonly #former = new Map<number, StoredFact>();
  readonly #gone = new Set<number>();
  readonly #forgotten = new Set<number>();
  readonly #forgottenSnapshots = new Map<string, StoredFactSnapshot>();

  /** Takes in what the store has for `needs`; what is here already, perhaps changed, stays. */
  load(needs: FactNeeds, facts: readonly StoredFact[], snapshots: readonly StoredFactSnapshot[]): void {
    for (const place of needs.places) this.#loaded.add(`place ${placeOf(place)}`);
    for (const list of needs.lists) this.#loaded.add(`list ${listOf(list)}`);
    for (const visit of needs.visits) this.#loaded.add(`visit ${visitOf(visit)}`);
    for (const key of needs.sets ?? []) this.#loaded.add(`set ${key}`);
    for (const snapshot of snapshots) {
      if (this.#snapshots.has(snapshotOf(snapshot))) continue;
      this.#storedSnapshots.add(snapshot);
      this.#placeSnapshot(snapshot);
    }
    for (const fact of facts) {
      if (this.#stored.has(fact.factId)) continue;
      this.#stored.set(fact.factId, fact);
      this.#place({ ...fact, said: this.#listedAt(fact) ?? fact.said });
    }
  }

  /** Takes in all that the store has of records. */
  loadAll(records: Iterable<number>, facts: readonly StoredFact[], snapshots: readonly StoredFactSnapshot[]): void {
    this.load({ places: [], lists: [], visits: [] }, facts, snapshots);
    for (const record of records) this.#loaded.add(`record ${record}`);
  }

  /** A source record that this batch made: the store has nothing of it. */
  addRecord(sourceRecordId: number): void {
    this.#newRecords.add(sourceRecordId);
  }

  /** @throws MissingFactsError when the store may know more of these than is here: the batch starts again with them. */
  require(needs: FactNeeds): void {
    const isMissing = (record: number, name: string) =>
      !this.#newRecords.has(record) && !this.#loaded.has(`record ${record}`) && !this.#loaded.has(name);
    const missing = {
      places: needs.places.filter((place) => isMissing(place.sourceRecordId, `place ${placeOf(place)}`)),
      lists: needs.lists.filter((list) => isMissing(list.sourceRecordId, `list ${listOf(list)}`)),
      visits: needs.visits.filter((visit) => isMissing(visit.sourceRecordId, `visit ${visitOf(visit)}`)),
      sets: (needs.sets ?? []).filter((key) => !this.#loaded.has(`set ${key}`)),
    };
    if (Object.values(missing).some(({ length }) => length > 0)) throw new MissingFactsError(missing);
  }

  fact(place: FactPlace): StoredFact | undefined {
    return this.#facts.get(placeOf(place));
  }

  /** The facts of a kind that are here: all that were said, once the list was loaded, but those withdrawn before. */
  factsOf(list: FactList): StoredFact[] {
    return [...(this.#factsOfList.get(listOf(list)) ?? [])].flatMap((place) => this.#facts.get(place) ?? []);
  }

  factsOfVisit({ sourceRecordId, visitNumber }: FactVisit): StoredFact[] {
    return [...this.#facts.values()].filter(
      (fact) => fact.sourceRecordId === sourceRecordId && fact.visitNumber === visitNumber,
    );
  }

  /** Those that say they replace what stands at the place, or add to it. */
  relatedTo(place: FactPlace): StoredFact[] {
    return [...(this.#related.get(placeOf(place)) ?? [])].flatMap((name) => this.#facts.get(name) ?? []);
  }

  /** What any record has of a document, once its set was loaded: the first of them first, however they came here. */
  documentsOf(authority: string, key: string): StoredFact[] {
    const names = [...(this.#ofSets.get(`${authority}|${key}`) ?? [])];
    return names.flatMap((name) => this.#facts.get(name) ?? []).sort((a, b) => a.factId - b.factId);
  }

  /** The records of all documents that are here and that others may have too. */
  holders(): number[] {
    const names = [...this.#ofSets.values()].flatMap((places) => [...places]);
    return names.flatMap((name) => this.#facts.get(name)?.sourceRecordId ?? []);
  }

  /** Those that say they replace it. */
  replacementsOf(place: FactPlace): StoredFact[] {
    return this.relatedTo(place).filter(({ relation }) => relation?.action === "replace");
  }

  snapshotsOf(list: FactList): StoredFactSnapshot[] {
    return [...(this.#snapshotsOfList.get(listOf(list)) ?? [])].flatMap((name) => this.#snapshots.get(name) ?? []);
  }

  put(fact: StoredFact): void {
    this.#place(fact);
  }

  /** Keeps what a message said beside the fact, as it was read last. */
  keepVersion(version: FactVersionWrite): void {
    this.#versions.set(`${version.factId}|${version.said.journalId}`, version);
  }

  /** Takes a snapshot in, unless a later one is known. */
  putSnapshot(snapshot: StoredFactSnapshot): void {
    const known = this.#snapshots.get(snapshotOf(snapshot));
    if (!known || isLater(snapshot.said, known.said)) this.#placeSnapshot(snapshot);
  }

  /** Moves a fact to another place or joins it to the fact that stands there. */
  move(from: FactPlace, fact: StoredFact): void {
    this.#remove(from);
    this.#place(fact);
  }

  /** `fact` is part of the fact `into` now. */
  join(fact: StoredFact, into: number): void {
    this.#remove(fact);
    for (const [gone, end] of this.#joined) if (end === fact.factId) this.#joined.set(gone, into);
    this.#joined.set(fact.factId, into);
    for (const [name, version] of [...this.#versions]) {
      if (version.factId !== fact.factId) continue;
      this.#versions.delete(name);
      this.keepVersion({ ...version, factId: into });
    }
  }

  /** Forgets the facts of records that only these messages spoke of, for them to be heard anew. */
  forget(records: ReadonlySet<number>, isHeardAnew: (journalId: number) => boolean): void {
    for (const fact of [...this.#facts.values()]) {
      if (!records.has(fact.sourceRecordId) || !spokenBy(fact).every(isHeardAnew)) continue;
      this.#remove(fact);
      this.#former.set(fact.factId, fact);
      this.#forgotten.add(fact.factId);
    }
    for (const [name, version] of [...this.#versions])
      if (this.#forgotten.has(version.factId)) this.#versions.delete(name);
    for (const [name, snapshot] of [...this.#snapshots]) {
      if (!records.has(snapshot.sourceRecordId) || !isHeardAnew(snapshot.said.journalId)) continue;
      this.#snapshots.delete(name);
      this.#snapshotsOfList.get(listOf(snapshot))?.delete(name);
      this.#forgottenSnapshots.set(name, snapshot);
    }
  }

  /** The id that a fact had before it was forgotten: at the very place, else with another patient; of several the first. */
  formerId(place: FactPlace): number | undefined {
    const former = [...this.#former.values()]
      .filter((each) => each.kind === place.kind && each.key === place.key)
      .sort((a, b) => a.factId - b.factId);
    const found = former.find((each) => each.sourceRecordId === place.sourceRecordId) ?? former[0];
    if (found) this.#former.delete(found.factId);
    return found?.factId;
  }

  /** All was heard anew: what nobody spoke of is gone, and what is heard from now on is another fact. */
  heardAnew(): void {
    for (const factId of this.#former.keys()) this.#gone.add(factId);
    this.#former.clear();
  }

  /** What is to be taken from the store before `changes` are written. */
  forgotten(): Forgotten {
    return {
      gone: [...this.#gone],
      anew: [...this.#forgotten].filter((factId) => !this.#gone.has(factId)),
      snapshots: [...this.#forgottenSnapshots.values()],
    };
  }

  /** What the batch changed. */
  changes(): {
    facts: StoredFact[];
    versions: FactVersionWrite[];
    snapshots: StoredFactSnapshot[];
    joined: { factId: number; into: number }[];
  } {
    return {
      facts: [...this.#facts.values()].filter((fact) => this.#isToWrite(fact)),
      versions: [...this.#versions.values()],
      snapshots: [...this.#snapshots.values()].filter((snapshot) => !this.#storedSnapshots.has(snapshot)),
      joined: [...this.#joined].map(([factId, into]) => ({ factId, into })),
    };
  }

  #isToWrite(fact: StoredFact): boolean {
    const stored = this.#stored.get(fact.factId);
    if (!stored) return true;
    const { said, updatedBy } = stored;
    if (!isDeepStrictEqual({ ...fact, said, updatedBy }, stored)) return true;
    if (isSame(fact.said, said)) return false;
    // Whoever reads the row as it is finds the same moment in a snapshot; but lists are read without what is withdrawn.
    if (fact.state === "withdrawn") return true;
    const listedAt = this.#listedAt(stored);
    return !listedAt || !isSame(listedAt, fact.said);
  }

  /** When a snapshot said the fact again, if that was after the fact was said by itself. */
  #listedAt(fact: StoredFact): FactMoment | undefined {
    let latest: FactMoment | undefined;
    for (const snapshot of this.snapshotsOf(fact)) {
      if (!snapshot.keys.includes(fact.key) || isLater(latest ?? fact.said, snapshot.said)) continue;
      latest = snapshot.said;
    }
    return latest;
  }

  #place(fact: StoredFact): void {
    this.#remove(fact);
    this.#facts.set(placeOf(fact), fact);
    addTo(this.#factsOfList, listOf(fact), placeOf(fact));
    const ofSet = setNameOf(fact);
    if (ofSet !== undefined) addTo(this.#ofSets, ofSet, placeOf(fact));
    if (fact.relation) addTo(this.#related, placeOf({ ...fact, key: fact.relation.to }), placeOf(fact));
  }

  #remove(place: FactPlace): void {
    const known = this.#facts.get(placeOf(place));
    if (!known) return;
    this.#facts.delete(placeOf(place));
    this.#factsOfList.get(listOf(place))?.delete(placeOf(place));
    this.#ofSets.get(setNameOf(known) ?? "")?.delete(placeOf(place));
    if (known.relation) this.#related.get(placeOf({ ...place, key: known.relation.to }))?.delete(placeOf(place));
  }

  #placeSnapshot(snapshot: StoredFactSnapshot): void {
    this.#snapshots.set(snapshotOf(snapshot), snapshot);
    addTo(this.#snapshotsOfList, listOf(snapshot), snapshotOf(snapshot));
  }
}

const setNameOf = ({ content, key }: StoredFact): string | undefined =>
  content.kind === "document" && content.set ? `${content.set.authority}|${key}` : undefined;

/** The messages that a fact shows something of. */
const spokenBy = ({ createdBy, said, parts, retracted, relation }: StoredFact): number[] => [
  createdBy,
  said.journalId,
  ...[parts, retracted, relation].flatMap((moment) => moment?.journalId ?? []),
];

/** The store may know more of what a message names; an earlier message of the batch led it there. */
export class MissingFactsError extends Error {
  override name = "MissingFactsError";
  readonly needs: FactNeeds;
  constructor(needs: FactNeeds) {
    super("Facts are missing for some places.");
    this.needs = needs;
  }
}

function addTo(map: Map<string, Set<string>>, key: string, member: string): void {
  const known = map.get(key);
  if (known) known.add(member);
  else map.set(key, new Set([member]));
}
