import type { StoredRecord } from "@chesil/store";
import type { RulesAbout } from "./rules-about.ts";
import { EQUAL_RECORDS_WEIGHED_MAX, type Wording } from "./wording.ts";

/** Records that stay out of the weighing, and those that are weighed for them. */
export type Followers = { readonly records: readonly StoredRecord[]; readonly leaders: readonly StoredRecord[] };

export type Representatives = {
  readonly weighed: readonly StoredRecord[];
  readonly followers: readonly Followers[];
};

/**
 * Who is weighed of records that are equal to matching. Whoever a rule sets apart, for that is what equal words can not
 * say; of the rest, and of the rest of each unit that rules tie together, EQUAL_RECORDS_WEIGHED_MAX, by their own ids, so
 * that the order they came in is nothing. The others follow those.
 */
export function representativesOf(
  records: readonly StoredRecord[],
  wordingOf: (record: StoredRecord) => Wording | undefined,
  { isApart, unitOf }: RulesAbout,
): Representatives {
  const weighed: StoredRecord[] = [];
  const followers: Followers[] = [];
  for (const [wording, equal] of Map.groupBy(records, wordingOf)) {
    if (!wording || equal.length <= EQUAL_RECORDS_WEIGHED_MAX) {
      weighed.push(...equal);
      continue;
    }
    weighed.push(...equal.filter(({ sourceRecordId }) => isApart(sourceRecordId)));
    const alike = equal.filter(({ sourceRecordId }) => !isApart(sourceRecordId));
    for (const unit of Map.groupBy(alike, ({ sourceRecordId }) => unitOf(sourceRecordId)).values()) {
      const ordered = inOrder(unit);
      const leaders = ordered.splice(0, EQUAL_RECORDS_WEIGHED_MAX);
      weighed.push(...leaders);
      if (ordered.length > 0) followers.push({ records: ordered, leaders });
    }
  }
  return { weighed, followers };
}

/** The record's own id: the same whatever order records came in. */
export const orderOf = ({ authority, localId }: StoredRecord): string => `${authority}|${localId}`;

function inOrder(records: readonly StoredRecord[]): StoredRecord[] {
  return records
    .map((record) => ({ record, order: orderOf(record) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ record }) => record);
}
