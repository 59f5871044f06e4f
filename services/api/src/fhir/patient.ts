import type { Viewer } from "@chesil/access";
import { type Patient, patientOf, replacedPatient } from "@chesil/fhir";
import {
  type Client,
  findPatients,
  type PatientCondition,
  readRecordsOfPersons,
  readSurvivors,
  readVersionedPersons,
  type StoredRecord,
  type VersionedPerson,
} from "@chesil/store";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { visiblePage } from "./page.ts";
import { patientConditions, personId } from "./patient-conditions.ts";
import type { Searcher } from "./search.ts";

/** Patient: read by id, and search. */

/** The person, or for a merged one the way to the survivor. */
export async function readPatient(deps: FhirDeps, id: string, viewer: Viewer): Promise<Answer> {
  const { pool } = deps.database;
  const asked = personId(id);
  const ids = asked ? [asked] : [];
  const [person] = await readVersionedPersons(pool, ids);
  const records = person?.status === "active" ? await readRecordsOfPersons(pool, ids) : [];
  const survivors = person?.status === "merged" ? await readSurvivors(pool, ids) : undefined;
  // Asked whether or not there is such a person, so that both answers take the same way.
  const permitted = await deps.gate.persons(viewer, ids, "fhir-read", { resource: "Patient" });
  if (!permitted.allowed) return roleRefused();
  if (!person || !permitted.personIds.has(person.personId)) return notFound("Patient");
  if (person.status === "active") return found(resourceOf(person, records));
  const survivorId = survivors?.get(person.personId);
  if (survivorId === undefined) throw new Error("A merged person leads to no survivor.");
  return found(replacedPatient({ personId: person.personId, survivorId, version: versionOf(person) }));
}

export const patientSearcher = (deps: FhirDeps): Searcher => ({
  type: "Patient",
  async find(within, parameters, { after, count }) {
    const read = patientConditions(parameters);
    if (!read.ok) return read;
    const namesIds = read.conditions.some((condition) => condition.kind === "id");
    const conditions = namesIds ? await within((client) => followed(client, read.conditions)) : read.conditions;
    const page = await visiblePage<string>({
      find: async (place, limit) => {
        const ids = await within((client) => findPatients(client, conditions, { after: place, limit }));
        return ids.map((id) => ({ id, personId: id }));
      },
      withoutOptedOut: deps.gate.withoutOptedOut,
      after,
      count,
    });
    return { ok: true, ...page };
  },
  async read(ids, viewer, criteria) {
    const { pool } = deps.database;
    const persons = (await readVersionedPersons(pool, ids)).filter((person) => person.status === "active");
    const records = Map.groupBy(await readRecordsOfPersons(pool, ids), (record) => record.personId);
    const asked = persons.map((person) => person.personId);
    const permitted = await deps.gate.persons(viewer, asked, "fhir-search", { resource: "Patient", criteria });
    if (!permitted.allowed) return "role";
    return persons
      .filter((person) => permitted.personIds.has(person.personId))
      .map((person) => resourceOf(person, records.get(person.personId) ?? []));
  },
});

/** An id of a merged person finds the survivor. */
async function followed(client: Client, conditions: readonly PatientCondition[]): Promise<PatientCondition[]> {
  const ids = conditions.flatMap((condition) => (condition.kind === "id" ? condition.personIds : []));
  const survivors = await readSurvivors(client, [...new Set(ids)]);
  return conditions.map((condition) =>
    condition.kind === "id"
      ? { ...condition, personIds: condition.personIds.flatMap((id) => survivors.get(id) ?? []) }
      : condition,
  );
}

const versionOf = (person: VersionedPerson) => ({ journalId: person.updatedBy, at: person.updatedAt ?? undefined });

export const resourceOf = (person: VersionedPerson, records: readonly StoredRecord[]): Patient =>
  patientOf({ personId: person.personId, golden: person.golden, records, version: versionOf(person) });
