import type { IdentityOperation, SourceKey } from "@chesil/model";
import { keysIn, numberIn, type Prior, patientKeys, without } from "./prior.ts";
import { asserted, eachPrior, fault, type OperationsReader, type OperationsReading } from "./repair.ts";

/** Repairs of accounts: PID-18 is the right account, MRG-3 the wrong one. */

const ACCOUNT_FIELD = 18;
const PRIOR_ACCOUNT_FIELD = 3;

/**
 * A35, A41, and after the patients in A36: two accounts are one. In A36 the two may have the same number, which is
 * then two accounts of two patients: merging the patients is all there is to do.
 */
export const mergeAccounts: OperationsReader = eachPrior((prior) =>
  accountPair(prior, (patient, survivor, retired) => ({ operation: "merge-account", patient, survivor, retired })),
);

/** A49: the account number was mistyped. */
export const changeAccount: OperationsReader = eachPrior((prior) =>
  accountPair(prior, (patient, right, wrong) => ({ operation: "change-account", patient, wrong, right })),
);

function accountPair(
  prior: Prior,
  operation: (patient: SourceKey, right: string, wrong: string) => IdentityOperation,
): OperationsReading {
  const { pid, mrg, pidAt, mrgAt } = prior;
  const listed = patientKeys(prior);
  const old = keysIn(mrg, 1, prior);
  const patient = without(listed, old)[0] ?? listed[0];
  if (patient === undefined) return fault("no-patient-id", `PID^${pidAt}^3`);
  const wrong = numberIn(mrg, PRIOR_ACCOUNT_FIELD);
  if (wrong === undefined) return fault("no-prior-id", `MRG^${mrgAt}^${PRIOR_ACCOUNT_FIELD}`);
  const right = numberIn(pid, ACCOUNT_FIELD);
  if (right === undefined) return fault("no-target-id", `PID^${pidAt}^${ACCOUNT_FIELD}`);
  if (right !== wrong) return asserted(operation(patient, right, wrong));
  const isOfTwoPatients = without(old, listed).length > 0;
  return isOfTwoPatients ? asserted() : fault("merge-with-itself", `MRG^${mrgAt}^${PRIOR_ACCOUNT_FIELD}`);
}

/** A44: the account MRG-3 and its visits go from the patient of MRG-1 to that of PID-3. */
export const moveAccount: OperationsReader = eachPrior((prior) => {
  const { mrg, pidAt, mrgAt } = prior;
  const listed = patientKeys(prior);
  const old = keysIn(mrg, 1, prior);
  if (listed.length === 0) return fault("no-patient-id", `PID^${pidAt}^3`);
  if (old.length === 0) return fault("no-prior-id", `MRG^${mrgAt}^1`);
  const account = numberIn(mrg, PRIOR_ACCOUNT_FIELD);
  if (account === undefined) return fault("no-prior-id", `MRG^${mrgAt}^${PRIOR_ACCOUNT_FIELD}`);
  const [to] = without(listed, old);
  const leaves = without(old, listed);
  const from = leaves.find((key) => key.authority === to?.authority) ?? leaves[0];
  if (to === undefined || from === undefined) return fault("merge-with-itself", `MRG^${mrgAt}^1`);
  return asserted({ operation: "move-account", account, from, to });
});
