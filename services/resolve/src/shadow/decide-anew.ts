import { type LiveIndex, type MatchingModel, probabilityOf, scorerOf } from "@chesil/matching";
import { DEFAULT_SURVIVORSHIP } from "@chesil/model";
import { type Database, type JournalEntry, readQuestionsOf, type ShadowChange, type StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { ArchivedRanges } from "../archived-ranges.ts";
import { Dialects } from "../dialects.ts";
import { Candidates } from "../identity/candidates.ts";
import { componentOf } from "../identity/component.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { type Knowledge, loadRecords } from "../load-working-set.ts";
import { Mint } from "../mint.ts";
import type { PreparedCache } from "../prepared-cache.ts";
import { isMatched, MissingRecordsError, type WorkingSet } from "../working-set.ts";

/** What deciding anew works with. */
export type Anew = {
  readonly candidate: MatchingModel;
  readonly inForce: MatchingModel;
  /** Everybody on file, as they were when it was read: whoever was changed since is put right when met. */
  readonly index: LiveIndex;
  readonly prepared: PreparedCache;
};

/** What the candidate makes of some records; each thing is counted with one record, so that a share of them tells of all. */
export type AnewFound = {
  readonly changes: readonly ShadowChange[];
  /** Pairs of records that are one person by the candidate, and the sum of their probabilities by it. */
  readonly pairs: number;
  readonly expectedMatches: number;
  /** Questions that are open then. */
  readonly questions: number;
};

const ROUNDS_MAX = 50;
/** Never journalled: nothing that is decided here is kept. */
const NO_ENTRY = { journalId: 1_000_000_000, receivedAt: new Date(0) } as JournalEntry;

/**
 * Decides anew, by the candidate, whatever hangs on the records, by the same code as the stream (`settleLinks`), and says
 * what would be otherwise. Nothing is written.
 */
export async function decideAnew(database: Database, ids: readonly number[], anew: Anew): Promise<AnewFound> {
  const { index, prepared, candidate: model } = anew;
  // No message is heard again here, and no golden record computed.
  const [dialects, archived, survivorship] = [new Dialects(), new ArchivedRanges(), DEFAULT_SURVIVORSHIP];
  const knowledge: Knowledge = { index, prepared, model, dialects, archived, survivorship };
  const further = new Set([...ids, ...reachedFrom(ids, anew)]);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const set = await loadRecords(database, further, knowledge);
    putRight(set);
    const personNow = new Map(set.records().map(({ sourceRecordId, personId }) => [sourceRecordId, personId]));
    for (const id of ids) {
      const record = set.record(id);
      if (record && isMatched(record)) set.unsettled.add(id);
    }
    try {
      settleLinks(applicationOf(set, anew.candidate));
    } catch (error) {
      if (!(error instanceof MissingRecordsError)) throw error;
      for (const id of error.sourceRecordIds) further.add(id);
      continue;
    }
    const asked = await readQuestionsOf(database.pool, [...set.questions.solved]);
    const solved = { set, personNow, owners: new Set(ids), anew };
    const found = { ...linksOf(solved), changes: [...linkChanges(solved), ...questionChanges(solved, asked)] };
    set.candidates.save();
    return { ...found, questions: set.reviewTasks.filter((task) => solved.owners.has(ownerOf(task))).length };
  }
  throw new Error("Deciding anew kept asking for more than was loaded.");
}

/** What the evidence alone reaches, so that it is read in one go. */
function reachedFrom(ids: readonly number[], { index, candidate }: Anew): Set<number> {
  const known = new Candidates(index, candidate);
  const { members, bystanders } = componentOf(ids, { ...known.surroundings(), tiedTo: () => [] }, candidate);
  return members.union(bystanders);
}

/** The index was read some time ago: the records that are here are as the store has them. */
function putRight(set: WorkingSet): void {
  for (const record of set.records()) {
    const { sourceRecordId } = record;
    const indexed = set.candidates.facts(sourceRecordId);
    if (!isMatched(record)) {
      if (indexed !== undefined) set.candidates.drop(sourceRecordId);
      continue;
    }
    const { facts, prepared } = set.spoken(record);
    if (indexed !== facts) set.candidates.put(sourceRecordId, facts, prepared);
  }
}

const applicationOf = (set: WorkingSet, model: MatchingModel): Application => ({
  set,
  entry: NO_ENTRY,
  moment: { recordedAt: "", journalId: NO_ENTRY.journalId },
  occurredAt: undefined,
  mint: new Mint(NO_ENTRY.journalId),
  model,
  warnings: [],
  onOverlay: "take",
});

type Solved = {
  readonly set: WorkingSet;
  readonly personNow: ReadonlyMap<number, string>;
  /** The records that things are counted with. */
  readonly owners: ReadonlySet<number>;
  readonly anew: Anew;
};

const solvedRecords = ({ set }: Solved): StoredRecord[] =>
  [...set.questions.solved]
    .sort((a, b) => a - b)
    .flatMap((id) => set.record(id) ?? [])
    .filter(isMatched);

/** Pairs of one person then; each counts with its older record. */
function linksOf(solved: Solved): { pairs: number; expectedMatches: number } {
  const { set, owners, anew } = solved;
  const scorer = scorerOf(anew.candidate);
  let [pairs, expectedMatches] = [0, 0];
  for (const cluster of Map.groupBy(solvedRecords(solved), ({ personId }) => personId).values()) {
    for (const [at, record] of cluster.entries()) {
      if (!owners.has(record.sourceRecordId)) continue;
      for (const other of cluster.slice(at + 1)) {
        pairs++;
        expectedMatches += probabilityOf(scorer.weigh(set.prepared(record), set.prepared(other)), anew.candidate);
      }
    }
  }
  return { pairs, expectedMatches };
}

/**
 * Who would come together, and who apart. Of the records that are one person then, each group that is one person now beyond
 * the oldest is a link; of those that are one person now, each group that is one person then is an unlink. A change is
 * named by the oldest record of the group that joins or leaves.
 */
function* linkChanges(solved: Solved): Generator<ShadowChange> {
  const { personNow, owners } = solved;
  const records = solvedRecords(solved);
  const now = ({ sourceRecordId }: StoredRecord) => personNow.get(sourceRecordId) ?? "";
  const then = ({ personId }: StoredRecord) => personId;
  for (const [kind, whole, part] of [["link", then, now] as const, ["unlink", now, then] as const]) {
    for (const together of Map.groupBy(records, whole).values()) {
      const groups = [...Map.groupBy(together, part).values()];
      for (const [at, group] of groups.entries()) {
        const [record] = group;
        const others = groups.slice(0, at).flat();
        if (!record || others.length === 0 || !owners.has(record.sourceRecordId)) continue;
        yield changeOf(solved, kind, group, others);
      }
    }
  }
}

/** Pairs looked at for the one that says most; a larger cluster is told by some of its records. */
const GROUP_MAX = 30;

function changeOf(
  { set, anew }: Solved,
  kind: "link" | "unlink",
  group: readonly StoredRecord[],
  others: readonly StoredRecord[],
): ShadowChange {
  const [candidate, inForce] = [scorerOf(anew.candidate), scorerOf(anew.inForce)];
  // What joins them says most by the candidate, what holds them together by the model in force.
  const deciding = kind === "link" ? candidate : inForce;
  let best = { weight: Number.NEGATIVE_INFINITY, one: group[0] as StoredRecord, other: others[0] as StoredRecord };
  for (const one of group.slice(0, GROUP_MAX)) {
    for (const other of others.slice(0, GROUP_MAX)) {
      const weight = deciding.weigh(set.prepared(one), set.prepared(other));
      if (weight > best.weight) best = { weight, one, other };
    }
  }
  const [a, b] = [set.prepared(best.one), set.prepared(best.other)];
  return {
    kind,
    sourceRecordId: (group[0] as StoredRecord).sourceRecordId,
    otherSourceRecordId: (others[0] as StoredRecord).sourceRecordId,
    pairs: group.length * others.length,
    weight: candidate.weigh(a, b),
    weightInForce: inForce.weigh(a, b),
    why: null,
  };
}

type Question = { readonly sourceRecordId: number; readonly otherSourceRecordId: number };

const ownerOf = ({ sourceRecordId, otherSourceRecordId }: Question): number =>
  Math.min(sourceRecordId, otherSourceRecordId);

/**
 * Questions that would be asked, and those that no longer would. A question is about two persons, so that it stays the
 * same whichever of their records it names; what a person has closed is not counted as asked anew.
 */
function* questionChanges(
  { set, owners, anew }: Solved,
  asked: readonly (Question & { readonly isOpen: boolean })[],
): Generator<ShadowChange> {
  const personThen = (id: number): string => {
    const record = set.record(id);
    return record ? set.endOf(record).personId : `record ${id}`;
  };
  const keyOf = (question: Question) =>
    [personThen(question.sourceRecordId), personThen(question.otherSourceRecordId)].sort().join(" ");
  const raised = new Set(set.reviewTasks.map(keyOf));
  const known = new Set(asked.map(keyOf));
  for (const task of set.reviewTasks) {
    if (known.has(keyOf(task)) || !owners.has(ownerOf(task))) continue;
    const { sourceRecordId, otherSourceRecordId, why } = task;
    yield {
      ...{ kind: "question-opened", sourceRecordId, otherSourceRecordId, pairs: 0, why },
      ...weightsOf(set, anew, sourceRecordId, otherSourceRecordId),
    };
  }
  for (const task of asked.filter(({ isOpen }) => isOpen)) {
    if (raised.has(keyOf(task)) || !owners.has(ownerOf(task))) continue;
    const { sourceRecordId, otherSourceRecordId } = task;
    const isOne = personThen(sourceRecordId) === personThen(otherSourceRecordId);
    const why = isOne ? "joined" : "overtaken";
    yield {
      ...{ kind: "question-closed", sourceRecordId, otherSourceRecordId, pairs: 0, why },
      ...weightsOf(set, anew, sourceRecordId, otherSourceRecordId),
    };
  }
}

function weightsOf(
  set: WorkingSet,
  { candidate, inForce }: Anew,
  ...ids: readonly [number, number]
): Pick<ShadowChange, "weight" | "weightInForce"> {
  // Of the index, not of what happened to be loaded: the same whatever else was decided at once.
  const [one, other] = ids.map((id) => set.candidates.prepared(id));
  if (!one || !other) return { weight: null, weightInForce: null };
  return { weight: scorerOf(candidate).weigh(one, other), weightInForce: scorerOf(inForce).weigh(one, other) };
}
