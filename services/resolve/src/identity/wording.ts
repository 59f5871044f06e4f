import type { Prepared } from "@chesil/matching";

/**
 * What records say to matching, word for word: one distinct match record, and who says it. Matching can not tell the
 * records of one wording apart, so that it is filed, compared and counted once, however many they are.
 */
export type Wording = {
  /** The JSON text of the match record. */
  readonly facts: string;
  /** One object as long as the wording is asked for: guards tell wordings apart by it. */
  readonly prepared: Prepared;
  /** The records that say it by now; it changes with them. */
  readonly ids: ReadonlySet<number>;
};

/**
 * Of so many records of one wording each bears on a decision; of more, as many stand for all. A patient who gets a new id
 * at each visit is thousands of equal records, and each pair of them would be weighed to say the same again.
 */
export const EQUAL_RECORDS_WEIGHED_MAX = 20;
