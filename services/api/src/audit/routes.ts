import { readAudit, type StoredAuditEntry } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";

const ENTRIES_PER_PAGE = 100;

const auditEntry = z.object({
  at: z.iso.datetime(),
  username: z.string(),
  action: z.string(),
  personId: z.string().nullable(),
  detail: z.string(),
});

/** Who looked at whom, and who did what. Looking here is on record too. */
export function auditRoutes(app: App, { database, gate }: Deps, cursors: Cursors): void {
  app.get(
    "/api/v1/audit",
    {
      config: { action: "audit.read" },
      schema: {
        tags: ["audit"],
        summary: "The audit, newest first",
        querystring: z.object({ cursor: z.string().optional() }),
        response: { 200: z.object({ entries: z.array(auditEntry), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { username } = viewerOf(request);
      const list = ["audit", username];
      const { cursor } = request.query;
      const before = cursor === undefined ? null : cursors.open(list, cursor, z.number().int());
      await gate.record(username, "audit.read");
      const rows = await readAudit(database.pool, { before, limit: ENTRIES_PER_PAGE + 1 });
      const shown = rows.slice(0, ENTRIES_PER_PAGE);
      const last = shown.at(-1);
      return {
        entries: shown.map(entryOf),
        next: rows.length > ENTRIES_PER_PAGE && last ? cursors.seal(list, last.auditId) : null,
      };
    },
  );
}

function entryOf(stored: StoredAuditEntry): z.infer<typeof auditEntry> {
  const about = [
    ...(stored.journalId === null ? [] : [`message ${stored.journalId}`]),
    ...(stored.sourceRecordId === null ? [] : [`source record ${stored.sourceRecordId}`]),
    ...Object.entries(stored.detail).map(([name, value]) => `${name}: ${wordsOf(value)}`),
  ];
  return {
    at: stored.at.toISOString(),
    username: stored.username,
    action: stored.action,
    personId: stored.personId,
    detail: about.join("; "),
  };
}

const wordsOf = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value));
