import { type PersonView, permittedView, type Search, type Viewer } from "@chesil/access";
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
import type { SearchParameter } from "./parameters.ts";
import { fieldsOf, patientConditions, personId } from "./patient-conditions.ts";
import type { Searcher } from "./search.ts";
import { labelled } from "./security-label.ts";

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
  if (person.status === "active") return found(resourceOf(person, records, permitted.viewOf(person.personId)));
  return found(replacedBy(person, survivors));
}

/** @param survivors where the person's records went. */
export function replacedBy(person: VersionedPerson, survivors: ReadonlyMap<string, string> | undefined): Patient {
  const survivorId = survivors?.get(person.personId);
  if (survivorId === undefined) throw new Error("A merged person leads to no survivor.");
  return replacedPatient({ personId: person.personId, survivorId, version: versionOf(person) });
}

export const patientSearcher = (deps: FhirDeps): Searcher => ({
  type: "Patient",
  async find({ within, viewer, parameters, criteria, after, count }) {
    const read = patientConditions(parameters);
    if (!read.ok) return read;
    const namesIds = read.conditions.some((condition) => condition.kind === "id");
    const conditions = namesIds ? await within((client) => followed(client, read.conditions)) : read.conditions;
    const sought = soughtBy(parameters, conditions);
    const { ids, hasMore, total } = await visiblePage<string>({
      find: async (place, limit) => {
        const found = await within((client) => findPatients(client, conditions, { after: place, limit }));
        return found.map((id) => ({ id, personId: id }));
      },
      withoutOptedOut: (personIds) => deps.gate.findable(viewer, personIds, sought),
      after,
      count,
    });
    const matches = await readPatients(deps, ids, viewer, criteria);
    if (matches === "role") return "role";
    const next = hasMore ? ids.at(-1) : undefined;
    // Whoever opted out since they were found is not counted either.
    return { ok: true, matches, next, total, gone: ids.length - matches.length };
  },
});

async function readPatients(
  { database, gate }: FhirDeps,
  ids: readonly string[],
  viewer: Viewer,
  criteria: readonly string[],
) {
  const persons = (await readVersionedPersons(database.pool, ids)).filter((person) => person.status === "active");
  const records = Map.groupBy(await readRecordsOfPersons(database.pool, ids), (record) => record.personId);
  const asked = persons.map((person) => person.personId);
  const permitted = await gate.persons(viewer, asked, "fhir-search", { resource: "Patient", criteria });
  if (!permitted.allowed) return "role" as const;
  return persons
    .filter((person) => permitted.personIds.has(person.personId))
    .map((person) => resourceOf(person, records.get(person.personId) ?? [], permitted.viewOf(person.personId)));
}

/** Whoever has died is found by whom asks for the dead, or has their id already. */
const soughtBy = (parameters: readonly SearchParameter[], conditions: readonly PatientCondition[]): Search => ({
  deceased: parameters.some(({ name }) => name === "deceased" || name === "_id"),
  by: fieldsOf(conditions),
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

export const versionOf = (person: VersionedPerson) => ({
  journalId: person.updatedBy,
  at: person.updatedAt ?? undefined,
});

/** The person as the viewer may see them. */
export function resourceOf(person: VersionedPerson, records: readonly StoredRecord[], view: PersonView): Patient {
  const shown = permittedView(view, { golden: person.golden, records, encounters: [], facts: [] });
  const patient = patientOf({
    personId: person.personId,
    golden: shown.golden,
    records: shown.records,
    version: versionOf(person),
  });
  return labelled(patient, view.withheld.size > 0, view);
}
