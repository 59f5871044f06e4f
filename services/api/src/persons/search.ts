import { permittedView, type Search, type Viewer } from "@chesil/access";
import { type PersonCriteria, type PersonPlace, readPersons, readRecordsOfPersons, searchPersons } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import type { Deps } from "../deps.ts";
import { notAllowed } from "../problem.ts";
import { type ShownPage, shownPage } from "../shown-page.ts";
import { criteriaNames, type PersonQuery } from "./query.ts";
import { type PersonRow, personRowOf } from "./row.ts";

/** A place in the answers to one reading of a query. */
export type SearchPlace = { readonly reading: number; readonly after: PersonPlace };

export type FoundPersons = { readonly persons: PersonRow[]; readonly next: SearchPlace | null };

/**
 * The persons a query finds: of its readings the first that finds anybody, after `place` where it is given.
 * Whoever is opted out is left out before the page is cut, so that no page is short by them; so is who has died, unless
 * they are asked for, and who is kept more closely than to be found by these criteria.
 */
export async function searchPermitted(
  deps: Deps,
  viewer: Viewer,
  query: PersonQuery,
  page: { place: SearchPlace | null; limit: number; deceased: boolean },
): Promise<FoundPersons> {
  const { database, gate } = deps;
  const readings = page.place ? [page.place.reading] : query.keys();
  let found: ShownPage<PersonPlace> & { reading: number } = { reading: 0, rows: [], next: undefined };
  for (const reading of readings) {
    const criteria = query[reading];
    if (!criteria) continue;
    found = { reading, ...(await pageOf(deps, viewer, criteria, page)) };
    if (found.rows.length > 0) break;
  }
  const ids = found.rows.map((each) => each.personId);
  const permitted = await gate.persons(viewer, ids, "person.search", {
    criteria: criteriaNames(query[found.reading] ?? {}),
    found: ids.length,
  });
  if (!permitted.allowed) throw notAllowed();
  const { persons, records } = await readAtOnce(database, async (client) => ({
    persons: new Map((await readPersons(client, [...permitted.personIds])).map((person) => [person.personId, person])),
    records: Map.groupBy(await readRecordsOfPersons(client, [...permitted.personIds]), ({ personId }) => personId),
  }));
  return {
    persons: ids.flatMap((personId) => {
      const person = persons.get(personId);
      if (!person) return [];
      const view = permitted.viewOf(personId);
      const parts = { golden: person.golden, records: records.get(personId) ?? [], encounters: [], facts: [] };
      const shown = permittedView(view, parts);
      const sourceRecords = shown.records.length;
      return [personRowOf(personId, shown.golden, { sourceRecords, restricted: view.sensitivity !== null })];
    }),
    next: found.next ? { reading: found.reading, after: found.next } : null,
  };
}

function pageOf(
  { database, gate }: Deps,
  viewer: Viewer,
  criteria: PersonCriteria,
  { place, limit, deceased }: { place: SearchPlace | null; limit: number; deceased: boolean },
): Promise<ShownPage<PersonPlace>> {
  const search: Search = { deceased, by: fieldsOf(criteria) };
  const start = place?.after ?? null;
  return shownPage({
    read: (after, many) =>
      readAtOnce(database, (client) => searchPersons(client, criteria, { after: after ?? start, limit: many })),
    shown: async (places) => {
      const visible = await gate.findable(
        viewer,
        places.map(({ personId }) => personId),
        search,
      );
      return places.filter(({ personId }) => visible.has(personId));
    },
    size: limit,
  });
}

/** What is searched by that may be withheld of somebody. */
function fieldsOf({ familyPrefix, givenPrefix, eitherName, postcodePrefix }: PersonCriteria): Search["by"] {
  const isByName = familyPrefix !== undefined || givenPrefix !== undefined || eitherName !== undefined;
  return [...(isByName ? (["names"] as const) : []), ...(postcodePrefix === undefined ? [] : (["addresses"] as const))];
}
