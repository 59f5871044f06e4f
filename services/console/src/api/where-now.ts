import type { Party } from "./types.ts";

/** Where a person is now, as `GET /api/v1/persons/{id}` says it. */
export type Stay = {
  encounterId: string;
  sourceRecordId: string;
  authority: string;
  feed: string;
  messageId: string;
  visitNumber: string;
  class: string | null;
  presence: "present" | "away" | "on-leave";
  place: { name: string; ward: string; room: string | null; bed: string | null; facility: string | null } | null;
  bedKept: string | null;
  goingTo: string | null;
  specialty: string | null;
  consultant: Party | null;
  since: string | null;
  heardAt: string;
  unheardDays: number;
  /** It is not certain that it still holds: nothing was heard of it for long, or they were to leave, or anything else says so. */
  isUnheard: boolean;
};
export type WhereNow = {
  answer: "here" | "disagreement" | "unheard" | "deceased" | "unknown" | "withheld";
  /** The latest movement first. */
  stays: Stay[];
  /** Visits that their feeds left open, which do not count. */
  setAside: { encounterId: string; because: "deceased" | "attendance-over" }[];
};
