import { createHash } from "node:crypto";
import type { ReviewTaskKind, ServiceLevels } from "@chesil/store";

/** How questions are handed out, how long they may wait and which are asked twice: `review` of the configuration. */
export type ReviewPolicy = {
  /** Hours in which a task of each kind is to be decided. */
  readonly serviceLevelHours: ServiceLevels;
  /** The share of the tasks of a kind that two reviewers decide, the second blind; a kind that is missing: none. */
  readonly secondReview: { readonly kinds: Readonly<Partial<Record<ReviewTaskKind, number | undefined>>> };
  /** Who is dealt tasks in turn; empty: every data manager. */
  readonly reviewers: readonly string[];
};

const HASH_BYTES = 6;

/**
 * Whether a second reviewer decides the task too. Drawn by a hash of the task's id: who decides, when and how often it is
 * asked change nothing, and nobody can tell beforehand.
 */
export function isSecondNeeded(
  { taskId, kind }: { readonly taskId: number; readonly kind: ReviewTaskKind },
  { secondReview }: ReviewPolicy,
): boolean {
  const share = secondReview.kinds[kind] ?? 0;
  const drawn = createHash("sha256").update(`second review of ${taskId}`).digest().readUIntBE(0, HASH_BYTES);
  return drawn / 2 ** (8 * HASH_BYTES) < share;
}
