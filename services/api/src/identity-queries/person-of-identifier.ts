import type { AuditDetail, Gate, Permitted, Viewer } from "@chesil/access";
import { type Database, findPatients, type PatientCondition } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";

/** An identifier that more people have than this is nobody's. */
const PERSONS_MAX = 10;

/**
 * Whom an identifier names, asked of the read gate and on record: one person, or nobody where there is none, where there
 * are several, and where the one opted out. "role" when the viewer may see no patient.
 */
export async function personOfIdentifier(
  { database, gate }: { database: Database; gate: Pick<Gate, "persons" | "withoutOptedOut"> },
  identifier: Extract<PatientCondition, { kind: "identifier" }>,
  look: { readonly viewer: Viewer; readonly action: string; readonly detail: AuditDetail },
): Promise<string | undefined | "role"> {
  const found = await readAtOnce(database, (client) =>
    findPatients(client, [identifier], { after: null, limit: PERSONS_MAX }),
  );
  const visible = await gate.withoutOptedOut(found);
  // Of several nothing is told, so nobody is looked at; whoever opted out is refused, and that is on record.
  const asked = visible.size > 1 ? [] : visible.size === 1 ? [...visible] : found;
  const permitted: Permitted = await gate.persons(look.viewer, asked, look.action, look.detail);
  if (!permitted.allowed) return "role";
  const [personId, ...others] = permitted.personIds;
  return others.length === 0 ? personId : undefined;
}
