import type { Viewer } from "@chesil/access";
import { locationOf, organizationOf, partyKeyOf, practitionerOf, type Resource } from "@chesil/fhir";
import type { DemographicField } from "@chesil/model";
import { findCode, findPlace, type NamedIn, readRecordsOfPersons, readVersionedPersons } from "@chesil/store";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { elementPredicate, type Predicate } from "./element-search.ts";
import { tokenOf, unescaped } from "./parameters.ts";
import { resourceOf } from "./patient.ts";
import { parameterKind } from "./record-conditions.ts";
import { readFactEntries, readVisits } from "./record-source.ts";
import type { Searcher } from "./search.ts";

/**
 * Organizations, Practitioners and Locations: whom and where a record names. Chesil holds no register of them. One is there
 * as long as a record that everybody may see names it, and says nothing but what the reference to it says.
 */

export const PARTY_TYPES = ["Organization", "Practitioner", "Location"] as const;
export type PartyType = (typeof PARTY_TYPES)[number];

/** Rows that are looked through for a name: nearly always the first will do. */
const NAMED_IN_MAX = 50;

/** Nobody of whom anything of this is withheld vouches for a party. */
const PLACES: readonly DemographicField[] = [
  "names",
  "addresses",
  "telecoms",
  "generalPractitioner",
  "generalPractice",
];

/** Each that the resources point at, once, by type and id; of several names for one the first. */
export function partiesNamedIn(resources: readonly Resource[]): Resource[] {
  const pointers = new Map<string, Pointer>();
  for (const resource of resources) findPointers(resource, pointers);
  const parties = new Map<string, Resource>();
  // A bed points at its ward, which is then gone through too.
  for (const [reference, pointer] of pointers) {
    const party = partyOf(pointer);
    if (!party) continue;
    parties.set(reference, party);
    findPointers(party, pointers);
  }
  return [...parties].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, party]) => party);
}

type Pointer = {
  readonly reference: string;
  readonly display?: string;
  readonly identifier?: { readonly value: string };
};

const POINTER = /^(Organization|Practitioner|Location)\/(.+)$/;

/**
 * Takes in each pointer to a party in a resource, of several to one the first. Whole records come by here: a loop over the
 * keys takes six times as long.
 */
function findPointers(value: object, found: Map<string, Pointer>): void {
  const { reference } = value as { reference?: unknown };
  if (typeof reference === "string") {
    if (POINTER.test(reference) && !found.has(reference)) found.set(reference, value as Pointer);
    return;
  }
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) findPointers(part, found);
}

/** A reference says all that is known of whom it points at, and its id whose code that is. */
function partyOf({ reference, display, identifier }: Pointer): Resource | undefined {
  const [, type, id = ""] = POINTER.exec(reference) ?? [];
  const key = partyKeyOf(id);
  if (!key) return undefined;
  if (type === "Location") return locationOf(key.code, key.authority ?? "");
  const party = { code: identifier?.value ?? key.code, ...(display === undefined ? {} : { display }) };
  return type === "Organization" ? organizationOf(party, key.authority) : practitionerOf(party, key.authority);
}

export async function readParty(deps: FhirDeps, type: PartyType, id: string, viewer: Viewer): Promise<Answer> {
  const key = partyKeyOf(id);
  const named = key ? await namedParties(deps, type, [key], viewer, "fhir-read", []) : [];
  if (named === "role") return roleRefused();
  const party = named.find((each) => each.id === id);
  return party ? found(party) : notFound(type);
}

export const partySearcher = (deps: FhirDeps, type: PartyType): Searcher => ({
  type,
  async find({ viewer, parameters, criteria, after, count }) {
    const predicates: Predicate[] = [];
    const keys: { code: string; authority?: string | undefined }[] = [];
    for (const parameter of parameters) {
      const { name, values } = parameter;
      if (name === "_id") {
        const ids = values.map(unescaped);
        keys.push(...ids.flatMap((id) => partyKeyOf(id) ?? []));
        predicates.push((resource) => ids.includes((resource as Resource).id));
      } else {
        const predicate = elementPredicate(type, parameterKind(type, name), parameter);
        if (typeof predicate === "object") return predicate;
        predicates.push(predicate);
        if (name === "identifier") keys.push(...values.map((value) => ({ code: tokenOf(value).code })));
      }
    }
    if (keys.length === 0)
      return {
        ok: false,
        code: "too-costly",
        text: `A search for ${type} gives an identifier or an _id: add identifier=code.`,
      };
    const named = await namedParties(deps, type, keys, viewer, "fhir-search", criteria);
    if (named === "role") return "role";
    const matches = named.filter((each) => predicates.every((holds) => holds(each)));
    const from = matches.findIndex(({ id }) => id === after) + 1;
    const page = matches.slice(from, from + count);
    const next = matches.length > from + count ? page.at(-1)?.id : undefined;
    return { ok: true, matches: page, next, total: matches.length, gone: 0 };
  },
});

type Key = { readonly code: string; readonly authority?: string | undefined };

/**
 * The parties of a type that rows with one of the codes name, and that may be told of. Nobody is looked at, so nobody is on
 * record but the one who asks: only those vouch of whom nothing is withheld.
 */
async function namedParties(
  { database: { pool }, gate }: FhirDeps,
  type: PartyType,
  keys: readonly Key[],
  viewer: Viewer,
  action: string,
  criteria: readonly string[],
): Promise<Resource[] | "role"> {
  const find = type === "Location" ? findPlace : findCode;
  const found = await Promise.all(keys.map((key) => find(pool, key, NAMED_IN_MAX)));
  const all = <K extends keyof NamedIn>(which: K) => [
    ...new Set(found.flatMap((each): NamedIn[K][number][] => [...each[which]])),
  ];
  const [personIds, encounterIds, factIds] = [all("personIds"), all("encounterIds"), all("factIds")] as [
    string[],
    number[],
    number[],
  ];
  const [persons, records, visits, facts] = await Promise.all([
    readVersionedPersons(pool, personIds),
    readRecordsOfPersons(pool, personIds),
    readVisits(pool, { entryIds: encounterIds, limit: encounterIds.length }),
    readFactEntries(pool, { entryIds: factIds, limit: factIds.length }),
  ]);
  const permitted = await gate.persons(viewer, [], action, { resource: type, criteria });
  if (!permitted.allowed) return "role";
  const entries = [...facts, ...visits];
  const vouching = await gate.findable(viewer, [...personIds, ...entries.map((each) => each.personId)], {
    deceased: false,
    by: PLACES,
  });
  const open = { ...permitted, personIds: vouching };
  const byPerson = Map.groupBy(records, (record) => record.personId);
  return partiesNamedIn([
    ...entries.filter((entry) => entry.isShown(open)).flatMap((entry) => entry.resources(open)),
    ...persons
      .filter(({ personId }) => vouching.has(personId))
      .map((person) => resourceOf(person, byPerson.get(person.personId) ?? [], permitted.viewOf(person.personId))),
  ]).filter((each) => each.resourceType === type);
}
