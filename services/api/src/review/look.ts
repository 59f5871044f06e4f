import { compare, type MatchingModel, prepare } from "@chesil/matching";
import {
  type Client,
  type LinkRule,
  readLatestLinks,
  readLinkRules,
  readRecordsOfPersons,
  readReviewTasksById,
  type StoredIdentityEvent,
  type StoredRecord,
  type StoredReviewTask,
} from "@chesil/store";
import { z } from "zod";
import { type DecisionView, decisionOf } from "../decision.ts";
import { matchRecordOfStored } from "./match-words.ts";
import { compareVersions, overlayOf } from "./overlay.ts";
import { personsOfTasks } from "./row.ts";

/** A question with all that a reviewer looks at, as it is now. */
export type Look = {
  readonly task: StoredReviewTask;
  /** Every record of both persons. */
  readonly records: readonly StoredRecord[];
  /** In force, about either of the two records. */
  readonly rules: readonly LinkRule[];
  /** For each of the records the event that put it where it is. */
  readonly links: ReadonlyMap<number, StoredIdentityEvent>;
};

export async function readLook(client: Client, taskId: number): Promise<Look | undefined> {
  const [task] = await readReviewTasksById(client, [taskId]);
  if (!task) return undefined;
  const records = await readRecordsOfPersons(client, personsOfTasks([task]));
  const ids = records.map((record) => record.sourceRecordId);
  return {
    task,
    records,
    rules: await readLinkRules(client, [task.sourceRecordId, task.otherSourceRecordId]),
    links: await readLatestLinks(client, ids),
  };
}

/** The two records as they compare now; of an overlaid record its two versions. Null where a side can not be compared. */
export function evidenceNow({ task, records }: Look, model: MatchingModel): DecisionView | null {
  const overlay = task.sourceRecordId === task.otherSourceRecordId ? overlayOf(task.evidence) : null;
  const [one, other] = [task.sourceRecordId, task.otherSourceRecordId].map((id) =>
    records.find(({ sourceRecordId }) => sourceRecordId === id),
  );
  if (!overlay && (!one || !other || one === other)) return null;
  const found = overlay
    ? compareVersions(overlay, model)
    : compare(
        prepare(matchRecordOfStored(one as StoredRecord)),
        prepare(matchRecordOfStored(other as StoredRecord)),
        model,
      );
  return decisionOf({ ...found, kind: "review" }, "model", { shown: new Set(), mayShowOther: true });
}

export const changedView = z.array(
  z.object({
    what: z.enum(["closed", "record", "people", "link", "rule", "model", "evidence"]),
    text: z.string(),
  }),
);
type Changed = z.infer<typeof changedView>;

/** What is not any more as it was when the question was asked last, in words: the banner above it. */
export function changedSinceAsked(look: Look, asked: DecisionView | null, now: DecisionView | null): Changed {
  const { task, records, rules, links } = look;
  const isSide = ({ sourceRecordId: id }: StoredRecord) =>
    id === task.sourceRecordId || id === task.otherSourceRecordId;
  const nameOf = (record: StoredRecord) => `${record.authority} ${record.localId}`;
  const changed: Changed = [];
  if (task.state === "closed") changed.push({ what: "closed", text: closingText(task) });
  for (const record of records.filter(isSide)) {
    if (record.status !== "active")
      changed.push({ what: "record", text: `${nameOf(record)} is ${record.status} now.` });
    else if (record.updatedBy > task.askedBy)
      changed.push({ what: "record", text: `${nameOf(record)} was updated since.` });
    const link = links.get(record.sourceRecordId);
    if (link && link.journalId > task.askedBy)
      changed.push({ what: "link", text: `${nameOf(record)} was ${link.kind} since.` });
  }
  const others = records.filter((record) => !isSide(record));
  const isNewer = (record: StoredRecord) =>
    record.updatedBy > task.askedBy || (links.get(record.sourceRecordId)?.journalId ?? 0) > task.askedBy;
  const newer = others.filter(isNewer).length;
  if (newer > 0)
    changed.push({ what: "people", text: `${newer} other records of these persons changed or came since.` });
  for (const rule of rules) {
    if (rule.journalId > task.askedBy) changed.push({ what: "rule", text: ruleText(rule, task) });
  }
  if (asked && now && asked.modelVersion !== now.modelVersion)
    changed.push({ what: "model", text: "Records are compared by another model now." });
  changed.push(...levelChanges(asked, now));
  return changed;
}

function levelChanges(asked: DecisionView | null, now: DecisionView | null): Changed {
  if (!asked || !now) return [];
  const before = new Map(asked.levels.map(({ comparison, level }) => [comparison, level]));
  return now.levels.flatMap(({ comparison, level }): Changed => {
    const was = before.get(comparison);
    if (was === undefined || was === level) return [];
    return [{ what: "evidence", text: `${comparison}: ${was} when it was asked, ${level} now.` }];
  });
}

function ruleText(rule: LinkRule, task: StoredReviewTask): string {
  const sides = new Set([task.sourceRecordId, task.otherSourceRecordId]);
  const isBetween = sides.has(rule.sourceRecordId) && sides.has(rule.otherSourceRecordId);
  const who = rule.decidedBy === "human" ? "A person" : "A sender";
  const about = isBetween ? "of these two" : "of one of these and another record";
  return `${who} said ${about} that they are ${rule.kind === "same" ? "one patient" : "two patients"}.`;
}

const CLOSINGS = {
  joined: "Both are one person now.",
  parted: "They are two persons now.",
  ruled: "A rule answers it now.",
  deleted: "One of the two records was deleted.",
  overtaken: "What is known by now no longer raises it.",
} as const;

export const closingText = ({ settled }: StoredReviewTask): string =>
  settled === null ? "A person decided it." : CLOSINGS[settled];
