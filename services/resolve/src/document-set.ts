import type { CanonicalEvent, FactOf, FactStatement, SubjectStatement } from "@chesil/model";
import type { StoredFact, StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { isLater } from "./fact-set.ts";
import { applyFacts } from "./facts.ts";
import type { Moment } from "./statement.ts";
import { MissingRecordsError, type WorkingSet } from "./working-set.ts";

/**
 * A document whose sender numbers its versions (`set`) is one document, whichever patients its versions name: what was
 * said of it last stands, where it was said, and takes it back from everybody else. It is found by the facts that records
 * have of it, so the order of arrival does not matter, and a rebuild finds what the stream found.
 */

type DocumentSet = NonNullable<FactOf<"document">["set"]>;

const setOf = ({ content }: { content: FactStatement["content"] }): DocumentSet | undefined =>
  content.kind === "document" ? content.set : undefined;

/** The keys of the documents of which an event speaks that other records may have too. */
export const documentSetsOf = (event: CanonicalEvent): string[] =>
  event.subjects.flatMap(({ facts }) => facts.flatMap((fact) => (setOf(fact) ? [fact.key] : [])));

/** Whoever has a document of which the event speaks: their other messages wait for it, and it for theirs. */
export const holdersOf = (set: WorkingSet, event: CanonicalEvent): StoredRecord[] =>
  event.subjects
    .flatMap(({ facts }) => facts.flatMap((fact) => heldIn(set, fact)))
    .flatMap(({ sourceRecordId }) => set.record(sourceRecordId) ?? []);

function heldIn(set: WorkingSet, fact: Pick<FactStatement, "key" | "content">): StoredFact[] {
  const named = setOf(fact);
  return named ? set.facts.documentsOf(named.authority, fact.key) : [];
}

/** After something was said of a patient's documents: of each the last word stands, and nobody else has it. */
export function letLastWordStand(application: Application, facts: readonly FactStatement[]): void {
  for (const fact of facts) {
    if (!setOf(fact)) continue;
    application.set.facts.require({ places: [], lists: [], visits: [], sets: [fact.key] });
    const held = heldIn(application.set, fact);
    if (held.length > 1) for (const each of held) takeBackBefore(application, each, held);
  }
}

/** Takes the document back from this record, where of another patient something was said of it later. */
function takeBackBefore(application: Application, fact: StoredFact, held: readonly StoredFact[]): void {
  const own = recordsOf(application.set, fact.sourceRecordId);
  const words = held.filter((each) => !own.includes(each.sourceRecordId)).flatMap(wordsOn);
  const last = words.reduce<Moment | undefined>((one, other) => (one && isLater(one, other) ? one : other), undefined);
  if (last && isLater(last, fact.said)) retract(application, fact, last);
}

const wordsOn = ({ said, retracted }: StoredFact): Moment[] => (retracted ? [said, retracted] : [said]);

/**
 * Whether all that is said of a patient nobody knows is that documents are taken back which others have: no record is made
 * of a patient of whom nothing is known.
 */
export function isHeldElsewhere(set: WorkingSet, { patient, encounter, facts }: SubjectStatement): boolean {
  if (set.find(patient.key) || encounter || facts.length === 0) return false;
  return facts.every((fact) => fact.action === "retract" && heldIn(set, fact).length > 0);
}

/** Takes documents back where they are. @returns one who had them. */
export function takeBackWhereHeld(application: Application, { facts }: SubjectStatement): StoredRecord | undefined {
  const { set, moment } = application;
  const held = facts.flatMap((fact) => heldIn(set, fact));
  for (const fact of held) retract(application, fact, moment);
  return held.flatMap(({ sourceRecordId }) => set.record(sourceRecordId) ?? [])[0];
}

/** @param moment when it was said what takes it back. */
function retract({ set, moment: now, mint }: Application, fact: StoredFact, moment: Moment): void {
  const named = setOf(fact);
  const records = recordsOf(set, fact.sourceRecordId);
  const statement: FactStatement = {
    key: fact.key,
    action: "retract",
    content: { kind: "document", type: { codings: [] }, status: "unknown", ...(named ? { set: named } : {}) },
  };
  const before = set.facts.fact(fact);
  applyFacts(set.facts, records, { facts: [statement], snapshots: [] }, moment, mint);
  const after = set.facts.fact(fact);
  // Whoever asks what changed goes by the message that changed it.
  if (after && after !== before) set.facts.put({ ...after, updatedBy: now.journalId });
}

/** The records of the patient of whom this one is. */
function recordsOf(set: WorkingSet, sourceRecordId: number): number[] {
  const record = set.record(sourceRecordId);
  if (!record) throw new MissingRecordsError([sourceRecordId]);
  return set.aliasesOf(record).map((each) => each.sourceRecordId);
}
