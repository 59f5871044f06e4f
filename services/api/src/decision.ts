import { z } from "zod";

export const decisionView = z.object({
  kind: z.string(),
  by: z.string(),
  modelVersion: z.string(),
  /** log2 odds, prior included. */
  weight: z.number().nullable(),
  probability: z.number().nullable(),
  levels: z.array(
    z.object({
      comparison: z.string(),
      level: z.string(),
      weight: z.number(),
      left: z.string().nullable(),
      right: z.string().nullable(),
    }),
  ),
  runnerUp: z.object({ personId: z.string(), weight: z.number() }).nullable(),
  veto: z.string().nullable(),
});
export type DecisionView = z.infer<typeof decisionView>;

/** Values as the matching model keeps them: a text, or several. */
const compared = z
  .union([z.string(), z.array(z.string()).transform((texts) => texts.join(", "))])
  .nullish()
  .catch(null);

/** Evidence as it was stored with a decision, by whichever version of Chesil. */
const storedEvidence = z.object({
  kind: z.string(),
  modelVersion: z.string(),
  weight: z.number().nullish(),
  probability: z.number().nullish(),
  levels: z
    .array(z.object({ comparison: z.string(), level: z.string(), weight: z.number(), left: compared, right: compared }))
    .default([]),
  runnerUp: z.object({ personId: z.string(), weight: z.number() }).nullish().catch(null),
  veto: z.string().nullish(),
});

/**
 * A stored decision for a screen, or null when what is stored is no evidence (a sender's merge carries none).
 *
 * `shown`: the persons this reader may be told of; a runner-up who is not among them is left out. `mayShowOther`: the
 * right side of the comparison belongs to a person whom the gate has cleared; without it its values are left out.
 */
export function decisionOf(
  evidence: unknown,
  by: string,
  { shown, mayShowOther }: { shown: ReadonlySet<string>; mayShowOther: boolean },
): DecisionView | null {
  const parsed = storedEvidence.safeParse(evidence);
  if (!parsed.success) return null;
  const { kind, modelVersion, weight, probability, levels, runnerUp, veto } = parsed.data;
  return {
    kind,
    by,
    modelVersion,
    weight: weight ?? null,
    probability: probability ?? null,
    levels: levels.map((level) => ({
      ...level,
      left: level.left ?? null,
      right: mayShowOther ? (level.right ?? null) : null,
    })),
    runnerUp: runnerUp && shown.has(runnerUp.personId) ? runnerUp : null,
    veto: veto ?? null,
  };
}

/** The persons a stored decision names, to ask the gate about. */
export function personsInDecision(evidence: unknown): string[] {
  const parsed = storedEvidence.safeParse(evidence);
  return parsed.success && parsed.data.runnerUp ? [parsed.data.runnerUp.personId] : [];
}
