import { bigint, date, doublePrecision, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ShadowChange, ShadowState } from "../shadow-run.ts";
import { instant } from "./columns.ts";

export const matchingModel = pgTable("matching_model", {
  version: text("version").primaryKey(),
  content: jsonb("content").$type<unknown>().notNull(),
  note: text("note").notNull(),
  addedAt: instant("added_at").notNull(),
  addedBy: text("added_by").notNull(),
});

export const shadowRun = pgTable("shadow_run", {
  version: text("version").primaryKey(),
  state: text("state").$type<ShadowState>().notNull(),
  share: doublePrecision("share").notNull(),
  askedBy: text("asked_by").notNull(),
  askedAt: instant("asked_at").notNull(),
  against: text("against"),
  position: bigint("position", { mode: "number" }).notNull(),
  counted: jsonb("counted").$type<unknown>().notNull(),
  startedAt: instant("started_at"),
  finishedAt: instant("finished_at"),
});

export const shadowChange = pgTable(
  "shadow_change",
  {
    version: text("version").notNull(),
    kind: text("kind").$type<ShadowChange["kind"]>().notNull(),
    sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
    otherSourceRecordId: bigint("other_source_record_id", { mode: "number" }).notNull(),
    pairs: integer("pairs").notNull(),
    weight: doublePrecision("weight"),
    weightInForce: doublePrecision("weight_in_force"),
    why: text("why"),
  },
  (table) => [primaryKey({ columns: [table.version, table.sourceRecordId, table.kind, table.otherSourceRecordId] })],
);

export const pairScores = pgTable("pair_scores", {
  version: text("version").primaryKey(),
  measuredAt: instant("measured_at").notNull(),
  records: bigint("records", { mode: "number" }).notNull(),
  sampled: bigint("sampled", { mode: "number" }).notNull(),
  bins: jsonb("bins").$type<unknown>().notNull(),
});

export const driftDay = pgTable(
  "drift_day",
  {
    day: date("day").notNull(),
    version: text("version").notNull(),
    figures: jsonb("figures").$type<unknown>().notNull(),
    measuredAt: instant("measured_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.version] })],
);
