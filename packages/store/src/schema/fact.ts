import type { FactContent, FactKind } from "@chesil/model";
import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Tables of `migrations/0005-fact.sql`, which says why each is as it is. */

export const fact = pgTable(
  "fact",
  {
    factId: bigint("fact_id", { mode: "number" }).primaryKey(),
    sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
    kind: text("kind").$type<FactKind>().notNull(),
    factKey: text("fact_key").notNull(),
    state: text("state").$type<"current" | "superseded" | "retracted" | "withdrawn">().notNull(),
    visitNumber: text("visit_number"),
    content: jsonb("content").$type<FactContent>().notNull(),
    partyCodes: text("party_codes")
      .array()
      .generatedAlwaysAs(sql`party_codes(content, '$.*.code') || party_codes(content, '$.location')`),
    recordedAt: instant("recorded_at").notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    partsAt: instant("parts_at"),
    partsBy: bigint("parts_by", { mode: "number" }),
    retractedAt: instant("retracted_at"),
    retractedBy: bigint("retracted_by", { mode: "number" }),
    relation: text("relation").$type<"replace" | "addend">(),
    relatesTo: text("relates_to"),
    relatedAt: instant("related_at"),
    relatedBy: bigint("related_by", { mode: "number" }),
    createdBy: bigint("created_by", { mode: "number" }).notNull(),
    updatedBy: bigint("updated_by", { mode: "number" }).notNull(),
  },
  (table) => [unique().on(table.sourceRecordId, table.kind, table.factKey)],
);

export const factVersion = pgTable(
  "fact_version",
  {
    factId: bigint("fact_id", { mode: "number" }).notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    recordedAt: instant("recorded_at").notNull(),
    content: jsonb("content").$type<FactContent>().notNull(),
    partsBy: bigint("parts_by", { mode: "number" }),
  },
  (table) => [primaryKey({ columns: [table.factId, table.journalId] })],
);

export const factSnapshot = pgTable(
  "fact_snapshot",
  {
    sourceRecordId: bigint("source_record_id", { mode: "number" }).notNull(),
    kind: text("kind").$type<FactKind>().notNull(),
    visitNumber: text("visit_number").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    journalId: bigint("journal_id", { mode: "number" }).notNull(),
    factKeys: jsonb("fact_keys").$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sourceRecordId, table.kind, table.visitNumber] })],
);
