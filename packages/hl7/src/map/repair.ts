import type { IdentityOperation } from "@chesil/model";
import type { Dialect } from "../message/place.ts";
import type { FeedDialect } from "./dialect.ts";
import { IDENTIFIERS_MAX } from "./identifiers.ts";
import type { PatientGroup } from "./patient-groups.ts";
import { type Prior, priorsOf } from "./prior.ts";

/** Why a message asserts nothing of identities. `not-readable`: more than one message can mean. */
export type OperationFault = "no-patient-id" | "no-prior-id" | "no-target-id" | "merge-with-itself" | "not-readable";

/** What is asserted, or the first thing wrong with it and where (as ERR-2: `MRG^2^1` is MRG-1 of the second MRG). */
export type OperationsReading =
  | { readonly ok: true; readonly operations: readonly IdentityOperation[] }
  | { readonly ok: false; readonly reason: OperationFault; readonly location: string };

/** Reads what one kind of event asserts, from the whole message. */
export type OperationsReader = (
  groups: readonly PatientGroup[],
  dialect: Dialect,
  feed: FeedDialect,
) => OperationsReading;

export const asserted = (...operations: readonly IdentityOperation[]): OperationsReading => ({ ok: true, operations });

export const fault = (reason: OperationFault, location: string): OperationsReading => ({ ok: false, reason, location });

/** Reads every MRG of every group by `read`: all of them or, when anything is wrong with one, none. */
export function eachPrior(read: (prior: Prior) => OperationsReading): OperationsReader {
  return (groups, dialect, feed) => {
    const operations: IdentityOperation[] = [];
    for (const prior of priorsOf(groups, dialect, feed)) {
      if ("without" in prior) return fault("no-prior-id", `MRG^${prior.mrgAt}^1`);
      const reading = read(prior);
      if (!reading.ok) return reading;
      operations.push(...reading.operations);
      if (operations.length > IDENTIFIERS_MAX) return fault("not-readable", `MRG^${prior.mrgAt}^1`);
    }
    return asserted(...operations);
  };
}
