import type { Viewer } from "@chesil/access";
import { type Encounter, encounterOf } from "@chesil/fhir";
import {
  type Client,
  type EncounterConditions,
  findEncounters,
  readSurvivors,
  readVersionedEncounters,
  type VersionedEncounter,
} from "@chesil/store";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { visiblePage } from "./page.ts";
import { type Refusal, type SearchParameter, unescaped } from "./parameters.ts";
import { personId } from "./patient-conditions.ts";
import type { Searcher } from "./search.ts";

/** Encounter: read by id, and search by patient. It passes the gate as the person it belongs to now. */

export async function readEncounter(deps: FhirDeps, id: string, viewer: Viewer): Promise<Answer> {
  const asked = encounterId(id);
  const [encounter] = await readVersionedEncounters(deps.database.pool, asked === undefined ? [] : [asked]);
  const ids = encounter ? [encounter.personId] : [];
  const permitted = await deps.gate.persons(viewer, ids, "fhir-read", { resource: "Encounter" });
  if (!permitted.allowed) return roleRefused();
  if (!encounter || !permitted.personIds.has(encounter.personId)) return notFound("Encounter");
  return found(resourceOf(encounter));
}

export const encounterSearcher = (deps: FhirDeps): Searcher => ({
  type: "Encounter",
  async find(within, parameters, { after, count }) {
    const conditions = await within((client) => encounterConditions(client, parameters));
    if ("ok" in conditions) return conditions;
    const page = await visiblePage<string>({
      find: async (place, limit) => {
        const before = place === null ? null : Number(place);
        const encounters = await within((client) => findEncounters(client, conditions, { before, limit }));
        return encounters.map((each) => ({ id: String(each.encounterId), personId: each.personId }));
      },
      withoutOptedOut: deps.gate.withoutOptedOut,
      after,
      count,
    });
    return { ok: true, ...page };
  },
  async read(ids, viewer, criteria) {
    const encounters = await readVersionedEncounters(deps.database.pool, ids.map(Number));
    const asked = encounters.map((encounter) => encounter.personId);
    const permitted = await deps.gate.persons(viewer, asked, "fhir-search", { resource: "Encounter", criteria });
    if (!permitted.allowed) return "role";
    return encounters.filter((encounter) => permitted.personIds.has(encounter.personId)).map(resourceOf);
  },
});

/** A repeated parameter narrows: an encounter has one patient and one id, so the values that all of them name are left. */
async function encounterConditions(
  client: Client,
  parameters: readonly SearchParameter[],
): Promise<EncounterConditions | Refusal> {
  if (parameters.length === 0) {
    return { ok: false, code: "too-costly", text: "A search for encounters names a patient or an _id." };
  }
  let personIds: readonly string[] | undefined;
  let encounterIds: readonly number[] | undefined;
  for (const { name, values } of parameters) {
    if (name === "_id") {
      const ids = values.flatMap((value) => encounterId(unescaped(value)) ?? []);
      encounterIds = encounterIds?.filter((id) => ids.includes(id)) ?? ids;
    } else {
      const named = values.flatMap((value) => referencedPerson(unescaped(value)) ?? []);
      const survivors = [...(await readSurvivors(client, named)).values()];
      personIds = personIds?.filter((id) => survivors.includes(id)) ?? survivors;
    }
  }
  return { personIds, encounterIds };
}

/** `id`, `Patient/id`, or the address of one, here or elsewhere: ids are the same wherever Chesil is reached. */
const referencedPerson = (reference: string) =>
  personId(/^(?:(?:https?:\/\/\S+\/)?Patient\/)?([^/]+)$/.exec(reference)?.[1] ?? "");

/** An encounter's id as it is stored, undefined for what can not be one. */
function encounterId(text: string): number | undefined {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

const resourceOf = ({ updatedBy, updatedAt, ...encounter }: VersionedEncounter): Encounter =>
  encounterOf({ ...encounter, version: { journalId: updatedBy, at: updatedAt ?? undefined } });
