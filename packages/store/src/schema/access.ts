import type { Sensitivity } from "@chesil/model";
import { bigint, boolean, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { RepresentativeAuthority } from "../command.ts";
import { bytea, instant } from "./columns.ts";

/** Tables of `migrations/0003-access.sql`, which says why each is as it is. */

export const appUser = pgTable("app_user", {
  username: text("username").primaryKey(),
  displayName: text("display_name").notNull(),
  passwordHash: text("password_hash").notNull(),
  roles: text("roles").array().notNull(),
  disabled: boolean("disabled").notNull().default(false),
  createdAt: instant("created_at").notNull(),
  lastSignInAt: instant("last_sign_in_at"),
});

export const session = pgTable("session", {
  tokenSha256: bytea("token_sha256").primaryKey(),
  username: text("username").notNull(),
  createdAt: instant("created_at").notNull(),
  lastSeenAt: instant("last_seen_at").notNull(),
});

export const signInLink = pgTable("sign_in_link", {
  tokenSha256: bytea("token_sha256").primaryKey(),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

export const consent = pgTable("consent", {
  personId: uuid("person_id").primaryKey(),
  optedOut: boolean("opted_out").notNull(),
  recordedBy: text("recorded_by").notNull(),
  recordedAt: instant("recorded_at").notNull(),
  journalId: bigint("journal_id", { mode: "number" }),
});

/** Of `migrations/0021-consent.sql`, like the next. */
export const consentStatement = pgTable("consent_statement", {
  journalId: bigint("journal_id", { mode: "number" }).primaryKey(),
  personId: uuid("person_id").notNull(),
  optedOut: boolean("opted_out").notNull(),
  askedBy: text("asked_by").$type<"person" | "representative">().notNull(),
  authority: text("authority").$type<RepresentativeAuthority>(),
  lacksCapacity: boolean("lacks_capacity").notNull(),
  evidence: text("evidence").notNull(),
  reason: text("reason").notNull(),
  askedOn: text("asked_on").notNull(),
  recordedBy: text("recorded_by").notNull(),
  recordedAt: instant("recorded_at").notNull(),
});

export const sensitivityMark = pgTable("sensitivity_mark", {
  sourceRecordId: bigint("source_record_id", { mode: "number" }).primaryKey(),
  level: text("level").$type<Sensitivity>().notNull(),
  reason: text("reason").notNull(),
  journalId: bigint("journal_id", { mode: "number" }).notNull(),
  recordedBy: text("recorded_by").notNull(),
  recordedAt: instant("recorded_at").notNull(),
});

export const audit = pgTable("audit", {
  auditId: bigint("audit_id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant("at").notNull(),
  username: text("username").notNull(),
  action: text("action").notNull(),
  personId: uuid("person_id"),
  sourceRecordId: bigint("source_record_id", { mode: "number" }),
  journalId: bigint("journal_id", { mode: "number" }),
  detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
});
