import type { IdentityOperation, SourceKey } from "@chesil/model";
import type { Dialect } from "../message/place.ts";
import type { FeedDialect } from "./dialect.ts";
import { IDENTIFIERS_MAX, keyOf, patientIdentifiers } from "./identifiers.ts";
import type { PatientGroup } from "./patient-groups.ts";
import { isSameKey, keysIn, type Prior, patientKeys, without } from "./prior.ts";
import { asserted, eachPrior, fault, type OperationsReader, type OperationsReading } from "./repair.ts";

/** Repairs of patients: duplicates merged, ids corrected, records moved, linked, unlinked, deleted. */

type PairOperation = (right: SourceKey, wrong: SourceKey) => IdentityOperation;
const merge: PairOperation = (survivor, retired) => ({ operation: "merge", survivor, retired });
const changeId: PairOperation = (right, wrong) => ({ operation: "change-id", wrong, right });

/** A18, A34, A36, A40: MRG-1 was a duplicate of PID-3. */
export const mergePatients: OperationsReader = eachPrior((prior) => listPairs(prior, merge));

/** A30, A39, above the patient: MRG-1 and PID-3 where they differ, else MRG-4 and PID-2. */
export const mergePersons: OperationsReader = eachPrior((prior) => listOrOtherPairs(prior, 2, 4, merge));

/** A47: PID-3 was mistyped as MRG-1. */
export const changePatientId: OperationsReader = eachPrior((prior) => listPairs(prior, changeId));

/** A46: PID-2 was mistyped as MRG-4; some senders say it with PID-3 and MRG-1. */
export const changeExternalId: OperationsReader = eachPrior((prior) => listOrOtherPairs(prior, 2, 4, changeId));

/** A48: PID-4 was mistyped as MRG-2; some senders say it with PID-3 and MRG-1. */
export const changeAlternateId: OperationsReader = eachPrior((prior) => listOrOtherPairs(prior, 4, 2, changeId));

function listPairs(prior: Prior, operation: PairOperation): OperationsReading {
  return pairs(prior, patientKeys(prior), keysIn(prior.mrg, 1, prior), 1, operation);
}

/** Where the lists name no two patients, the level of the event has fields of its own. */
function listOrOtherPairs(prior: Prior, pidField: 2 | 4, mrgField: 2 | 4, operation: PairOperation): OperationsReading {
  const listed = listPairs(prior, operation);
  if (listed.ok || listed.reason === "no-patient-id") return listed;
  const rights = keysIn(prior.pid, pidField, prior);
  const wrongs = keysIn(prior.mrg, mrgField, prior);
  return rights.length === 0 || wrongs.length === 0 ? listed : pairs(prior, rights, wrongs, mrgField, operation);
}

/**
 * Each wrong id with the right one of the same authority. Only where no two are of one authority, the first of each
 * side: whether two systems' ids may be one record is for resolve to question.
 *
 * Senders list the old id in PID-3 too, or the new one in MRG-1: what both list is right in PID-3 as long as PID-3 has
 * no other, and wrong otherwise.
 */
function pairs(
  { pidAt, mrgAt }: Prior,
  current: readonly SourceKey[],
  old: readonly SourceKey[],
  mrgField: number,
  operation: PairOperation,
): OperationsReading {
  if (current.length === 0) return fault("no-patient-id", `PID^${pidAt}^3`);
  if (old.length === 0) return fault("no-prior-id", `MRG^${mrgAt}^${mrgField}`);
  const onlyCurrent = without(current, old);
  const rights = onlyCurrent.length > 0 ? onlyCurrent : current;
  const wrongs = without(old, rights);
  const [right] = rights;
  const [wrong] = wrongs;
  if (right === undefined || wrong === undefined) return fault("merge-with-itself", `MRG^${mrgAt}^${mrgField}`);
  const matched = wrongs.flatMap((each) => {
    const partner = rights.find((other) => other.authority === each.authority);
    return partner === undefined ? [] : [operation(partner, each)];
  });
  return matched.length > 0 ? asserted(...matched) : asserted(operation(right, wrong));
}

/**
 * A43, which is sent in two shapes.
 *
 * The standard's: PID-3 and MRG-1 both list the id that moves. The patient it leaves is MRG-4; the one it goes to is
 * PID-2, or what else PID-3 lists; where neither names one, the record becomes a patient of its own.
 *
 * And as if it were a merge: PID-3 and MRG-1 name different ids. Then it is the record of MRG-1 that moves, to the
 * patient of PID-3. Its id stays alive, which is what tells a move from a merge.
 */
export const moveRecord: OperationsReader = eachPrior((prior) => {
  const { pid, mrg, pidAt, mrgAt } = prior;
  const listed = patientKeys(prior);
  const old = keysIn(mrg, 1, prior);
  const [patient] = listed;
  if (patient === undefined) return fault("no-patient-id", `PID^${pidAt}^3`);
  if (old.length === 0) return fault("no-prior-id", `MRG^${mrgAt}^1`);
  const stays = without(listed, old);
  const inBoth = without(listed, stays);
  const ofSameAuthority = old.filter((key) => key.authority === patient.authority);
  const moved = inBoth.length > 0 ? inBoth : [...ofSameAuthority, ...old].slice(0, 1);
  const [to] = inBoth.length > 0 ? [...without(keysIn(pid, 2, prior), moved), ...stays] : [patient];
  const [from] = without(keysIn(mrg, 4, prior), moved);
  if (to !== undefined && from !== undefined && isSameKey(to, from)) {
    return fault("merge-with-itself", `MRG^${mrgAt}^4`);
  }
  const ends = { ...(to === undefined ? {} : { to }), ...(from === undefined ? {} : { from }) };
  return asserted(...moved.map((each) => ({ operation: "move-record" as const, moved: each, ...ends })));
});

/** A24: two records, one patient. */
export const linkPatients: OperationsReader = betweenPatients("link");

/** A37: two records, two patients. */
export const unlinkPatients: OperationsReader = betweenPatients("unlink");

/** The first PID against every other: there is one other in all that is by the standard. */
function betweenPatients(operation: "link" | "unlink"): OperationsReader {
  return (groups, dialect, feed) => {
    const keys: SourceKey[] = [];
    for (const [index, group] of groups.entries()) {
      const key = keyOf(patientIdentifiers(group.pid, dialect, feed));
      if (key === undefined) return fault("no-patient-id", `PID^${index + 1}^3`);
      keys.push(key);
      if (keys.length > IDENTIFIERS_MAX) return fault("not-readable", `PID^${index + 1}`);
    }
    const [one, ...others] = keys;
    if (one === undefined || others.length === 0) return fault("no-patient-id", `PID^${groups.length + 1}`);
    const same = others.findIndex((other) => isSameKey(one, other));
    if (same >= 0) return fault("merge-with-itself", `PID^${same + 2}^3`);
    return asserted(...others.map((other) => ({ operation, one, other })));
  };
}

/** A29: the record should not be. */
export function deleteRecord(groups: readonly PatientGroup[], dialect: Dialect, feed: FeedDialect): OperationsReading {
  const [group] = groups;
  const deleted = group && keyOf(patientIdentifiers(group.pid, dialect, feed));
  return deleted === undefined ? fault("no-patient-id", "PID^1^3") : asserted({ operation: "delete-record", deleted });
}
