import { sensitivity } from "@chesil/model";
import { REPRESENTATIVE_AUTHORITIES } from "@chesil/store";
import { z } from "zod";
import { reasonText, typedText } from "../words.ts";

const authority = z.enum(REPRESENTATIVE_AUTHORITIES);

const said = {
  decision: z.enum(["opt-out", "opt-in"]),
  /** Where the form or the proof is filed, as the privacy officer finds it again; never the proof itself. */
  evidence: typedText(200),
  reason: reasonText,
  /** The day on which it was asked for. */
  askedOn: z.iso.date(),
};

/** Who asked, and by what right. Whom the form names stays on the form. */
export const consentBody = z.discriminatedUnion("askedBy", [
  z.strictObject({ ...said, askedBy: z.literal("person") }),
  z.strictObject({
    ...said,
    askedBy: z.literal("representative"),
    authority,
    /** The representative confirms that the person lacks the capacity to decide this. A parent need not. */
    lacksCapacity: z.boolean(),
  }),
]);
export type ConsentBody = z.output<typeof consentBody>;

export const sensitivityBody = z.strictObject({ level: sensitivity, reason: reasonText });
export const findBody = z.strictObject({ nhsNumber: typedText(30) });

const statement = z.object({
  statementId: z.string(),
  decision: z.enum(["opt-out", "opt-in"]),
  askedBy: z.enum(["person", "representative"]),
  authority: authority.nullable(),
  lacksCapacity: z.boolean(),
  evidence: z.string(),
  reason: z.string(),
  askedOn: z.string(),
  recordedBy: z.string(),
  recordedAt: z.iso.datetime(),
});

const recordLevel = z.object({
  sourceRecordId: z.string(),
  /** What the sender says, and what a privacy officer says, which goes first. */
  sender: sensitivity.nullable(),
  officer: z
    .object({ level: sensitivity, reason: z.string(), recordedBy: z.string(), recordedAt: z.iso.datetime() })
    .nullable(),
});

export const consentAnswer = z.object({
  /** The survivor, where the person asked about was merged. */
  personId: z.string(),
  /** Whether anything of this person is hidden: by their own statement, or by one of somebody they are one with. */
  optedOut: z.boolean(),
  /** Whose statements make it so. */
  optedOutBy: z.array(z.string()),
  /** What was said of this id, the latest first. */
  statements: z.array(statement),
  records: z.array(recordLevel),
});

export const recordedAnswer = z.object({ statementIds: z.array(z.string()) });

export const foundAnswer = z.object({
  persons: z.array(z.object({ personId: z.string(), optedOut: z.boolean() })),
});

export const questionsAnswer = z.object({
  /** The oldest first; answered by recording something of the person. */
  questions: z.array(
    z.object({
      personId: z.string(),
      optedOutId: z.string(),
      optedOutAt: z.iso.datetime(),
      partedAt: z.iso.datetime(),
    }),
  ),
});
