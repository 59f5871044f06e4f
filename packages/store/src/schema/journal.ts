import type { Outcome, Warning } from "@chesil/model";
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Hearing } from "../identity-write.ts";
import { bytea, instant } from "./columns.ts";

/** Tables of the migrations 0001, 0006, 0009 and 0015, which say why each is as it is. */

export const journal = pgTable("journal", {
  journalId: bigint("journal_id", { mode: "number" }).primaryKey(),
  kind: text("kind").$type<"message" | "command" | "activation" | "resettle">().notNull(),
  feed: text("feed").notNull(),
  connection: text("connection").notNull(),
  receivedAt: instant("received_at").notNull(),
  raw: bytea("raw").notNull(),
  sha256: bytea("sha256").notNull(),
  accepted: boolean("accepted").notNull(),
  messageCode: text("message_code").notNull(),
  triggerEvent: text("trigger_event").notNull(),
  version: text("version").notNull(),
  sender: text("sender").notNull(),
  controlId: text("control_id").notNull(),
  messageAt: instant("message_at").notNull(),
  identities: text("identities").array().notNull(),
  acknowledgement: bytea("acknowledgement"),
  acknowledgementCode: text("acknowledgement_code"),
});

export const redelivery = pgTable("redelivery", {
  redeliveryId: bigint("redelivery_id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  feed: text("feed").notNull(),
  connection: text("connection").notNull(),
  receivedAt: instant("received_at").notNull(),
  restamped: boolean("restamped").notNull().default(false),
});

export const senderSequence = pgTable(
  "sender_sequence",
  {
    feed: text("feed").notNull(),
    sender: text("sender").notNull(),
    lastSequence: bigint("last_sequence", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.feed, table.sender] })],
);

export const batchEnvelope = pgTable("batch_envelope", {
  firstJournalId: bigint("first_journal_id", { mode: "number" }).primaryKey(),
  header: bytea("header").notNull(),
  trailer: bytea("trailer").notNull(),
  messages: integer("messages").notNull(),
  faults: text("faults").array().notNull(),
});

export const wireFault = pgTable("wire_fault", {
  faultId: bigint("fault_id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  feed: text("feed").notNull(),
  at: instant("at").notNull(),
  remoteAddress: text("remote_address").notNull(),
  reason: text("reason").notNull(),
  bytes: bytea("bytes").notNull(),
});

export const outcome = pgTable("outcome", {
  journalId: bigint("journal_id", { mode: "number" }).primaryKey(),
  outcome: text("outcome").$type<Exclude<Outcome, "duplicate">>().notNull(),
  reason: text("reason"),
  detail: text("detail"),
  decidedBy: bigint("decided_by", { mode: "number" }).notNull(),
  decidedAt: instant("decided_at").notNull(),
  sourceRecordId: bigint("source_record_id", { mode: "number" }),
  personId: uuid("person_id"),
  warnings: jsonb("warnings").$type<Warning[]>(),
  hearing: jsonb("hearing").$type<Hearing>(),
  correctedBy: bigint("corrected_by", { mode: "number" }),
});

export const tally = pgTable("tally", {
  feed: text("feed").notNull(),
  name: text("name").$type<"received" | Outcome>().notNull(),
  messages: bigint("messages", { mode: "number" }).notNull(),
});

export const logConsumer = pgTable("log_consumer", {
  consumer: text("consumer").primaryKey(),
  position: bigint("position", { mode: "number" }).notNull().default(0),
  leaseEpoch: bigint("lease_epoch", { mode: "number" }).notNull().default(0),
  leaseOwner: text("lease_owner"),
  leaseUntil: instant("lease_until"),
});
