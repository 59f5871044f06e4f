/** The answers of Chesil's API (`/api/v1`), written by hand to the HTTP contract. Instants are ISO 8601, UTC. */

import type { WhereNow } from "./where-now.ts";

export type Role = "administrator" | "data-manager" | "operations" | "clinician" | "privacy-officer";
export type User = { username: string; displayName: string; roles: Role[] };
export type UserRow = User & { disabled: boolean; createdAt: string; lastSignInAt: string | null };
export type SessionAnswer = { user: User } | { user: null; setup: true; token2: string };

export type Outcome = "applied" | "duplicate" | "conflict" | "quarantined" | "parked" | "rejected" | "skipped";
export type Percentiles = { p50: number; p95: number; p99: number };

export type Feed = {
  name: string;
  kind: string;
  address: string;
  connections: number;
  connected: boolean;
  lastMessageAt: string | null;
  receivedTotal: number;
  receivedPerSecond: number;
  silent: boolean;
};
export type FeedFault = { at: string; remote: string; reason: string; text: string };
/** A file that was loaded. `endedAt` null: it runs, or was stopped on the way. */
export type Load = {
  loadId: string;
  feed: string;
  fileName: string;
  extractAt: string;
  full: boolean;
  startedAt: string;
  endedAt: string | null;
  rows: { read: number; new: number; changed: number; unchanged: number; gone: number; rejected: number };
};
export type FeedWithFaults = Feed & { faults: Record<string, number>; recentFaults: FeedFault[] };

export type Snapshot = {
  at: string;
  ready: boolean;
  feeds: Feed[];
  receivedPerSecond: number;
  appliedPerSecond: number;
  outcomes: Record<Outcome, number>;
  received: number;
  inFlight: number;
  ackMs: Percentiles | null;
  applyMs: Percentiles | null;
  backlog: { messages: number; oldestSeconds: number };
  persons: number;
  sourceRecords: number;
  reviewTasksOpen: number;
  parkedIdentities: number;
  parkedOldestSeconds: number;
};
export type HistoryPoint = {
  at: string;
  received: number;
  applied: number;
  ackP99Ms: number | null;
  backlog: number;
};

export type MessageSearch = { text?: string; feed?: string; outcome?: Outcome; from?: string; to?: string };
export type MessageRow = {
  id: string;
  feed: string;
  receivedAt: string;
  messageType: string;
  triggerEvent: string;
  controlId: string;
  sender: string;
  outcome: Outcome | null;
  reason: string | null;
  reasonText: string | null;
  bytes: number;
  redeliveries: number;
  personId: string | null;
};
type PlaceState = "absent" | "empty" | "null" | "value";
type TreeComponent = { state: PlaceState; text: string; subcomponents: string[] };
type TreeRepetition = { state: PlaceState; text: string; components: TreeComponent[] };
export type TreeField = {
  number: number;
  name: string;
  state: PlaceState;
  repetitions: TreeRepetition[];
};
export type TreeSegment = { id: string; name: string; index: number; fields: TreeField[] };
/** `truncated`: the message is longer than what is shown. */
export type MessageTree = { segments: TreeSegment[]; truncated: boolean };
export type MessageWarning = { location: string; code: string; text: string };
export type MessageDetail = MessageRow & {
  version: string;
  acknowledgement: string;
  acknowledgementCode: string;
  identities: string[];
  appliedAt: string | null;
  applyMs: number | null;
  detail: string | null;
  raw: string | null;
  /** The folder of the archive that has its bytes; null: they are here. */
  archive: string | null;
  charset: string;
  /** A person's correction, which stands in for the bytes received: `tree` and `event` are then the correction's. */
  repair: { by: string; reason: string; at: string; raw: string | null } | null;
  tree: MessageTree | null;
  event: Record<string, unknown> | null;
  person: { personId: string; displayName: string } | null;
  /** True when the reader's roles hold no patient data: raw, tree, event and person are then null. */
  withheld: boolean;
  decision: Decision | null;
  parkedBehind: string | null;
  warnings: MessageWarning[];
  redeliveriesAt: string[];
};
/** A message that others wait behind, or one that waits for the rest of itself. */
export type HeldMessage = {
  id: string;
  feed: string;
  messageType: string;
  triggerEvent: string;
  receivedAt: string;
  outcome: Outcome | null;
  reason: string | null;
  reasonText: string | null;
  detail: string | null;
  kind: "failed" | "awaiting-continuation";
  since: string;
  ageSeconds: number;
  identities: number;
  messagesBehind: number;
  /** True when more wait than are counted. */
  moreBehind: boolean;
};
export type QuarantineReason = { reason: string; text: string; count: number; oldestAt: string };

export type DecisionLevel = {
  comparison: string;
  level: string;
  /** log2 Bayes factor. */
  weight: number;
  left?: string | null;
  right?: string | null;
};
export type Decision = {
  /** `link`, `review`, `new` or `merge`. */
  kind: string;
  by: string;
  modelVersion: string;
  /** log2 odds, prior included. */
  weight: number | null;
  probability: number | null;
  levels: DecisionLevel[];
  runnerUp: { personId: string; weight: number } | null;
  veto: string | null;
};

export type Trust = "verified" | "unverified" | "invalid";
export type Sex = "male" | "female" | "indeterminate" | "unknown";
export type PersonName = { use: string; family?: string; given: string[]; prefix?: string; suffix?: string };
export type Address = {
  use: string;
  lines: string[];
  city?: string;
  county?: string;
  postcode?: string;
  country?: string;
};
export type Telecom = { kind: string; use: string; value: string };
export type Party = { code?: string; display?: string };
export type Identifier = { authority: string; value: string; type: string; trust?: Trust };

export type PersonSearch = {
  text?: string;
  nhsNumber?: string;
  family?: string;
  given?: string;
  birthDate?: string;
  sex?: Sex;
  postcode?: string;
  localId?: string;
};
export type PersonRow = {
  personId: string;
  displayName: string;
  nhsNumber: { value: string; display: string; trust: Trust } | null;
  birthDate: string | null;
  deathDate: string | null;
  /** True also where the day is not known. */
  deceased: boolean;
  sex: Sex | null;
  postcode: string | null;
  addressText: string | null;
  sourceRecords: number;
  restricted: boolean;
};
export type ValueSource = { authority: string; localId: string; feed: string };
export type Alternative = { text: string; source: ValueSource; recordedAt: string };
export type GoldenValue<T> = {
  value: T;
  text: string;
  source: ValueSource;
  recordedAt: string;
  alternatives: Alternative[];
};
export type Golden = {
  name?: GoldenValue<PersonName>;
  names?: GoldenValue<PersonName[]>;
  nhsNumber?: GoldenValue<{ value: string; trust: Trust }>;
  birthDate?: GoldenValue<string>;
  sex?: GoldenValue<Sex>;
  addresses?: GoldenValue<Address[]>;
  telecoms?: GoldenValue<Telecom[]>;
  generalPractitioner?: GoldenValue<Party>;
  generalPractice?: GoldenValue<Party>;
  deceased?: GoldenValue<boolean>;
  deathDate?: GoldenValue<string>;
  ethnicity?: GoldenValue<string>;
  maritalStatus?: GoldenValue<string>;
  religion?: GoldenValue<string>;
  language?: GoldenValue<string>;
};
/** A source record's demographics as stored: `value` is absent after the sender cleared it. */
export type KnownValue = { value?: unknown; recordedAt: string };
export type SourceRecord = {
  sourceRecordId: string | number;
  authority: string;
  localId: string;
  feed: string;
  status: "active" | "retired" | "deleted";
  retiredInto: string | number | null;
  identifiers: Identifier[];
  demographics: Partial<Record<string, KnownValue>>;
  recordedAt: string;
  receivedAt: string;
  linkedAt: string;
  linkedBy: "model" | "identifier" | "sender" | "human" | "new";
  weight: number | null;
  messages: number;
};
export type Encounter = {
  encounterId: string | number;
  sourceRecordId: string | number;
  authority: string;
  visitNumber: string;
  class: string | null;
  status: string;
  location: string | null;
  specialty: string | null;
  consultant: Party | string | null;
  admittedAt: string | null;
  dischargedAt: string | null;
  updatedAt: string;
};
export type FactKind =
  | "alert"
  | "allergy"
  | "condition"
  | "procedure"
  | "medication"
  | "immunisation"
  | "result"
  | "document"
  | "measurement"
  | "referral"
  | "appointment"
  | "care-package"
  | "relationship"
  | "registration"
  | "accident"
  | "insurance"
  | "local";
export type FactRow = {
  factId: string;
  sourceRecordId: string;
  authority: string;
  feed: string;
  title: string;
  detail: string;
  status: string | null;
  state: "current" | "superseded" | "retracted" | "withdrawn";
  relation: "replace" | "addend" | null;
  visitNumber: string | null;
  at: string | null;
  recordedAt: string;
  earlier: number;
  messageId: string;
  documents: { number: number; title: string }[];
  changedByMessageId: string;
};
export type FactPage = { rows: FactRow[]; next: string | null };
export type FactGroup = FactPage & { kind: FactKind; total: number; current: number };
export type DocumentFinding = { code: string; severity: "information" | "warning"; text: string; count: number };
export type DocumentView = {
  factId: string;
  number: number;
  documents: { number: number; title: string }[];
  personId: string;
  title: string;
  state: FactRow["state"];
  status: string | null;
  at: string | null;
  authority: string;
  feed: string;
  messageId: string;
  contentType: string;
  kind: string | null;
  kindName: string | null;
  about: { label: string; text: string }[];
  bytes: number;
  /** Of an allow-list: nothing in it runs, fetches or leads anywhere. */
  html: string | null;
  reference: string | null;
  findings: DocumentFinding[];
};
export type IdentityEvent = {
  at: string;
  kind:
    | "created"
    | "linked"
    | "unlinked"
    | "merged"
    | "unmerged"
    | "retired"
    | "renamed"
    | "deleted"
    | "restored"
    | "overlaid"
    | "cleared";
  text: string;
  sourceRecord: string | null;
  by: string;
  weight: number | null;
  messageId: string | null;
};
/** A period that is over in which a source said something. */
export type FormerValue = {
  field: string;
  value: unknown;
  text: string;
  source: Pick<SourceRecord, "sourceRecordId" | "authority" | "localId">;
  /** Null: its sender spoke of it only as of something former. */
  from: string | null;
  to: string;
  /** The message that said something else. */
  messageId: string;
};
export type PersonRecord = {
  personId: string;
  status: "active" | "merged";
  replacedBy: string | null;
  golden: Golden;
  formerValues: FormerValue[];
  sourceRecords: SourceRecord[];
  whereNow: WhereNow;
  encounters: Encounter[];
  facts: FactGroup[];
  history: IdentityEvent[];
  openTasks: ReviewTaskRow[];
};

export type TaskState = "open" | "closed";
type TaskPerson = { personId: string; displayName: string };
export type ReviewTaskRow = {
  taskId: string;
  kind:
    | "possible-match"
    | "number-conflict"
    | "fits-two"
    | "merge-conflict"
    | "link-conflict"
    | "link-check"
    | "possible-overlay"
    | "data-quality";
  state: string;
  openedAt: string;
  ageHours: number;
  weight: number | null;
  why: string;
  left: TaskPerson;
  right: TaskPerson;
};
export type SideRow = { label: string; text: string; source: string };
export type TaskSide = TaskPerson & { rows: SideRow[] };
export type ReviewTask = Omit<ReviewTaskRow, "left" | "right"> & {
  left: TaskSide;
  right: TaskSide;
  evidence: Decision | null;
};

export type AuditEntry = { at: string; username: string; action: string; personId: string | null; detail: string };
