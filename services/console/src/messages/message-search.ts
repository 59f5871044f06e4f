import type { MessageSearch, Outcome } from "../api/types.ts";
import { searchMemory } from "../session/search-memory.ts";

/** The search form of the messages page, and what it asks the API for. */

export const MESSAGES_PAGE = "messages";

export type TimeChoice = "any" | "15 min" | "1 h" | "24 h" | "7 d" | "between";
export type MessageCriteria = {
  text: string;
  feed: string;
  outcome: Outcome | "";
  time: TimeChoice;
  /** As the browser's date and time inputs give them: `2026-07-26T14:05`, local time. Read when time is `between`. */
  from: string;
  to: string;
};

export const NO_CRITERIA: MessageCriteria = { text: "", feed: "", outcome: "", time: "any", from: "", to: "" };

export const TIME_CHOICES: readonly { value: TimeChoice; text: string }[] = [
  { value: "any", text: "Any time" },
  { value: "15 min", text: "Last 15 minutes" },
  { value: "1 h", text: "Last hour" },
  { value: "24 h", text: "Last 24 hours" },
  { value: "7 d", text: "Last 7 days" },
  { value: "between", text: "Between two times" },
];

const MINUTE_MS = 60_000;
const BACK_MS: Partial<Record<TimeChoice, number>> = {
  "15 min": 15 * MINUTE_MS,
  "1 h": 60 * MINUTE_MS,
  "24 h": 24 * 60 * MINUTE_MS,
  "7 d": 7 * 24 * 60 * MINUTE_MS,
};

/** The request for these criteria; what is left empty is not asked for. */
export function messageSearch(criteria: MessageCriteria, nowMs: number): MessageSearch {
  const search: MessageSearch = {};
  const text = criteria.text.trim();
  if (text !== "") search.text = text;
  if (criteria.feed !== "") search.feed = criteria.feed;
  if (criteria.outcome !== "") search.outcome = criteria.outcome;
  const backMs = BACK_MS[criteria.time];
  if (backMs !== undefined) search.from = new Date(nowMs - backMs).toISOString();
  if (criteria.time === "between") {
    if (criteria.from !== "") search.from = new Date(criteria.from).toISOString();
    if (criteria.to !== "") search.to = new Date(criteria.to).toISOString();
  }
  return search;
}

/** Sets the messages page to these criteria before a link leads there: never through the address. */
export function seeMessages(criteria: Partial<MessageCriteria>): void {
  searchMemory.put(MESSAGES_PAGE, { ...NO_CRITERIA, ...criteria });
}
