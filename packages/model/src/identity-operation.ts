import { z } from "zod";

/**
 * What a sender asserts of identities. It ranks below a person's decision (law 6): where the two collide, or where the
 * assertion can not be believed, it becomes a question for a data manager.
 */

/** (assigning authority, local id): one patient as one source system knows them. */
export const sourceKey = z.object({ authority: z.string(), localId: z.string() });
export type SourceKey = z.infer<typeof sourceKey>;

export const identityOperation = z.discriminatedUnion("operation", [
  /** A40 (and A18, A30, A34, A36, A39): `retired` was a mistake, all of it belongs to `survivor`. */
  z.object({ operation: z.literal("merge"), survivor: sourceKey, retired: sourceKey }),
  /** A24: two records of one patient, both stay. */
  z.object({ operation: z.literal("link"), one: sourceKey, other: sourceKey }),
  /** A37: two records, two patients. */
  z.object({ operation: z.literal("unlink"), one: sourceKey, other: sourceKey }),
  /**
   * A43: the record `moved` was filed under the wrong patient. Its id is right and stays; it goes to the patient of
   * `to`, or to one of its own where nothing names one. `from` is the patient it leaves.
   */
  z.object({
    operation: z.literal("move-record"),
    moved: sourceKey,
    to: sourceKey.optional(),
    from: sourceKey.optional(),
  }),
  /** A47 (and A46, A48): the id was mistyped. The record stays, under its right id; the wrong one leads to it. */
  z.object({ operation: z.literal("change-id"), wrong: sourceKey, right: sourceKey }),
  /** A29: the record should not be. It is tombstoned and unlinked; what it said stays in the journal. */
  z.object({ operation: z.literal("delete-record"), deleted: sourceKey }),
  /** A41 (and A35, A36): two accounts of one patient are one. */
  z.object({ operation: z.literal("merge-account"), patient: sourceKey, survivor: z.string(), retired: z.string() }),
  /** A42: two visits of one patient are one. */
  z.object({ operation: z.literal("merge-visit"), patient: sourceKey, survivor: z.string(), retired: z.string() }),
  /** A44: the account and its visits belong to another patient. */
  z.object({ operation: z.literal("move-account"), account: z.string(), from: sourceKey, to: sourceKey }),
  /** A45: the visit belongs to another account of the patient; `fromPatient` where it even belonged to another one. */
  z.object({
    operation: z.literal("move-visit"),
    visit: z.string(),
    patient: sourceKey,
    toAccount: z.string(),
    fromAccount: z.string().optional(),
    fromPatient: sourceKey.optional(),
  }),
  /** A49: the account number was mistyped. */
  z.object({ operation: z.literal("change-account"), patient: sourceKey, wrong: z.string(), right: z.string() }),
  /** A50 (A51: the alternate one): the visit number was mistyped. */
  z.object({ operation: z.literal("change-visit"), patient: sourceKey, wrong: z.string(), right: z.string() }),
]);
export type IdentityOperation = z.infer<typeof identityOperation>;

/** The records an operation names. A message is ordered by them, and resolve loads them before it decides. */
export function keysOfOperation(operation: IdentityOperation): SourceKey[] {
  switch (operation.operation) {
    case "merge":
      return [operation.survivor, operation.retired];
    case "link":
    case "unlink":
      return [operation.one, operation.other];
    case "move-record":
      return [operation.moved, operation.to, operation.from].filter((key) => key !== undefined);
    case "change-id":
      return [operation.wrong, operation.right];
    case "delete-record":
      return [operation.deleted];
    case "move-account":
      return [operation.from, operation.to];
    case "move-visit":
      return [operation.patient, operation.fromPatient].filter((key) => key !== undefined);
    case "merge-account":
    case "merge-visit":
    case "change-account":
    case "change-visit":
      return [operation.patient];
  }
}
