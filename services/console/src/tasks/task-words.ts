import type { ReviewTaskRow } from "../api/types.ts";

export const TASK_KINDS: Record<ReviewTaskRow["kind"], { text: string; question: string }> = {
  "possible-match": { text: "Possible match", question: "Are these two the same person?" },
  "merge-conflict": { text: "Merge conflict", question: "A sender merged these two. Are they the same person?" },
  "link-conflict": {
    text: "Link conflict",
    question: "A sender spoke against what is known. Are they the same person?",
  },
  "link-check": { text: "Link to check", question: "A sender gives reason to ask. Are these two the same person?" },
  "number-conflict": { text: "NHS number conflict", question: "One NHS number, two people: whose is it?" },
  "fits-two": { text: "Fits two people", question: "This record may be either of two people. Is it this one?" },
  "possible-overlay": {
    text: "Possible overlay",
    question: "This record became somebody else's. Is it still one person?",
  },
  "data-quality": { text: "Data quality", question: "Many records share this value. What is it?" },
};
