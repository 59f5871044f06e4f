import {
  type CanonicalEvent,
  type EncounterStatement,
  type FactStatement,
  type IdentityOperation,
  type SourceKey,
  type SubjectStatement,
  value,
} from "@chesil/model";
import type { LinkRule, StoredRecord } from "@chesil/store";
import type { Random } from "../services/simulator/src/random.ts";
import type { Step } from "./barrier-region.ts";

/**
 * Random histories of a region. The patients say nothing that matching could find another by (no name, birth date or
 * number): a message then touches no record but those it names and what these were tied to by messages before it. Who
 * is linked by likeness is the one decider's to say, in order; the barrier never parts those messages.
 */
export type History = {
  readonly steps: readonly Step[];
  readonly records: readonly StoredRecord[];
  readonly rules: readonly LinkRule[];
};

/** Sizes in which everything meets everything, and in which hardly anything does. */
const SIZES = [
  { patients: 4, messages: 40 },
  { patients: 10, messages: 48 },
  { patients: 30, messages: 56 },
  { patients: 150, messages: 96 },
] as const;

export function drawHistory(random: Random): History {
  const { patients, messages } = random.pick(SIZES);
  const keys = Array.from({ length: patients }, (_, index) => keyOf(index));
  const steps = Array.from({ length: messages }, (_, index) => ({
    journalId: 1000 + index,
    event: drawEvent(random, keys),
  }));
  // Some are known before, and of a few pairs a person has decided already.
  const records = keys.filter((_, index) => index % 3 === 0).map((key, index) => recordOf(key, index + 1));
  const rules = records.slice(1, 3).map(
    (record, index): LinkRule => ({
      ruleId: index + 1,
      kind: "different",
      sourceRecordId: 1,
      otherSourceRecordId: record.sourceRecordId,
      decidedBy: "human",
      journalId: 1,
      at: new Date(0),
      liftedBy: null,
    }),
  );
  return { steps, records, rules };
}

const keyOf = (index: number): SourceKey => ({ authority: index % 7 === 5 ? "RDZ" : "RBD", localId: `P${index}` });

function recordOf(key: SourceKey, id: number): StoredRecord {
  return {
    ...key,
    sourceRecordId: id,
    feed: "test",
    status: "active",
    retiredInto: null,
    personId: `00000000-0000-8000-8000-${String(id).padStart(12, "0")}`,
    identifiers: { recordedAt: instant(0), journalId: 1 },
    demographics: {},
    blockingKeys: [],
    createdBy: 1,
    updatedBy: 1,
  };
}

const instant = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

const HAPPENINGS = ["plan", "admit", "transfer", "discharge", "leave", "return", "plan-transfer"] as const;

function drawEvent(random: Random, keys: readonly SourceKey[]): CanonicalEvent {
  const [one, other, third] = random.shuffled(keys);
  if (!one || !other || !third) throw new RangeError("A region has at least three patients.");
  const isOperation = random.chance(0.35);
  const operations = isOperation ? [drawOperation(random, one, other, third)] : [];
  if (isOperation && random.chance(0.1)) operations.push(drawOperation(random, other, third, one));
  const subjects = [drawSubject(random, one)];
  if (operations.some(({ operation }) => operation === "link" || operation === "unlink") || random.chance(0.1))
    subjects.push(drawSubject(random, other));
  return {
    schemaVersion: 2,
    source: { application: "", facility: "", controlId: "", messageType: "ADT", triggerEvent: "", version: "2.4" },
    // Many at one time, so that the order of arrival decides.
    recordedAt: instant(random.between(0, 5)),
    subjects,
    operations,
    warnings: [],
    notMapped: [],
  };
}

function drawSubject(random: Random, key: SourceKey): SubjectStatement {
  const text = () => String(random.uint32());
  return {
    patient: {
      key,
      identifiers: [{ authority: key.authority, value: key.localId, type: "MR" }],
      demographics: {
        ...(random.chance(0.7) ? { ethnicity: value(text()) } : {}),
        ...(random.chance(0.3) ? { religion: value(text()) } : {}),
      },
    },
    ...(random.chance(0.6) ? { encounter: drawVisit(random) } : {}),
    facts: random.chance(0.3) ? [drawFact(random)] : [],
    snapshots: random.chance(0.05) ? [{ kind: "document" }] : [],
  };
}

const drawNumber = (random: Random) => `V${random.between(0, 3)}`;
const drawAccount = (random: Random) => `A${random.between(0, 2)}`;

function drawVisit(random: Random): EncounterStatement {
  const happening = random.pick(HAPPENINGS);
  return {
    visitNumber: drawNumber(random),
    ...(random.chance(0.5) ? { account: drawAccount(random) } : {}),
    ...(random.chance(0.25) ? { action: "cancel", cancels: happening } : { action: happening }),
    location: String(random.uint32()),
  };
}

const drawFact = (random: Random): FactStatement => ({
  key: `F${random.between(0, 2)}`,
  action: random.chance(0.2) ? "retract" : "state",
  ...(random.chance(0.5) ? { visitNumber: drawNumber(random) } : {}),
  content: {
    kind: "document",
    type: { codings: [] },
    title: String(random.uint32()),
    status: "final",
    parts: [],
  },
});

function drawOperation(random: Random, one: SourceKey, other: SourceKey, third: SourceKey): IdentityOperation {
  const [account, visit] = [drawAccount(random), drawNumber(random)];
  return random.pick<() => IdentityOperation>([
    () => ({ operation: "merge", survivor: one, retired: other }),
    () => ({ operation: "merge", survivor: one, retired: other }),
    () => ({ operation: "merge", survivor: one, retired: other }),
    () => ({ operation: "link", one, other }),
    () => ({ operation: "unlink", one, other }),
    () => ({ operation: "move-record", moved: other, to: one, from: third }),
    () => ({ operation: "move-record", moved: one }),
    () => ({ operation: "change-id", wrong: other, right: one }),
    () => ({ operation: "delete-record", deleted: one }),
    () => ({ operation: "merge-account", patient: one, survivor: account, retired: drawAccount(random) }),
    () => ({ operation: "move-account", account, from: other, to: one }),
    () => ({ operation: "merge-visit", patient: one, survivor: visit, retired: drawNumber(random) }),
    () => ({ operation: "change-visit", patient: one, wrong: visit, right: drawNumber(random) }),
    () => ({ operation: "move-visit", visit, patient: one, toAccount: account, fromPatient: other }),
  ])();
}
