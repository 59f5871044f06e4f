import type { AuditDetail, Gate, Permitted, PersonView, Viewer } from "@chesil/access";
import { type Database, findPatients, type PatientCondition } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import { shownPage } from "../shown-page.ts";

/** Of those who opted out and have an identifier, so many are put on record as refused. */
const REFUSED_MAX = 10;

/**
 * Whom an identifier names, asked of the read gate and on record: one person, or nobody where there is none, where there
 * are several, and where the one opted out. Whoever opted out is left out before anybody is counted: the answer is as if
 * they were not there, however many they are. "role" when the viewer may see no patient.
 */
export async function personOfIdentifier(
  { database, gate }: { database: Database; gate: Pick<Gate, "persons" | "withoutOptedOut"> },
  identifier: Extract<PatientCondition, { kind: "identifier" }>,
  look: { readonly viewer: Viewer; readonly action: string; readonly detail: AuditDetail },
): Promise<{ readonly personId: string; readonly view: PersonView } | undefined | "role"> {
  const refused: string[] = [];
  const { rows, next } = await shownPage<string>({
    read: (after, limit) =>
      readAtOnce(database, (client) => findPatients(client, [identifier], { after: after ?? null, limit })),
    shown: async (found) => {
      const visible = await gate.withoutOptedOut(found);
      refused.push(...found.filter((personId) => !visible.has(personId)));
      return found.filter((personId) => visible.has(personId));
    },
    size: 1,
  });
  // Of several nothing is told, so nobody is looked at; whoever opted out is refused, and that is on record.
  const asked = next === undefined ? (rows.length > 0 ? rows : refused.slice(0, REFUSED_MAX)) : [];
  const permitted: Permitted = await gate.persons(look.viewer, asked, look.action, look.detail);
  if (!permitted.allowed) return "role";
  const [personId, ...others] = permitted.personIds;
  return personId === undefined || others.length > 0 ? undefined : { personId, view: permitted.viewOf(personId) };
}
