import { bigint, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

/** The table of `migrations/0007-delivery.sql`, which says why it is as it is. */
export const delivery = pgTable(
  "delivery",
  {
    destination: text("destination").notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    outcome: text("outcome").$type<"delivered" | "refused" | "withheld">().notNull(),
    code: text("code").notNull(),
    attempts: integer("attempts").notNull(),
    at: instant("at").notNull(),
    answer: bytea("answer"),
  },
  (table) => [primaryKey({ columns: [table.destination, table.journalId] })],
);
