import { type Permitted, permittedRecord } from "@chesil/access";
import {
  type HistoryField,
  reconcile,
  type SourceRecord,
  type SurvivorshipPolicy,
  unsureFieldsAsOf,
  wordsAsOf,
} from "@chesil/model";
import { type Database, type PersonAsOf, readReceivedAt, readRecordsById, readStandingsAsOf } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import { type GoldenView, goldenViewOf, messagesOf } from "./golden-view.ts";

type Allowed = Extract<Permitted, { allowed: true }>;

export type ValuesAsOf = {
  readonly golden: GoldenView;
  /** Fields of which not every statement of that time is kept, so that another value may have been so. */
  readonly unsure: readonly HistoryField[];
};

export const NOTHING_THEN: ValuesAsOf = { golden: {}, unsure: [] };

/**
 * What was true of a person at a moment: the golden record of what their sources had recorded until then, of the records that
 * were theirs then, by the policy in force now. Of records that are somebody else's by now only what may be told of those.
 */
export async function readValuesAsOf(
  database: Database,
  found: PersonAsOf,
  { at, policy, permitted }: { readonly at: Date; readonly policy: SurvivorshipPolicy; readonly permitted: Allowed },
): Promise<ValuesAsOf> {
  const links = found.state === "active" ? found.links : [];
  const ids = links.flatMap((link) => (permitted.personIds.has(link.personIdNow) ? [link.sourceRecordId] : []));
  if (ids.length === 0) return NOTHING_THEN;
  const asked = new Set(ids);
  return readAtOnce(database, async (client) => {
    const rows = (await readRecordsById(client, ids)).filter(({ sourceRecordId }) => asked.has(sourceRecordId));
    const standings = await readStandingsAsOf(client, ids, at);
    const unsure = new Set<HistoryField>();
    const records = rows.flatMap((row): SourceRecord[] => {
      const view = permitted.viewOf(row.personId);
      const standing = standings.get(row.sourceRecordId);
      if (!standing || view.closedFeeds.has(row.feed)) return [];
      const { former: _, ...record } = row;
      const told = permittedRecord(view, row);
      for (const field of unsureFieldsAsOf(told, at.toISOString())) unsure.add(field);
      return [{ ...record, ...wordsAsOf(told, at.toISOString()), status: standing.status }];
    });
    const receivedAt = await readReceivedAt(client, messagesOf(records));
    return { golden: goldenViewOf(reconcile(records, policy), records, { policy, receivedAt }), unsure: [...unsure] };
  });
}
