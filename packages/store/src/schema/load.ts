import { bigint, boolean, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

/** Tables of `migrations/0020-load.sql`, `0025-load-order.sql`, `0028-load-facts.sql` and `0030-load-kinds.sql`, which say why each is as it is. */

const count = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

export const load = pgTable("load", {
  loadId: bigint("load_id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  feed: text("feed").notNull(),
  fileName: text("file_name").notNull(),
  fileSha256: bytea("file_sha256").notNull(),
  extractAt: instant("extract_at").notNull(),
  isFull: boolean("is_full").notNull(),
  isSettled: boolean("is_settled").notNull().default(false),
  startedAt: instant("started_at").notNull(),
  endedAt: instant("ended_at"),
  endsLine: boolean("ends_line"),
  confirmed: text("confirmed").array().notNull().default([]),
  rowsRead: count("rows_read"),
  rowsNew: count("rows_new"),
  rowsChanged: count("rows_changed"),
  rowsUnchanged: count("rows_unchanged"),
  rowsGone: count("rows_gone"),
  rowsRejected: count("rows_rejected"),
});

export const loadRow = pgTable(
  "load_row",
  {
    feed: text("feed").notNull(),
    rowKey: text("row_key").notNull(),
    contentSha256: bytea("content_sha256").notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    extractAt: instant("extract_at").notNull(),
    saidAt: instant("said_at").notNull(),
    facts: uuid("facts").array().notNull().default([]),
    statedBy: bigint("stated_by", { mode: "number" }).array().notNull().default([]),
    isShared: boolean("is_shared").notNull().default(false),
    kinds: text("kinds").array().notNull().default([]),
  },
  (table) => [primaryKey({ columns: [table.feed, table.rowKey] })],
);

export const loadGoneFact = pgTable(
  "load_gone_fact",
  { feed: text("feed").notNull(), fact: uuid("fact").notNull(), goneAt: instant("gone_at").notNull() },
  (table) => [primaryKey({ columns: [table.feed, table.fact] })],
);

export const loadLateRow = pgTable(
  "load_late_row",
  {
    feed: text("feed").notNull(),
    rowKey: text("row_key").notNull(),
    extractAt: instant("extract_at").notNull(),
    contentSha256: bytea("content_sha256").notNull(),
  },
  (table) => [primaryKey({ columns: [table.feed, table.rowKey, table.extractAt] })],
);
