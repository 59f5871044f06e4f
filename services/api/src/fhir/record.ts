import type { Permitted, Viewer } from "@chesil/access";
import type { Resource } from "@chesil/fhir";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { FOUND_MAX } from "./page.ts";
import type { Refusal } from "./parameters.ts";
import { type RecordConditions, recordConditions } from "./record-conditions.ts";
import { entryIdOf, type RecordEntry, type RecordSource, type RecordType, sourceOf } from "./record-source.ts";
import type { Matches, Searcher, Sought } from "./search.ts";

/**
 * The parts of a patient's record, all by one way: read by id, and search by patient. Each passes the gate as the person
 * it belongs to now, and is filtered by what may be seen of that person before anything is counted.
 */

/** Rows that a later page reads first; where little of them is asked for, as many as counting goes. */
const ENTRIES_AT_ONCE_MIN = 100;
/**
 * Reads for one page. Of so many thousand rows hardly anything was asked for: the page ends before it is full, and the next
 * goes on below them.
 */
const READS_MAX = 20;

export async function readRecord(deps: FhirDeps, type: RecordType, id: string, viewer: Viewer): Promise<Answer> {
  const asked = entryIdOf(id);
  const entryIds = asked === undefined ? [] : [asked];
  const [entry] = await sourceOf(type)(deps.database.pool, { entryIds, limit: 1 });
  const ids = entry ? [entry.personId] : [];
  const permitted = await deps.gate.persons(viewer, ids, "fhir-read", { resource: type });
  if (!permitted.allowed) return roleRefused();
  const resource = entry?.isShown(permitted) ? resourceIn(entry, permitted, type, id) : undefined;
  return resource ? found(resource) : notFound(type);
}

export const resourceIn = (entry: RecordEntry, permitted: Permitted, type: string, id: string) =>
  entry.resources(permitted).find((each) => each.resourceType === type && each.id === id);

export const recordSearcher = (deps: FhirDeps, type: RecordType): Searcher => ({
  type,
  async find(sought) {
    const { viewer, criteria } = sought;
    const conditions = await sought.within((client) => recordConditions(client, type, sought.parameters));
    if ("ok" in conditions) return conditions;
    const permit = (personIds: readonly string[]) =>
      deps.gate.persons(viewer, personIds, "fhir-search", { resource: type, criteria });
    return entryPage({ source: sourceOf(type), conditions, permit }, sought);
  },
});

type Found = { readonly id: string; readonly resource: Resource };

/**
 * A page of rows as they may be shown, newest first. `permit` is asked once, after the first read: about whom the search
 * names and whose the rows are. The first page reads as far as counting goes, a later one itself and one more. However
 * long a record is, each of its pages is to be had.
 */
export async function entryPage(
  { source, conditions, permit }: { source: RecordSource; conditions: RecordConditions; permit: Permit },
  { within, after, count }: Sought,
): Promise<Matches | Refusal | "role"> {
  const { personIds, entryIds, matches } = conditions;
  const last = after === null ? undefined : entryIdOf(after);
  const wanted = after === null ? FOUND_MAX + 1 : count + 1;
  const found: Found[] = [];
  let permitted: Permitted | undefined;
  // The row that the page before ended in may have more.
  let before = last === undefined ? undefined : last + 1;
  let isWhole = false;
  for (let reads = 0; reads < READS_MAX && !isWhole && found.length < wanted; reads++) {
    const limit = reads > 0 ? FOUND_MAX : Math.min(FOUND_MAX, Math.max(wanted, ENTRIES_AT_ONCE_MIN));
    const entries = await within((client) => source(client, { personIds, entryIds, before, limit }));
    permitted ??= await permit([...new Set([...(personIds ?? []), ...entries.map((entry) => entry.personId)])]);
    if (!permitted.allowed) return "role";
    for (const entry of entries) {
      if (!entry.isShown(permitted)) continue;
      const own = entry.resources(permitted).filter((resource) => matches(entry, resource));
      const from = entry.entryId === last ? own.findIndex(({ id }) => id === after) + 1 : 0;
      found.push(...own.slice(from).map((resource) => ({ id: resource.id, resource })));
    }
    isWhole = entries.length < limit;
    before = entries.at(-1)?.entryId;
  }
  const page = found.slice(0, count);
  // Of the last row every match is on the page: the next one takes none of it twice.
  const lookedThrough = isWhole || before === undefined ? undefined : nextBelow(before, page);
  return {
    ok: true,
    matches: page.map(({ resource }) => resource),
    next: found.length > count ? page.at(-1)?.id : lookedThrough,
    total: after === null && isWhole && found.length <= FOUND_MAX ? found.length : null,
    gone: 0,
  };
}

/** The place below a row: its last match, or the row itself where it has none. */
function nextBelow(entryId: number, page: readonly Found[]): string {
  const match = page.at(-1)?.id;
  return match !== undefined && entryIdOf(match) === entryId ? match : String(entryId);
}

type Permit = (personIds: readonly string[]) => Promise<Permitted>;
