import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Tables of the migration 0023, which says why each is as it is. */

export const journalPartition = pgTable("journal_partition", {
  firstId: bigint("first_id", { mode: "number" }).primaryKey(),
  nextId: bigint("next_id", { mode: "number" }).notNull(),
  tableName: text("table_name").notNull(),
  archivedAt: instant("archived_at"),
  archive: text("archive"),
  entriesArchived: bigint("entries_archived", { mode: "number" }).notNull().default(0),
  bytesArchived: bigint("bytes_archived", { mode: "number" }).notNull().default(0),
});

/** What a message is known by when it comes again. */
export const journalKey = pgTable("journal_key", {
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  controlKey: bigint("control_key", { mode: "bigint" }),
  contentKey: bigint("content_key", { mode: "bigint" }).notNull(),
  messageAt: instant("message_at").notNull(),
});
