import type { Permitted, Viewer } from "@chesil/access";
import { auditEventOf } from "@chesil/fhir";
import { readAuditOf, type StoredAuditEntry } from "@chesil/store";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { entryPage } from "./record.ts";
import { recordConditions } from "./record-conditions.ts";
import { entryIdOf, type RecordSource } from "./record-source.ts";
import type { Searcher } from "./search.ts";

/**
 * AuditEvent: who looked at a patient. For privacy officers alone, of whoever opted out too: they answer for the audit.
 * Looking here is on record.
 */

const mayAudit = ({ roles }: Viewer) => roles.includes("privacy-officer");

export async function readAuditEvent(deps: FhirDeps, id: string, viewer: Viewer): Promise<Answer> {
  if (!mayAudit(viewer)) return roleRefused();
  await deps.gate.record(viewer.username, "audit.read", { resource: "AuditEvent" });
  const auditId = entryIdOf(id);
  const [entry] = await readAuditOf(deps.database.pool, { auditIds: auditId === undefined ? [] : [auditId], limit: 1 });
  return entry && String(entry.auditId) === id ? found(auditEventOf(entry)) : notFound("AuditEvent");
}

export const auditEventSearcher = (deps: FhirDeps): Searcher => ({
  type: "AuditEvent",
  async find(sought) {
    const { viewer, criteria } = sought;
    if (!mayAudit(viewer)) return "role";
    const conditions = await sought.within((client) => recordConditions(client, "AuditEvent", sought.parameters));
    if ("ok" in conditions) return conditions;
    const permit = async (): Promise<Permitted> => {
      await deps.gate.record(viewer.username, "audit.read", { resource: "AuditEvent", criteria });
      // The audit holds nothing of a patient but who it was: there is no view to take of it.
      const viewOf = () => {
        throw new Error("An audit entry is shown whole.");
      };
      return { allowed: true, personIds: new Set(), optedOut: new Set(), viewOf };
    };
    return entryPage({ source: readEntries, conditions, permit }, sought);
  },
});

const readEntries: RecordSource = async (client, { personIds, entryIds, before, limit }) =>
  (await readAuditOf(client, { personIds, auditIds: entryIds, before, limit })).map(entryOf);

const entryOf = (stored: StoredAuditEntry) => ({
  entryId: stored.auditId,
  personId: stored.personId ?? "",
  isRetracted: false,
  isShown: () => true,
  resources: () => [auditEventOf(stored)],
  provenance: () => {
    throw new Error("An audit entry says itself where it comes from.");
  },
});
