import type {
  EncounterStatus,
  Former,
  GoldenRecord,
  Identifier,
  Known,
  KnownDemographics,
  Movement,
  Party,
} from "@chesil/model";
import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, primaryKey, real, smallint, text, unique, uuid } from "drizzle-orm/pg-core";
import type { IdentityCommand, Verdict } from "../command.ts";
import type { DecisionState } from "../decision.ts";
import type { EncounterEvent, EncounterState } from "../encounter.ts";
import type { IdentityEventKind } from "../identity-write.ts";
import type { NumberAlias } from "../number-alias.ts";
import type { ReviewTaskKind, TaskStage } from "../review-write.ts";
import { instant } from "./columns.ts";

/** Tables of `migrations/0002-identity.sql`, `0004-identity-operations.sql` and `0011-decision.sql`, which say why each is as it is. */

export const person = pgTable("person", {
  personId: uuid("person_id").primaryKey(),
  status: text("status").$type<"active" | "merged">().notNull(),
  replacedBy: uuid("replaced_by"),
  golden: jsonb("golden").$type<GoldenRecord>().notNull(),
  partyCodes: text("party_codes").array().generatedAlwaysAs(sql`party_codes(golden, '$.*.value.code')`),
  nhsNumber: text("nhs_number"),
  familyName: text("family_name"),
  givenName: text("given_name"),
  birthDate: text("birth_date"),
  sex: text("sex"),
  postcode: text("postcode"),
  createdBy: bigint("created_by", { mode: "number" }).notNull(),
  updatedBy: bigint("updated_by", { mode: "number" }).notNull(),
});

export const sourceRecord = pgTable(
  "source_record",
  {
    sourceRecordId: bigint("source_record_id", { mode: "number" }).primaryKey(),
    authority: text("authority").notNull(),
    localId: text("local_id").notNull(),
    feed: text("feed").notNull(),
    status: text("status").$type<"active" | "retired" | "deleted">().notNull(),
    retiredInto: bigint("retired_into", { mode: "number" }),
    deletedAt: instant("deleted_at"),
    overlaidBy: bigint("overlaid_by", { mode: "number" }),
    personId: uuid("person_id").notNull(),
    identifiers: jsonb("identifiers").$type<Known<Identifier[]>>().notNull(),
    demographics: jsonb("demographics").$type<KnownDemographics>().notNull(),
    sensitivity: text("sensitivity").generatedAlwaysAs(sql`demographics -> 'confidentiality' ->> 'value'`),
    blockingKeys: bigint("blocking_keys", { mode: "bigint" }).array().notNull(),
    matchRecord: text("match_record"),
    matchVersion: smallint("match_version"),
    former: jsonb("former").$type<Former>(),
    createdBy: bigint("created_by", { mode: "number" }).notNull(),
    updatedBy: bigint("updated_by", { mode: "number" }).notNull(),
  },
  (table) => [unique().on(table.authority, table.localId)],
);

export const identityEvent = pgTable("identity_event", {
  eventId: bigint("event_id", { mode: "number" }).primaryKey(),
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  at: instant("at").notNull(),
  kind: text("kind").$type<IdentityEventKind>().notNull(),
  sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
  personId: uuid("person_id").notNull(),
  fromPersonId: uuid("from_person_id"),
  decidedBy: text("decided_by").$type<"identifier" | "model" | "sender" | "human" | "new">().notNull(),
  weight: real("weight"),
  evidence: jsonb("evidence").$type<unknown>(),
});

export const encounter = pgTable(
  "encounter",
  {
    encounterId: bigint("encounter_id", { mode: "number" }).primaryKey(),
    sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
    visitNumber: text("visit_number").notNull(),
    account: text("account"),
    status: text("status").$type<EncounterStatus>().notNull(),
    class: text("class"),
    location: text("location"),
    pendingLocation: text("pending_location"),
    specialty: text("specialty"),
    consultant: jsonb("consultant").$type<Party>(),
    admissionMethod: text("admission_method"),
    admittedAt: text("admitted_at"),
    dischargedAt: text("discharged_at"),
    expectedAt: text("expected_at"),
    dischargeDestination: text("discharge_destination"),
    recordedAt: instant("recorded_at").notNull(),
    updatedBy: bigint("updated_by", { mode: "number" }).notNull(),
    retiredInto: bigint("retired_into", { mode: "number" }),
    events: jsonb("events").$type<EncounterEvent[]>().notNull(),
    base: jsonb("base").$type<EncounterState>(),
    movements: jsonb("movements").$type<Movement[]>().notNull(),
    placeNames: text("place_names").array().generatedAlwaysAs(sql`encounter_places(movements, pending_location)`),
  },
  (table) => [unique().on(table.sourceRecordId, table.visitNumber)],
);

export const numberAlias = pgTable(
  "number_alias",
  {
    sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
    kind: text("kind").$type<NumberAlias["kind"]>().notNull(),
    number: text("number").notNull(),
    intoSourceRecordId: bigint("into_source_record_id", { mode: "number" }).notNull(),
    intoNumber: text("into_number").notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    liftedBy: bigint("lifted_by", { mode: "number" }),
  },
  (table) => [primaryKey({ columns: [table.sourceRecordId, table.kind, table.number] })],
);

export const linkRule = pgTable("link_rule", {
  ruleId: bigint("rule_id", { mode: "number" }).primaryKey(),
  kind: text("kind").$type<"same" | "different">().notNull(),
  sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
  otherSourceRecordId: bigint("other_source_record_id", { mode: "number" }).notNull(),
  decidedBy: text("decided_by").$type<"sender" | "human">().notNull(),
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  at: instant("at").notNull(),
  liftedBy: bigint("lifted_by", { mode: "number" }),
});

export const reviewTask = pgTable("review_task", {
  taskId: bigint("task_id", { mode: "number" }).primaryKey(),
  kind: text("kind").$type<ReviewTaskKind>().notNull(),
  state: text("state").$type<"open" | "closed">().notNull(),
  sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
  otherSourceRecordId: bigint("other_source_record_id", { mode: "number" }).notNull(),
  weight: real("weight"),
  why: text("why").notNull(),
  evidence: jsonb("evidence").$type<unknown>().notNull(),
  openedBy: bigint("opened_by", { mode: "number" }).notNull(),
  openedAt: instant("opened_at").notNull(),
  closedBy: bigint("closed_by", { mode: "number" }),
  closedAt: instant("closed_at"),
  settled: text("settled").$type<"joined" | "parted" | "ruled" | "deleted" | "overtaken">(),
  askedBy: bigint("asked_by", { mode: "number" }).notNull(),
  stage: text("stage").$type<TaskStage>().notNull().default("first"),
  assignee: text("assignee"),
});

export const decision = pgTable("decision", {
  journalId: bigint("journal_id", { mode: "number" }).primaryKey(),
  command: text("command").$type<IdentityCommand["command"]>().notNull(),
  taskId: bigint("task_id", { mode: "number" }),
  verdict: text("verdict").$type<Verdict>(),
  sourceRecordId: bigint("source_record_id", { mode: "number" }),
  otherSourceRecordId: bigint("other_source_record_id", { mode: "number" }),
  moved: bigint("moved", { mode: "number" }).array(),
  decidedBy: text("decided_by").notNull(),
  decidedAt: instant("decided_at").notNull(),
  reason: text("reason").notNull(),
  state: text("state").$type<DecisionState>().notNull(),
  detail: text("detail"),
  evidence: jsonb("evidence").$type<unknown>(),
  undoneBy: bigint("undone_by", { mode: "number" }),
});

export const parkedIdentity = pgTable("parked_identity", {
  identity: text("identity").primaryKey(),
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  since: instant("since").notNull(),
});
