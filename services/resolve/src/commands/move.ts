import type { IdentityCommand, StoredRecord } from "@chesil/store";
import type { Application } from "../application.ts";
import { idsOf, thoseToPartFrom } from "../operations/assertion.ts";
import { isMatched } from "../working-set.ts";
import { layDownDifferent, layDownSame, type Refusal, settleDecided } from "./lay-down.ts";

type Move = Extract<IdentityCommand, { command: "move" }>;

/** Records leave their person, together: whom they leave they are never linked with again. */
export function move(application: Application, { sourceRecordIds, to, by }: Move): Refusal {
  const { set } = application;
  const moved = [...new Set(sourceRecordIds)].flatMap((id) => set.record(id) ?? []);
  const target = to === null ? undefined : set.record(to);
  if (moved.length === 0 || moved.length < new Set(sourceRecordIds).size || (to !== null && !target))
    return "There is no such record.";
  if (moved.some((record) => !isMatched(record)) || (target && !isMatched(target)))
    return "Only active records move: a retired id goes with its survivor.";
  const [personId] = moved.map((record) => record.personId);
  if (moved.some((record) => record.personId !== personId)) return "The records are not of one person.";
  if (target && target.personId === personId) return "The records are with that person already.";
  const left = set
    .recordsOf(personId ?? "")
    .filter((record) => isMatched(record) && !idsOf(moved).has(record.sourceRecordId));
  if (!target && left.length === 0) return "These are all the records that the person has: nobody would be left.";
  for (const record of moved)
    for (const other of thoseToPartFrom(set, left)) {
      const refusal = layDownDifferent(application, record, other);
      if (refusal !== undefined) return refusal;
    }
  const together = [...moved, ...(target ? [target] : [])];
  for (const [index, record] of together.slice(1).entries()) {
    const refusal = layDownSame(application, together[index] as StoredRecord, record);
    if (refusal !== undefined) return refusal;
  }
  settleDecided(application, moved, by);
  return undefined;
}
