import { REVIEW_TASK_KINDS, type ReviewTaskKind, SERVICE_LEVELS_DEFAULT } from "@chesil/store";
import { z } from "zod";
import { count } from "./config-mllp.ts";

/** How questions for data managers are handed out, how long they may wait, and which are asked twice. */

/** Tasks wait a year at most: what is asked for longer is asked for ever. */
const HOURS_MAX = 24 * 366;

const ofKinds = <Schema extends z.ZodType>(schemaOf: (kind: ReviewTaskKind) => Schema) =>
  z.strictObject(
    Object.fromEntries(REVIEW_TASK_KINDS.map((kind) => [kind, schemaOf(kind)])) as Record<ReviewTaskKind, Schema>,
  );

export const review = z.strictObject({
  serviceLevelHours: ofKinds((kind) =>
    count
      .max(HOURS_MAX)
      .default(SERVICE_LEVELS_DEFAULT[kind])
      .describe(`Hours in which a ${kind} task is to be decided.`),
  )
    .prefault({})
    .describe("The service level of each kind of task: later than this it is overdue."),
  secondReview: z
    .strictObject({
      kinds: ofKinds((kind) =>
        z.number().min(0).max(1).optional().describe(`The share of ${kind} tasks that is decided twice: 0 to 1.`),
      )
        .default({})
        .meta({
          description:
            "The share of the tasks of a kind that a second reviewer decides, without seeing the first verdict.",
          examples: [{ "number-conflict": 1, "possible-match": 0.05 }],
        }),
    })
    .prefault({})
    .describe("Blind second review."),
  reviewers: z
    .array(z.string().min(1).max(100))
    .default([])
    .meta({
      description: "Usernames that tasks are dealt out to in turn; empty: every data manager.",
      examples: [["dora", "dev"]],
    }),
});
