import type { Viewer } from "@chesil/access";
import { countRecords, type PersonCriteria, type PersonPlace, readPersons, searchPersons } from "@chesil/store";
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
 * Whoever is opted out is left out before the page is cut, so that no page is short by them.
 */
export async function searchPermitted(
  deps: Deps,
  viewer: Viewer,
  query: PersonQuery,
  page: { place: SearchPlace | null; limit: number },
): Promise<FoundPersons> {
  const { database, gate } = deps;
  const readings = page.place ? [page.place.reading] : query.keys();
  let found: ShownPage<PersonPlace> & { reading: number } = { reading: 0, rows: [], next: undefined };
  for (const reading of readings) {
    const criteria = query[reading];
    if (!criteria) continue;
    found = { reading, ...(await pageOf(deps, criteria, page.place?.after ?? null, page.limit)) };
    if (found.rows.length > 0) break;
  }
  const ids = found.rows.map((each) => each.personId);
  const permitted = await gate.persons(viewer, ids, "person.search", {
    criteria: criteriaNames(query[found.reading] ?? {}),
    found: ids.length,
  });
  if (!permitted.allowed) throw notAllowed();
  const { persons, counts } = await readAtOnce(database, async (client) => ({
    persons: new Map((await readPersons(client, [...permitted.personIds])).map((person) => [person.personId, person])),
    counts: await countRecords(client, [...permitted.personIds]),
  }));
  return {
    persons: ids.flatMap((personId) => {
      const person = persons.get(personId);
      return person ? [personRowOf(personId, person.golden, counts.get(personId) ?? 0)] : [];
    }),
    next: found.next ? { reading: found.reading, after: found.next } : null,
  };
}

const pageOf = (
  { database, gate }: Deps,
  criteria: PersonCriteria,
  start: PersonPlace | null,
  limit: number,
): Promise<ShownPage<PersonPlace>> =>
  shownPage({
    read: (after, many) =>
      readAtOnce(database, (client) => searchPersons(client, criteria, { after: after ?? start, limit: many })),
    shown: async (places) => {
      const visible = await gate.withoutOptedOut(places.map(({ personId }) => personId));
      return places.filter(({ personId }) => visible.has(personId));
    },
    size: limit,
  });
