import type { IdentityOperation, SourceKey } from "@chesil/model";
import type { LinkRule, ReviewTaskKind, StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { addRecord } from "../place-record.ts";
import { isMatched, type WorkingSet } from "../working-set.ts";

/** What the operations on patients share: whom they speak of, what speaks against them, and the rules they lay down. */

export type Operation<Name extends IdentityOperation["operation"]> = Extract<IdentityOperation, { operation: Name }>;

/**
 * Why an assertion is not believed: the question that it becomes. Of two that are one person by now it is always whether
 * they should be (`link-check`).
 */
export type Doubt = {
  readonly kind: Extract<ReviewTaskKind, "merge-conflict" | "link-conflict">;
  readonly record: StoredRecord;
  readonly other: StoredRecord;
  readonly why: string;
};

/** What is known of a record that nobody spoke for: its id, from now on. */
export const nothingKnown = ({ moment }: Application): Pick<StoredRecord, "identifiers" | "demographics"> => ({
  identifiers: { ...moment },
  demographics: {},
});

/** The record that messages for the key reach, made if there is none. */
export function recordOf(application: Application, key: SourceKey): StoredRecord {
  return application.set.find(key)?.record ?? addRecord(application, key, nothingKnown(application));
}

/** A row for an id that has no record of its own and leads to one: a late message for it brings nobody to life. */
export function putAlias(application: Application, key: SourceKey, into: StoredRecord): void {
  const { set, entry, mint } = application;
  const alias: StoredRecord = {
    ...nothingKnown(application),
    sourceRecordId: mint.number(),
    authority: key.authority,
    localId: key.localId,
    feed: entry.feed,
    status: "retired",
    retiredInto: into.sourceRecordId,
    personId: into.personId,
    blockingKeys: [],
    createdBy: entry.journalId,
    updatedBy: entry.journalId,
  };
  set.put(alias, entry.journalId);
  noteAssertion(application, alias, "retired");
}

export const idsOf = (records: readonly StoredRecord[]): Set<number> =>
  new Set(records.map((record) => record.sourceRecordId));

/** Whether some record of one side and some of the other carry two different valid NHS numbers. */
export function nhsNumbersDiffer(
  set: WorkingSet,
  ones: readonly StoredRecord[],
  others: readonly StoredRecord[],
): boolean {
  const numbersOf = (records: readonly StoredRecord[]) =>
    new Set(
      records.flatMap((record) => {
        const number = set.prepared(record).nhsNumber;
        return number && number.trust !== "invalid" ? [number.digits] : [];
      }),
    );
  const [left, right] = [numbersOf(ones), numbersOf(others)];
  return [...left].some((one) => [...right].some((other) => one !== other));
}

/**
 * Whether a rule forbids that the two groups become one person. A sender's own earlier word about the very two records
 * does not: it speaks again.
 */
export function isForbidden(
  set: WorkingSet,
  groups: readonly [readonly StoredRecord[], readonly StoredRecord[]],
  spoken: readonly [readonly StoredRecord[], readonly StoredRecord[]],
): boolean {
  const own = new Set(sendersRules(set, spoken, "different"));
  return set.rules.between(idsOf(groups[0]), idsOf(groups[1]), "different").some((rule) => !own.has(rule));
}

/** What senders said before of two patients. */
export function sendersRules(
  set: WorkingSet,
  [ones, others]: readonly [readonly StoredRecord[], readonly StoredRecord[]],
  kind: LinkRule["kind"],
): LinkRule[] {
  return set.rules.between(idsOf(ones), idsOf(others), kind).filter((rule) => rule.decidedBy === "sender");
}

/** Lays down what is said of two records, once. */
export function putRule(
  { set, entry, mint }: Application,
  kind: LinkRule["kind"],
  [record, other]: readonly [StoredRecord, StoredRecord],
  decidedBy: LinkRule["decidedBy"] = "sender",
): void {
  const known = set.rules.between(idsOf(set.aliasesOf(record)), idsOf(set.aliasesOf(other)), kind);
  // Of two persons who say the same each has a rule of their own: what one takes back, the other still says.
  if (decidedBy === "sender" ? known.length > 0 : known.some((rule) => rule.journalId === entry.journalId)) return;
  set.putRule({
    ruleId: mint.number(),
    kind,
    sourceRecordId: record.sourceRecordId,
    otherSourceRecordId: other.sourceRecordId,
    decidedBy,
    journalId: entry.journalId,
    at: entry.receivedAt,
    liftedBy: null,
  });
}

/** Rules that part a record from a person are no more than these: a patient may have thousands of equal records. */
const RULES_PER_PARTING_MAX = 20;

/**
 * With whom a record that leaves is never linked again: the active records that it leaves, of equal ones the oldest, and of
 * very many different ones the oldest too. The others are one with these.
 */
export function thoseToPartFrom(set: WorkingSet, left: readonly StoredRecord[]): StoredRecord[] {
  const active = left.filter(isMatched).sort((a, b) => a.sourceRecordId - b.sourceRecordId);
  if (active.length <= RULES_PER_PARTING_MAX) return active;
  const byWords = new Map(active.toReversed().map((record) => [set.spoken(record).facts, record]));
  return [...byWords.values()].reverse().slice(0, RULES_PER_PARTING_MAX);
}

/** The record, and all that `same` rules tie to it, with their retired ids: one patient whatever the evidence. */
export function tiedTo(set: WorkingSet, record: StoredRecord): StoredRecord[] {
  const tied = new Map(set.aliasesOf(record).map((each) => [each.sourceRecordId, each]));
  for (const { sourceRecordId } of tied.values()) {
    for (const rule of set.rules.of(sourceRecordId)) {
      if (rule.kind !== "same") continue;
      const other = set.record(rule.sourceRecordId === sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId);
      // A map grows while it is walked: what is added is visited too.
      for (const each of other ? set.aliasesOf(other) : []) tied.set(each.sourceRecordId, each);
    }
  }
  return [...tied.values()];
}

/** The records of the person that are not among `leaving`. */
export function othersOf(set: WorkingSet, leaving: readonly StoredRecord[]): StoredRecord[] {
  const ids = idsOf(leaving);
  return set.recordsOf(leaving[0]?.personId ?? "").filter((record) => !ids.has(record.sourceRecordId));
}

/** Settles what a sender's word comes to. @param spokenOf the records that move by it; others do so by the model. */
export function settleAsserted(application: Application, spokenOf: readonly StoredRecord[], kept: unknown): void {
  const records = new Set(
    spokenOf.flatMap((record) => application.set.aliasesOf(record)).map((each) => each.sourceRecordId),
  );
  settleLinks(application, { decidedBy: "sender", records, kept });
}
