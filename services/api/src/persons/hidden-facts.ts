import { isFactPermitted, isSensitiveSpecialty, type PersonView } from "@chesil/access";
import { type Client, readGatedFacts, type StoredEncounter, type StoredRecord } from "@chesil/store";

/**
 * The facts of a person's records that may not be shown: left out before any is counted or cut into pages.
 *
 * @param records those that may be shown, of which alone facts are read; @param encounters all visits of these.
 */
export async function readHiddenFacts(
  client: Client,
  view: PersonView,
  { records, encounters }: { records: readonly StoredRecord[]; encounters: readonly StoredEncounter[] },
): Promise<number[]> {
  const all = view.notBefore !== null || view.hiddenKinds.size > 0;
  if (!all && view.seesConfidential) return [];
  const specialties = encounters.flatMap(({ specialty }) => specialty ?? []);
  const gated = await readGatedFacts(
    client,
    records.map((record) => record.sourceRecordId),
    { all, specialties: [...new Set(specialties)].filter((each) => isSensitiveSpecialty(view.policy, each)) },
  );
  return gated.filter((fact) => !isFactPermitted(view, fact)).map((fact) => fact.factId);
}
