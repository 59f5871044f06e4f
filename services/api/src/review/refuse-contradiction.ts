import type { Viewer } from "@chesil/access";
import { readHumanRulesAround, readRecordsById } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../problem.ts";
import { contradictionOf, type Rule } from "./contradiction.ts";

/**
 * Refuses rules that would say of two records, over a chain of what persons decided, both that they are one patient and
 * that they are two. Senders' rules rank below a person's and are no hindrance. The decider looks again: what is journalled
 * before this counts then too.
 *
 * @throws Problem 409 with `path`: the records along the chain, `same` from each to the next, the first and the last
 * `different`. Of a record whose patient may not be shown to this viewer only its place is told.
 */
export async function refuseContradiction(
  { database, gate }: Deps,
  viewer: Viewer,
  proposed: readonly Rule[],
): Promise<void> {
  const ids = [...new Set(proposed.flatMap((rule) => [rule.sourceRecordId, rule.otherSourceRecordId]))];
  const standing = await readAtOnce(database, (client) => readHumanRulesAround(client, ids));
  const path = contradictionOf(standing, proposed);
  if (!path) return;
  const records = new Map(
    (await readRecordsById(database.pool, path)).map((record) => [record.sourceRecordId, record] as const),
  );
  const permitted = await gate.sourceRecords(viewer, path, "identity.contradiction");
  const steps = path.map((id) => {
    const record = permitted.allowed && permitted.sourceRecordIds.has(id) ? records.get(id) : undefined;
    return record
      ? { sourceRecordId: String(id), authority: record.authority, localId: record.localId }
      : { sourceRecordId: null, authority: null, localId: null };
  });
  throw new Problem(409, "This contradicts what was decided before", {
    detail:
      "By the decisions along `path` the first and the last record are one patient, and another says they are two. Lift or undo one of them first.",
    members: { path: steps },
  });
}
