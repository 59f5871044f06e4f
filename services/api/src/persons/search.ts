import type { Viewer } from "@chesil/access";
import { countRecords, type PersonCriteria, type PersonPlace, readPersons, searchPersons } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import type { Deps } from "../deps.ts";
import { notAllowed } from "../problem.ts";
import { criteriaNames, type PersonQuery } from "./query.ts";
import { type PersonRow, personRowOf } from "./row.ts";

/** Pages read to fill one that opt-outs thin out. */
const ROUNDS_MAX = 20;

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
  let found: { reading: number; places: PersonPlace[]; more: boolean } = { reading: 0, places: [], more: false };
  for (const reading of readings) {
    const criteria = query[reading];
    if (!criteria) continue;
    found = { reading, ...(await fillPage(deps, criteria, page.place?.after ?? null, page.limit)) };
    if (found.places.length > 0) break;
  }
  const ids = found.places.map((each) => each.personId);
  const permitted = await gate.persons(viewer, ids, "person.search", {
    criteria: criteriaNames(query[found.reading] ?? {}),
    found: ids.length,
  });
  if (!permitted.allowed) throw notAllowed();
  const { persons, counts } = await readAtOnce(database, async (client) => ({
    persons: new Map((await readPersons(client, [...permitted.personIds])).map((person) => [person.personId, person])),
    counts: await countRecords(client, [...permitted.personIds]),
  }));
  const last = found.places.at(-1);
  return {
    persons: ids.flatMap((personId) => {
      const person = persons.get(personId);
      return person ? [personRowOf(personId, person.golden, counts.get(personId) ?? 0)] : [];
    }),
    next: found.more && last ? { reading: found.reading, after: last } : null,
  };
}

async function fillPage(
  { database, gate }: Deps,
  criteria: PersonCriteria,
  start: PersonPlace | null,
  limit: number,
): Promise<{ places: PersonPlace[]; more: boolean }> {
  const places: PersonPlace[] = [];
  let after = start;
  for (let round = 0; round < ROUNDS_MAX && places.length <= limit; round++) {
    const page = { after, limit: limit + 1 };
    const batch = await readAtOnce(database, (client) => searchPersons(client, criteria, page));
    const visible = await gate.withoutOptedOut(batch.map((each) => each.personId));
    places.push(...batch.filter((each) => visible.has(each.personId)));
    after = batch.at(-1) ?? after;
    if (batch.length < page.limit) break;
  }
  return { places: places.slice(0, limit), more: places.length > limit };
}
