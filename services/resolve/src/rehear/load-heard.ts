import { FACT_KINDS } from "@chesil/model";
import { type Database, readFactSnapshots, readFactsOfRecords, readJournal, readMessagesAbout } from "@chesil/store";
import type { ArchivedRanges } from "../archived-ranges.ts";
import type { Dialects } from "../dialects.ts";
import { interpretEntries } from "../interpret-entries.ts";
import type { WorkingSet } from "../working-set.ts";
import type { HeardMessage } from "./heard-messages.ts";

/**
 * Reads every message about the identities, as it was understood when it was decided.
 * @throws ArchivedMessagesError when one that took effect is in an archive.
 */
export async function loadHeard(
  database: Database,
  set: WorkingSet,
  identities: ReadonlySet<string>,
  { dialects, archived }: { readonly dialects: Dialects; readonly archived: ArchivedRanges },
): Promise<HeardMessage[]> {
  if (identities.size === 0) return [];
  const about = archived.hearable(await readMessagesAbout(database.pool, [...identities]));
  const entries = await readJournal(
    database,
    about.map(({ journalId }) => journalId),
  );
  const of = new Map(about.map((each) => [each.journalId, each]));
  const messages: HeardMessage[] = [];
  for (const entry of entries) {
    const { outcome = null, decidedBy = null, hearing = null } = of.get(entry.journalId) ?? {};
    // One part of a message that came in several can not be heard alone: what it said stays where it is.
    const [item] = await interpretEntries(database, [entry], dialects, decidedBy ?? entry.journalId);
    if (item?.kind === "event") messages.push({ entry, event: item.event, outcome, decidedBy, hearing });
  }
  set.heard.load(identities, messages);
  return messages;
}

/** All facts of the records, withdrawn ones too: what is heard again begins with nothing. */
export async function loadAllFacts(
  { pool }: Database,
  set: WorkingSet,
  sourceRecordIds: readonly number[],
): Promise<void> {
  const lists = sourceRecordIds.flatMap((sourceRecordId) => FACT_KINDS.map((kind) => ({ sourceRecordId, kind })));
  const [facts, snapshots] = await Promise.all([
    readFactsOfRecords(pool, sourceRecordIds),
    readFactSnapshots(pool, { lists, visits: [] }),
  ]);
  set.facts.loadAll(sourceRecordIds, facts, snapshots);
}
