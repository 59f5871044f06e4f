import { createHash } from "node:crypto";
import type { FactSnapshot, FactStatement, SubjectStatement } from "@chesil/model";
import {
  type Database,
  type FactPlace,
  forgetFacts,
  joinFacts,
  readDocumentsByKey,
  readFactSnapshots,
  readFacts,
  type StoredFact,
  type Transaction,
  writeFactSnapshots,
  writeFacts,
  writeFactVersions,
} from "@chesil/store";
import { factAfter, replacedBy, stateOf } from "./fact-after.ts";
import type { FactNeeds, FactSet } from "./fact-set.ts";
import { keptLikeRelated } from "./kept-as.ts";
import type { Mint } from "./mint.ts";
import type { Moment } from "./statement.ts";

/** What a message says of one patient beside who they are. */
type FactsSaid = Pick<SubjectStatement, "facts" | "snapshots">;

/** Longer keys are kept by their hash. */
const KEY_LENGTH_MAX = 200;
/** As for encounters: far above any visit number of the standard. */
const VISIT_NUMBER_LENGTH_MAX = 200;

/**
 * Hears what a message says of a patient's facts.
 *
 * A statement goes to every record that knows the fact already, so that no copy goes stale under an id that was merged
 * away; a fact that none knows is new to the first. A snapshot withdraws what it does not list from all of them.
 *
 * @param records the source record, then those that were merged into it.
 * @param said.of whose statements these are, where what is taken back is this one's alone.
 * @throws MissingFactsError when the store may know more of what is named than `set`.
 */
export function applyFacts(
  set: FactSet,
  records: readonly number[],
  said: FactsSaid & { readonly of?: number | undefined },
  moment: Moment,
  mint: Mint,
): void {
  const statements = lastOfEach(said.facts);
  const snapshots = said.snapshots.map(storable);
  set.require(factNeeds(records, said));
  const touched: FactPlace[] = [];
  for (const statement of statements) {
    for (const { place, known } of homesOf(set, records, statement, said.of)) {
      const born = {
        sourceRecordId: place.sourceRecordId,
        factId: known?.factId ?? set.formerId(place) ?? mint.number(),
      };
      const { fact, versions } = factAfter(known, statement, moment, born);
      if (fact !== known) set.put(fact);
      for (const version of versions) set.keepVersion(version);
      const replaced = replacedPlaces(records, known, fact);
      set.require({ places: replaced, lists: [], visits: [] });
      touched.push(place, ...replaced);
    }
  }
  for (const snapshot of snapshots) {
    putSnapshot(set, records, snapshot, statements, moment);
    for (const sourceRecordId of records) {
      const listed = set.factsOf({ sourceRecordId, kind: snapshot.kind });
      // It takes nothing from a fact that is retracted or replaced already.
      for (const { kind, key, state } of listed) if (state === "current") touched.push({ sourceRecordId, kind, key });
    }
  }
  settle(set, records, touched, moment);
}

/** What `applyFacts` must know of the store for a message. */
export function factNeeds(records: readonly number[], said: FactsSaid): FactNeeds {
  const keys = said.facts
    .map(storable)
    .flatMap(({ key, relatesTo, content: { kind } }) =>
      [key, relatesTo].flatMap((each) => (each === undefined ? [] : { kind, key: each })),
    );
  return {
    places: records.flatMap((sourceRecordId) => keys.map((each) => ({ sourceRecordId, ...each }))),
    lists: records.flatMap((sourceRecordId) => said.snapshots.map(({ kind }) => ({ sourceRecordId, kind }))),
    visits: [],
  };
}

/** Reads what is needed into the set: two queries, whatever the batch's size. */
export async function loadFacts(pool: Database["pool"], set: FactSet, needs: readonly FactNeeds[]): Promise<void> {
  // Messages of one patient name the same facts again and again.
  const sets = distinct(needs.flatMap((each) => each.sets ?? []).map((key) => ({ key }))).map(({ key }) => key);
  const ofSets = await readDocumentsByKey(pool, sets);
  const places = distinct([
    ...needs.flatMap((each) => each.places),
    ...ofSets.map(({ sourceRecordId, kind, key }) => ({ sourceRecordId, kind, key })),
  ]);
  const all: FactNeeds = {
    places,
    lists: distinct(needs.flatMap(({ lists }) => lists)),
    visits: distinct(needs.flatMap(({ visits }) => visits)),
    sets,
  };
  const lists = distinct([...all.places, ...all.lists].map(({ sourceRecordId, kind }) => ({ sourceRecordId, kind })));
  const [facts, snapshots] = await Promise.all([
    readFacts(pool, all),
    readFactSnapshots(pool, { lists, visits: all.visits }),
  ]);
  set.load(all, facts, snapshots);
}

const distinct = <Place extends object>(places: readonly Place[]): Place[] => [
  ...new Map(places.map((place) => [Object.values(place).join("|"), place])).values(),
];

/** Writes what the batch changed: at most one statement a table. */
export async function saveFacts(transaction: Transaction, set: FactSet): Promise<void> {
  const { facts, versions, snapshots, joined } = set.changes();
  await Promise.all([
    forgetFacts(transaction, set.forgotten()),
    joinFacts(transaction, joined),
    writeFacts(transaction, facts),
    writeFactVersions(transaction, versions),
    writeFactSnapshots(transaction, snapshots),
  ]);
}

/** Keys and visit numbers as the store can hold them. */
function storable<S extends FactStatement | FactSnapshot>(sent: S): S {
  const visitNumber = sent.visitNumber?.replaceAll("\0", "\ufffd");
  const { visitNumber: _, ...rest } = sent;
  return {
    ...rest,
    ...(visitNumber && visitNumber.length <= VISIT_NUMBER_LENGTH_MAX && { visitNumber }),
    ...("key" in sent && { key: storableKey(sent.key) }),
    ...("relatesTo" in sent && sent.relatesTo !== undefined && { relatesTo: storableKey(sent.relatesTo) }),
  } as S;
}

function storableKey(key: string): string {
  if (key.length > KEY_LENGTH_MAX) return `sha256:${createHash("sha256").update(key).digest("base64url")}`;
  return key.replaceAll("\0", "\ufffd");
}

/** A message says each thing once: of two statements of one fact the last counts. */
function lastOfEach(statements: readonly FactStatement[]): FactStatement[] {
  return [
    ...new Map(
      statements.map(storable).map((statement) => [`${statement.content.kind}|${statement.key}`, statement]),
    ).values(),
  ];
}

/**
 * Where a fact is known, or where it will be. That a row of an extract is gone takes back what it stated, and not what another
 * patient's row states, whose id was merged with its own.
 */
function homesOf(
  set: FactSet,
  records: readonly number[],
  { key, action, content: { kind } }: FactStatement,
  of: number | undefined,
) {
  const places = records.map((sourceRecordId): FactPlace => ({ sourceRecordId, kind, key }));
  const homes = places.map((place) => ({ place, known: set.fact(place) }));
  const known = homes.filter((home) => home.known !== undefined);
  const own = action === "retract" ? known.find(({ place }) => place.sourceRecordId === of) : undefined;
  if (own) return [own];
  return known.length > 0 ? known : homes.slice(0, 1);
}

/** What a fact began or ceased to replace, or replaces from another time on. */
function replacedPlaces(records: readonly number[], before: StoredFact | undefined, after: StoredFact): FactPlace[] {
  const [was, is] = [replacedBy(before), replacedBy(after)];
  if (was === is && before?.relation === after.relation) return [];
  const keys = [was, is].filter((key) => key !== undefined);
  return records.flatMap((sourceRecordId) => keys.map((key) => ({ sourceRecordId, kind: after.kind, key })));
}

function putSnapshot(
  set: FactSet,
  records: readonly number[],
  { kind, visitNumber = "" }: FactSnapshot,
  statements: readonly FactStatement[],
  moment: Moment,
): void {
  const [sourceRecordId] = records;
  if (sourceRecordId === undefined) return;
  const keys = statements
    .filter(({ action, content }) => content.kind === kind && action !== "retract")
    .map(({ key }) => key);
  set.putSnapshot({ sourceRecordId, kind, visitNumber, said: moment, keys });
}

/** Sees what the touched facts have come to, and after them the documents that are kept like these. */
function settle(set: FactSet, records: readonly number[], touched: readonly FactPlace[], moment: Moment): void {
  const places = new Map(distinct(touched).map((place) => [Object.values(place).join("|"), place]));
  // What is added while it is walked is walked too.
  for (const place of places.values()) {
    const fact = set.fact(place);
    if (!fact) continue;
    const everywhere = records.map((sourceRecordId): FactPlace => ({ ...place, sourceRecordId }));
    const replacements = everywhere.flatMap((each) => set.replacementsOf(each));
    const snapshots = everywhere
      .flatMap((each) => set.snapshotsOf(each))
      .filter(({ visitNumber }) => visitNumber === "" || visitNumber === fact.visitNumber);
    const state = stateOf(fact, replacements, snapshots);
    const settled = keptLikeRelated(set, records, state === fact.state ? fact : { ...fact, state });
    if (settled !== fact) set.put({ ...settled, updatedBy: moment.journalId });
    for (const other of everywhere.flatMap((each) => set.relatedTo(each))) {
      if (keptLikeRelated(set, records, other) === other) continue;
      const { sourceRecordId, kind, key } = other;
      set.require({ places: [{ sourceRecordId, kind, key }], lists: [], visits: [] });
      places.set([sourceRecordId, kind, key].join("|"), { sourceRecordId, kind, key });
    }
  }
}
