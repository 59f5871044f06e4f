import type { ReviewTaskRow } from "../api/types.ts";

export const TASK_KINDS: Record<ReviewTaskRow["kind"], { text: string; question: string }> = {
  "possible-match": { text: "Possible match", question: "Are these two the same person?" },
  "merge-conflict": { text: "Merge conflict", question: "A sender merged these two. Are they the same person?" },
  "link-conflict": {
    text: "Link conflict",
    question: "A sender spoke against what is known. Are they the same person?",
  },
  "link-check": { text: "Link to check", question: "A sender gives reason to ask. Are these two the same person?" },
  "identifier-conflict": { text: "Identifier conflict", question: "One identifier, two people: whose is it?" },
};
