import type { Outcome, Warning } from "@chesil/model";
import { bigint, boolean, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

/** Tables of `migrations/0001-journal.sql`, which says why each is as it is. */

export const journalHead = pgTable("journal_head", {
  onlyRow: boolean("only_row").primaryKey().default(true),
  nextId: bigint("next_id", { mode: "number" }).notNull(),
});

export const journal = pgTable("journal", {
  journalId: bigint("journal_id", { mode: "number" }).primaryKey(),
  kind: text("kind").$type<"message" | "command">().notNull(),
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
});

export const tally = pgTable(
  "tally",
  {
    feed: text("feed").notNull(),
    name: text("name").$type<"received" | Outcome>().notNull(),
    messages: bigint("messages", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.feed, table.name] })],
);

export const logConsumer = pgTable("log_consumer", {
  consumer: text("consumer").primaryKey(),
  position: bigint("position", { mode: "number" }).notNull().default(0),
  leaseEpoch: bigint("lease_epoch", { mode: "number" }).notNull().default(0),
  leaseOwner: text("lease_owner"),
  leaseUntil: instant("lease_until"),
});
