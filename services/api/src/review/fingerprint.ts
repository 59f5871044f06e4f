import { createHash } from "node:crypto";
import type { LinkRule, StoredRecord, StoredReviewTask } from "@chesil/store";
import { z } from "zod";

/** What a reviewer looks at: the question, the two records, all records of the two persons, and the rules in force. */
export type Looked = {
  readonly task: StoredReviewTask;
  readonly records: readonly StoredRecord[];
  /** In force, about either of the two records. */
  readonly rules: readonly LinkRule[];
};

/** The parts in their order in a fingerprint, and what is said when one is not as it was. */
const PARTS = {
  question: "The question was asked anew, was decided by others, or is closed.",
  left: "The left record changed.",
  right: "The right record changed.",
  people: "Other records of the two persons changed, came or went.",
  rules: "Somebody decided about one of the two records.",
} as const;
export type LookedPart = keyof typeof PARTS;

const VERSION = "1";
const PART_BYTES = 8;

/** One short hash a part, so that whoever decides by an older look is told what changed since. */
export const fingerprint = z.string().regex(/^1(\.[\w-]{11}){5}$/, "is no fingerprint of a task");

export function fingerprintOf(looked: Looked): string {
  const parts = partsOf(looked);
  return [VERSION, ...Object.keys(PARTS).map((part) => hash(parts[part as LookedPart]))].join(".");
}

/** What is not as it was when `seen` was looked at. */
export function changedSince(seen: string, now: string): { readonly part: LookedPart; readonly text: string }[] {
  const [before, after] = [seen.split(".").slice(1), now.split(".").slice(1)];
  return (Object.keys(PARTS) as LookedPart[]).flatMap((part, index) =>
    before[index] === after[index] ? [] : [{ part, text: PARTS[part] }],
  );
}

function partsOf({ task, records, rules }: Looked): Record<LookedPart, unknown> {
  const one = (id: number) => {
    const record = records.find(({ sourceRecordId }) => sourceRecordId === id);
    return record && [record.status, record.updatedBy, record.personId, record.overlaidBy ?? null];
  };
  const others = records
    .filter(({ sourceRecordId: id }) => id !== task.sourceRecordId && id !== task.otherSourceRecordId)
    .map((record) => [record.sourceRecordId, record.status, record.updatedBy, record.personId].join(" "));
  return {
    // Between the first two verdicts nothing that is shown changes.
    question: [task.kind, task.state, task.why, task.askedBy, task.stage === "adjudication"],
    left: one(task.sourceRecordId),
    right: one(task.otherSourceRecordId),
    people: others.sort(),
    rules: rules.map(({ ruleId }) => ruleId).sort((a, b) => a - b),
  };
}

const hash = (part: unknown) =>
  createHash("sha256")
    .update(JSON.stringify(part ?? null))
    .digest()
    .subarray(0, PART_BYTES)
    .toString("base64url");
