import { z } from "zod";

/** What is said of models, as the routes answer it. */

export const versionWord = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, "is no version");

export const simulatedView = z.object({
  linkWeightMin: z.number(),
  reviewWeightMin: z.number(),
  /** Pairs of records, as a sample of records tells; clusters and margins are not in it. */
  links: z.number(),
  questions: z.number(),
  precision: z.number(),
  recall: z.number(),
  recallWithReview: z.number(),
});

const judgementView = z.object({
  pairs: z.number(),
  same: z.number(),
  sameLinked: z.number(),
  sameAsked: z.number(),
  differentLinked: z.number(),
  differentAsked: z.number(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  calibration: z
    .array(z.object({ from: z.number(), to: z.number(), pairs: z.number(), expected: z.number(), found: z.number() }))
    .readonly(),
});

const shadowState = z.enum(["asked", "running", "done", "off"]);

export const shadowView = z.object({
  version: z.string(),
  against: z.string().nullable(),
  state: shadowState,
  /** Of the records, how many are decided anew. */
  share: z.number(),
  counts: z.record(z.string(), z.number()),
  /** Of the candidate's links, those that are right by its own probabilities. */
  expectedPrecision: z.number().nullable(),
  /** By the weights of pairs and what people decided of them. */
  byScores: simulatedView.nullable(),
  /** Of the pairs that people decided, which are the hard ones. */
  labels: z.object({ candidate: judgementView, inForce: judgementView, gone: z.number() }),
  questionsPerDay: z.number().nullable(),
  newRecordsPerDay: z.number(),
});

export const modelRow = z.object({
  version: z.string(),
  note: z.string(),
  addedAt: z.iso.datetime(),
  addedBy: z.string(),
  isInForce: z.boolean(),
  shadow: z
    .object({
      state: shadowState,
      share: z.number(),
      askedBy: z.string(),
      askedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime().nullable(),
    })
    .nullable(),
});

const side = z.object({ sourceRecordId: z.string(), personId: z.string(), displayName: z.string() });
export const changeKind = z.enum(["link", "unlink", "question-opened", "question-closed"]);
export const changeRow = z.object({
  kind: changeKind,
  record: side,
  other: side,
  /** Pairs of records that come together, or apart, by it. */
  pairs: z.number(),
  weight: z.number().nullable(),
  weightInForce: z.number().nullable(),
  why: z.string().nullable(),
});

const distribution = z.record(z.string(), z.number());
export const driftView = z.object({
  version: z.string(),
  /** The day looked at; null: none was counted yet. */
  day: z.string().nullable(),
  /** `training`: the first week under the model is not over, and only the levels of links are held against m. */
  against: z.enum(["baseline", "training"]),
  baseline: z.tuple([z.string(), z.string()]).readonly().nullable(),
  drifts: z
    .array(
      z.object({
        what: z.enum(["levels", "missing", "candidates", "clusters", "decisions"]),
        part: z.string().nullable(),
        /** Population stability index: below 0.1 alike, from 0.25 on plainly different. */
        psi: z.number(),
        state: z.enum(["alike", "watch", "drift", "few"]),
        observed: distribution,
        expected: distribution,
      }),
    )
    .readonly(),
  /** Null where nothing was counted. */
  rates: z.object({
    linked: z.number().nullable(),
    alone: z.number().nullable(),
    asked: z.number().nullable(),
    candidatesMean: z.number().nullable(),
    candidatesP99: z.number().nullable(),
  }),
  figures: z.object({
    levels: z.record(z.string(), distribution),
    missing: z.record(z.string(), z.object({ records: z.number(), fields: distribution })),
    candidates: distribution,
    compared: z.object({ records: z.number(), candidates: z.number() }),
    clusters: distribution,
    decisions: z.object({ linked: z.number(), alone: z.number(), asked: z.number() }),
  }),
});
