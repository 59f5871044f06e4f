import { defaultModel, LiveIndex, type MatchingModel } from "@chesil/matching";
import type { JournalEntry, LinkRule, StoredRecord } from "@chesil/store";
import { Candidates, RECORDS_PER_KEY_MAX } from "../services/resolve/src/identity/candidates.ts";
import { settleLinks } from "../services/resolve/src/identity/settle-links.ts";
import { Mint } from "../services/resolve/src/mint.ts";
import { isMatched, WorkingSet } from "../services/resolve/src/working-set.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * Decides everybody anew, all at once, from nothing but the records and the rules: what `settleLinks` says of the whole
 * store must be what the stream came to one message at a time (law 9).
 */
export function decidedAnew(
  dump: { source_record: readonly Row[]; link_rule: readonly Row[] },
  model: MatchingModel = defaultModel,
): {
  /** Records that would have another person. */
  readonly moved: readonly string[];
  /** What would be asked: kind and the two records. */
  readonly raised: ReadonlySet<string>;
} {
  const set = new WorkingSet(
    new Candidates(new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: 1000 }), model),
  );
  for (const row of dump.source_record) set.load(recordOf(row));
  for (const row of dump.link_rule) if (row.lifted_by === null) set.rules.load(ruleOf(row));
  for (const record of set.records()) {
    if (!isMatched(record)) continue;
    const { facts, prepared } = set.spoken(record);
    set.candidates.put(record.sourceRecordId, facts, prepared);
    set.unsettled.add(record.sourceRecordId);
  }
  const entry = { journalId: 1_000_000, receivedAt: new Date(0) } as JournalEntry;
  settleLinks({
    set,
    entry,
    moment: { recordedAt: "", journalId: entry.journalId },
    occurredAt: undefined,
    mint: new Mint(entry.journalId),
    model,
    warnings: [],
    onOverlay: "flag",
  });
  return {
    moved: set.identityEvents.map((event) => `record ${event.sourceRecordId} would be ${event.kind}`),
    raised: new Set(set.questions.raised().map(({ kind, one, other }) => questionKey(kind, one, other))),
  };
}

export const questionKey = (kind: unknown, one: unknown, other: unknown): string =>
  `${kind} ${Math.min(Number(one), Number(other))} ${Math.max(Number(one), Number(other))}`;

const recordOf = (row: Row) =>
  ({
    sourceRecordId: row.source_record_id,
    authority: row.authority,
    localId: row.local_id,
    status: row.status,
    retiredInto: row.retired_into,
    overlaidBy: row.overlaid_by,
    personId: row.person_id,
    identifiers: row.identifiers,
    demographics: row.demographics,
  }) as StoredRecord;

const ruleOf = (row: Row) =>
  ({
    ruleId: row.rule_id,
    kind: row.kind,
    sourceRecordId: row.source_record_id,
    otherSourceRecordId: row.other_source_record_id,
    decidedBy: row.decided_by,
    journalId: row.journal_id,
    liftedBy: null,
  }) as LinkRule;
