import type { SourceKey } from "@chesil/model";
import { keysIn, numberIn, type Prior, patientKeys, without } from "./prior.ts";
import { asserted, eachPrior, fault, type OperationsReader, type OperationsReading } from "./repair.ts";
import { alternateVisitNumber } from "./visit-number.ts";

/** Repairs of visits: PV1-19 is the right visit, MRG-5 the wrong one (PV1-50 and MRG-6 for the alternate number). */

const VISIT_FIELD = 19;
const ALTERNATE_VISIT_FIELD = 50;
const PRIOR_ACCOUNT_FIELD = 3;
const PRIOR_VISIT_FIELD = 5;
const PRIOR_ALTERNATE_VISIT_FIELD = 6;

/** A42: two visits are one. */
export const mergeVisits: OperationsReader = eachPrior((prior) =>
  visitPair(prior, VISIT_FIELD, PRIOR_VISIT_FIELD, (patient, survivor, retired) =>
    asserted({ operation: "merge-visit", patient, survivor, retired }),
  ),
);

/** A50: the visit number was mistyped. */
export const changeVisit: OperationsReader = eachPrior((prior) =>
  visitPair(prior, VISIT_FIELD, PRIOR_VISIT_FIELD, (patient, right, wrong) =>
    asserted({ operation: "change-visit", patient, wrong, right }),
  ),
);

/** A51: the alternate visit number was mistyped. It names a visit only where the sender gives it no other number. */
export const changeAlternateVisit: OperationsReader = eachPrior((prior) =>
  visitPair(prior, ALTERNATE_VISIT_FIELD, PRIOR_ALTERNATE_VISIT_FIELD, (patient, right, wrong) => {
    const numbers = { wrong: alternateVisitNumber(wrong), right: alternateVisitNumber(right) };
    return asserted({ operation: "change-visit", patient, ...numbers });
  }),
);

function visitPair(
  prior: Prior,
  field: number,
  priorField: number,
  operation: (patient: SourceKey, right: string, wrong: string) => OperationsReading,
): OperationsReading {
  const { mrg, pv1, pidAt, mrgAt } = prior;
  const [patient] = patientKeys(prior);
  if (patient === undefined) return fault("no-patient-id", `PID^${pidAt}^3`);
  const wrong = numberIn(mrg, priorField);
  if (wrong === undefined) return fault("no-prior-id", `MRG^${mrgAt}^${priorField}`);
  const right = numberIn(pv1, field);
  if (right === undefined) return fault("no-target-id", `PV1^${mrgAt}^${field}`);
  return right === wrong ? fault("merge-with-itself", `MRG^${mrgAt}^${priorField}`) : operation(patient, right, wrong);
}

/** A45: the visit goes from the account MRG-3 to PID-18, which may be of another patient than MRG-1. */
export const moveVisit: OperationsReader = eachPrior((prior) => {
  const { pid, mrg, pidAt, mrgAt } = prior;
  const listed = patientKeys(prior);
  const old = keysIn(mrg, 1, prior);
  const patient = without(listed, old)[0] ?? listed[0];
  if (patient === undefined) return fault("no-patient-id", `PID^${pidAt}^3`);
  const alternate = numberIn(mrg, PRIOR_ALTERNATE_VISIT_FIELD);
  const visit = numberIn(mrg, PRIOR_VISIT_FIELD) ?? (alternate && alternateVisitNumber(alternate));
  if (visit === undefined) return fault("no-prior-id", `MRG^${mrgAt}^${PRIOR_VISIT_FIELD}`);
  const toAccount = numberIn(pid, 18);
  if (toAccount === undefined) return fault("no-target-id", `PID^${pidAt}^18`);
  const fromAccount = numberIn(mrg, PRIOR_ACCOUNT_FIELD);
  const leaves = without(old, listed);
  const fromPatient = leaves.find((key) => key.authority === patient.authority) ?? leaves[0];
  if (fromAccount === toAccount && fromPatient === undefined) {
    return fault("merge-with-itself", `MRG^${mrgAt}^${PRIOR_ACCOUNT_FIELD}`);
  }
  return asserted({
    operation: "move-visit",
    visit,
    patient,
    toAccount,
    ...(fromAccount === undefined ? {} : { fromAccount }),
    ...(fromPatient === undefined ? {} : { fromPatient }),
  });
});
