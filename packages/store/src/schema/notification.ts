import { bigint, boolean, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

/** Tables of `migrations/0014-notification.sql`, which says why each is as it is. */

export const identifierChange = pgTable("identifier_change", {
  changeId: bigint("change_id", { mode: "number" }).primaryKey(),
  personId: uuid("person_id").notNull(),
});

export const notificationPlace = pgTable("notification_place", {
  destination: text("destination").primaryKey(),
  position: bigint("position", { mode: "number" }).notNull(),
  changeId: bigint("change_id", { mode: "number" }).notNull(),
});

export const notification = pgTable(
  "notification",
  {
    destination: text("destination").notNull(),
    personId: uuid("person_id").notNull(),
    state: text("state").$type<"due" | "told" | "silent" | "withheld" | "refused">().notNull(),
    queueNo: bigint("queue_no", { mode: "number" }).notNull(),
    dueSince: instant("due_since").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    changedAt: instant("changed_at").notNull(),
    turn: integer("turn").notNull(),
    audited: boolean("audited").notNull(),
    refusals: integer("refusals").notNull(),
    told: bytea("told"),
    code: text("code"),
    answer: bytea("answer"),
  },
  (table) => [primaryKey({ columns: [table.destination, table.personId] })],
);
