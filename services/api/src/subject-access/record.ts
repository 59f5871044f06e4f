import { forSubjectAccess, type Permitted, permittedView, type Viewer } from "@chesil/access";
import { DEFAULT_SURVIVORSHIP, type FactKind } from "@chesil/model";
import {
  type Client,
  type ConsentStatement,
  countFacts,
  countMessages,
  countOthersNamed,
  type FactVersion,
  type LateFact,
  type Looks,
  type RecordSensitivity,
  readConsentStatements,
  readFactsAfter,
  readFactVersions,
  readLooks,
  readMergedIds,
  readReceivedAt,
  readRecordsOfPersons,
  readSensitivity,
  readSurvivors,
  readSurvivorship,
  readVersionedEncounters,
  readVersionedFacts,
  readVersionedPersons,
  type StoredRecord,
  type VersionedEncounter,
  type VersionedFact,
  type VersionedPerson,
} from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import type { Deps } from "../deps.ts";
import { entryOfFact, entryOfVisit } from "../fhir/record-source.ts";
import { qualityMarksOf } from "../persons/data-quality.ts";
import { type GoldenView, goldenViewOf, messagesOf } from "../persons/golden-view.ts";
import { notFound } from "../problem.ts";
import { type SubjectDocument, SubjectDocuments } from "./documents.ts";
import { type HistoryLine, readHistory } from "./history.ts";
import { inPages } from "./in-pages.ts";

/** Everything that is held of one person, for the person: whatever may be long is read in pages, as it is asked for. */
export type WholeRecord = {
  readonly personId: string;
  readonly preparedAt: Date;
  readonly person: VersionedPerson;
  /** The permitted, and what of them: for whoever makes resources of them. */
  readonly permitted: Permitted & { readonly allowed: true };
  readonly golden: GoldenView;
  /** In whatever state: retired by a merge of their sender, or deleted by it. */
  readonly records: readonly StoredRecord[];
  /** Of each record, how many messages spoke of it. */
  readonly messages: ReadonlyMap<number, number>;
  /** What can not be so, in words. */
  readonly doubts: readonly string[];
  /** Other people who are named as theirs. */
  readonly others: number;
  /** How closely each record is kept, by its sender's word and by an officer's. */
  readonly sensitivity: readonly RecordSensitivity[];
  readonly factCounts: ReadonlyMap<FactKind, number>;
  /** Newest first, those taken back too. */
  visits(): AsyncGenerator<VersionedEncounter>;
  facts(kinds?: readonly FactKind[]): AsyncGenerator<VersionedFact>;
  /** What a fact said before. */
  earlier(factId: number): AsyncGenerator<FactVersion>;
  documents(fact: VersionedFact): AsyncGenerator<SubjectDocument>;
  /** Those that an earlier version had and the fact has no more. */
  earlierDocuments(fact: VersionedFact, version: FactVersion): AsyncGenerator<SubjectDocument>;
  history(): AsyncGenerator<HistoryLine>;
  consent(): AsyncGenerator<ConsentStatement>;
  looks(): AsyncGenerator<Looks>;
};

export type ExportDeps = Pick<Deps, "database" | "gate" | "clock" | "dialectOf">;

/** Who asks for whose record. `look`: what else goes on record about the asking. */
export type Asked = {
  readonly viewer: Viewer;
  readonly personId: string;
  readonly look?: Readonly<Record<string, string>>;
};

/** Rows in memory at once, by how large one may be: a result has hundreds of findings, a look is a line. */
const FACTS_AT_ONCE = 50;
const LINES_AT_ONCE = 500;

/** A person whose record may be given out, the asking on record already. */
export type Subject = {
  readonly personId: string;
  readonly officer: Viewer;
  readonly permitted: WholeRecord["permitted"];
};

/**
 * Asks the gate, for subject access. Whose records went to another person is answered by that person's.
 *
 * @throws Problem 404 for who is not there and for who may not be shown, alike.
 */
export async function permitSubject({ database, gate }: ExportDeps, asked: Asked): Promise<Subject> {
  const officer = forSubjectAccess(asked.viewer);
  const survivor = (await readSurvivors(database.pool, [asked.personId])).get(asked.personId);
  const permitted = await gate.persons(officer, survivor ? [survivor] : [], "person.export", asked.look);
  if (!survivor || !permitted.allowed || !permitted.personIds.has(survivor)) throw notFound();
  return { personId: survivor, officer, permitted };
}

/**
 * The record at one moment of the store, for as long as `work` goes on: nothing is told twice and nothing left out, whatever
 * arrives meanwhile. It holds one connection; the bytes of documents and who may be named are asked of a second one, which
 * is why no more than `EXPORT_LIMITS.exportsMax` go on at once.
 */
export function withWholeRecord<T>(
  deps: ExportDeps,
  subject: Subject,
  work: (record: WholeRecord) => Promise<T>,
): Promise<T> {
  return readAtOnce(deps.database, async (client) => work(await openRecord(deps, client, subject)));
}

async function openRecord(deps: ExportDeps, client: Client, subject: Subject): Promise<WholeRecord> {
  const { personId, permitted, officer } = subject;
  const view = permitted.viewOf(personId);
  const preparedAt = deps.clock();
  const [person] = await readVersionedPersons(client, [personId]);
  if (!person) throw notFound();
  const { golden, records } = permittedView(view, {
    golden: person.golden,
    records: await readRecordsOfPersons(client, [personId]),
    encounters: [],
    facts: [],
  });
  const recordIds = records.map(({ sourceRecordId }) => sourceRecordId);
  const mergedIds = await readMergedIds(client, personId);
  const policy = (await readSurvivorship(client, preparedAt)) ?? DEFAULT_SURVIVORSHIP;
  const receivedAt = await readReceivedAt(client, messagesOf(records));
  const day = golden.deathDate?.value;
  // The officer is shown every fact of the records that are shown.
  const late = day === undefined ? [] : await readFactsAfter(client, recordIds, { day, hidden: [] });
  const documents = new SubjectDocuments(deps, client);
  const visits = () =>
    inPages<VersionedEncounter>(LINES_AT_ONCE, async (last, limit) => {
      const before = last?.encounterId;
      return readVersionedEncounters(client, { personIds: [personId], before, limit, isWhole: true });
    });
  return {
    ...{ personId, preparedAt, person: { ...person, golden }, permitted, records },
    golden: goldenViewOf(golden, records, { policy, receivedAt }),
    messages: await countMessages(client, recordIds),
    doubts: await doubtsOf(golden, records, { visits: visits(), late }),
    others: await countOthersNamed(client, personId),
    sensitivity: await readSensitivity(client, personId),
    factCounts: await countKinds(client, recordIds),
    visits: () => kept(visits(), (visit) => entryOfVisit(visit).isShown(permitted)),
    facts: (kinds) =>
      kept(
        inPages<VersionedFact>(FACTS_AT_ONCE, async (last, limit) => {
          const before = last?.factId;
          return readVersionedFacts(client, { personIds: [personId], kinds, before, limit, isWhole: true });
        }),
        (fact) => entryOfFact(fact).isShown(permitted),
      ),
    earlier: (factId) =>
      inPages<FactVersion>(FACTS_AT_ONCE, (last, limit) =>
        readFactVersions(client, factId, { before: last?.journalId, limit }),
      ),
    documents: (fact) => documents.of(fact),
    earlierDocuments: (fact, version) => documents.ofVersion(fact, version),
    history: () => readHistory(deps, client, { officer, mergedIds, records }),
    async *consent() {
      for (const id of mergedIds) yield* await readConsentStatements(client, id);
    },
    looks: () =>
      inPages<Looks>(LINES_AT_ONCE, (last, limit) => readLooks(client, mergedIds, { after: last?.place, limit })),
  };
}

async function* kept<T>(rows: AsyncIterable<T>, isShown: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (isShown(row)) yield row;
}

/** What happened is looked through only where it can contradict: after a death. */
async function doubtsOf(
  golden: VersionedPerson["golden"],
  records: readonly StoredRecord[],
  happenings: { readonly visits: AsyncIterable<VersionedEncounter>; readonly late: readonly LateFact[] },
): Promise<string[]> {
  const textsOf = (encounters: readonly VersionedEncounter[], facts: readonly LateFact[]) =>
    qualityMarksOf(golden, records, { encounters, facts }).map(({ text }) => text);
  const texts = new Set(textsOf([], happenings.late));
  if (golden.deathDate)
    for await (const visit of happenings.visits) for (const text of textsOf([visit], [])) texts.add(text);
  return [...texts];
}

async function countKinds(client: Client, recordIds: readonly number[]): Promise<Map<FactKind, number>> {
  const counts = new Map<FactKind, number>();
  for (const { kind, count } of await countFacts(client, recordIds)) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return counts;
}
