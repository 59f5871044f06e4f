import { REASONS, type ReviewReason } from "@chesil/matching";

/** Why records were put together, left apart or left to a person, in a word; `WHY_WORDS` says it in a clause. */
export type Why = ReviewReason | keyof typeof OTHER_WORDS;

const OTHER_WORDS = {
  "weight-links": "the weight is enough to link them",
  "others-link": "the other records of the person join them",
  "decided-same": "a person decided that they are one",
  "decided-different": "a person decided that they are two",
  "others-decided-different": "a person decided of other records of theirs that they are two",
  "weight-below-review": "too little speaks for one person",
  "others-against": "their other records, as a whole, speak against it",
  "left-out": "their other records speak against it, or it is among the weaker questions that were left out",
  bridge: "these two fit, and their other records, as a whole, speak against it",
  "too-large": "together they would have more records than a person can have",
  contradiction: "people said of these records, through others, both that they are one and that they are two",
} as const;

export const WHY_WORDS: Readonly<Record<Why, string>> = {
  ...REASONS,
  "weight-below-link": "too little speaks for one person to link them unasked, and too much to leave it",
  ...OTHER_WORDS,
};
