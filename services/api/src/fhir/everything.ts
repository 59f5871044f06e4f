import type { Permitted, Viewer } from "@chesil/access";
import { type Resource, searchset } from "@chesil/fhir";
import {
  type Client,
  readRecordsOfPersons,
  readSurvivors,
  readVersionedPersons,
  type StoredRecord,
  type VersionedPerson,
} from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { EVERYTHING_PAGE_MAX, type EverythingQuestion, everythingQuestion, type Part } from "./everything-input.ts";
import { atStart, goingOn, type Place, placeAfter, placeOf, type Row, readRows } from "./everything-rows.ts";
import { instantRange } from "./instant-range.ts";
import type { PageTokens } from "./page-token.ts";
import { PARTY_TYPES, partiesNamedIn } from "./party.ts";
import { replacedBy, resourceOf } from "./patient.ts";
import { personId } from "./patient-conditions.ts";
import { provenanceOfPerson } from "./provenance.ts";
import { PAGE, PAGE_ENDED } from "./search.ts";
import { shaped } from "./shape.ts";

/**
 * `Patient/{id}/$everything`: the whole record as one list, the same whenever it is asked for: the Patient, the visits, then
 * everything else, each newest first; whom and where these name at the end. A page goes on after the last resource of the
 * one before, so that what arrives meanwhile shifts nothing.
 *
 * What a sender took back is there too, as entered in error: who keeps a copy must learn of it.
 */

type Request = {
  readonly viewer: Viewer;
  readonly baseUrl: string;
  /** As it stands in the address. */
  readonly id: string;
  readonly pairs: readonly (readonly [string, string])[];
};

type Deps = FhirDeps & { readonly tokens: PageTokens };

export async function everything(deps: Deps, { viewer, baseUrl, id, pairs }: Request): Promise<Answer> {
  const operation = `Patient/${id}/$everything`;
  const token = pairs.find(([name]) => name === PAGE)?.[1];
  const resumed = token === undefined ? undefined : deps.tokens.open(token, viewer.username);
  if (token !== undefined && resumed?.type !== operation) return PAGE_ENDED;
  const search = resumed?.search ?? pairs;
  const question = everythingQuestion(search);
  if ("status" in question) return question;
  const place = placeOf(resumed?.after ?? null);
  const ids = [personId(id)].flatMap((each) => each ?? []);
  const read = await readAtOnce(deps.database, (client) => readPage(client, ids, question, place));
  const permitted = await deps.gate.persons(viewer, ids, "fhir-everything", { resource: "Patient" });
  if (!permitted.allowed) return roleRefused();
  const { person, survivors } = read;
  if (!person || !permitted.personIds.has(person.personId)) return notFound("Patient");
  const told: Told =
    person.status === "active"
      ? await tell(deps, question, place, {
          ...read,
          patient: resourceOf(person, read.records, permitted.viewOf(person.personId)),
          provenance: provenanceOfPerson(person, read.records, permitted.viewOf(person.personId)),
          permitted,
        })
      : { resources: [replacedBy(person, survivors)], next: undefined };
  const linkTo = (after: string | null) => {
    const state = { type: operation, search, count: question.count, after, total: null };
    return `${baseUrl}/${operation}?${PAGE}=${deps.tokens.seal(state, viewer.username)}`;
  };
  return found(
    searchset({
      baseUrl,
      matches: told.resources.map((resource) => shaped(resource, question.shape)),
      total: place === atStart && told.next === undefined ? told.resources.length : undefined,
      selfUrl: linkTo(resumed?.after ?? null),
      nextUrl: told.next === undefined ? undefined : linkTo(told.next),
    }),
  );
}

type Read = {
  readonly person: VersionedPerson | undefined;
  readonly records: readonly StoredRecord[];
  readonly survivors: ReadonlyMap<string, string>;
  readonly rows: readonly Row[];
};

/** All of a page at one moment of the store. The questions go out together. */
async function readPage(
  client: Client,
  ids: readonly string[],
  question: EverythingQuestion,
  place: Place,
): Promise<Read> {
  const [[person], records, survivors, rows] = await Promise.all([
    readVersionedPersons(client, ids),
    readRecordsOfPersons(client, ids),
    readSurvivors(client, ids),
    readRows(client, ids, question, place),
  ]);
  return { person, records, survivors, rows };
}

type Told = { readonly resources: readonly Resource[]; readonly next: string | undefined };
type Shown = Read & {
  readonly permitted: Permitted;
  readonly patient: Resource;
  readonly provenance: Resource | undefined;
};

/**
 * What the page tells, and the place that the next goes on after. A page is as full as if what may not be shown were not there,
 * and there is no next one for the sake of that alone: more rows are read until it is full or there are none, or more than
 * `ROWS_MAX`.
 */
async function tell(deps: Deps, question: EverythingQuestion, place: Place, read: Shown): Promise<Told> {
  const { parts, count } = question;
  const { permitted, person } = read;
  const items: { readonly place: string; readonly resource: Resource }[] = [];
  const add = (section: Place["section"], resources: readonly Resource[]) => {
    for (const resource of goingOn(resources, place)) items.push({ place: placeAfter(section, resource), resource });
  };
  if (place.section === "patient")
    add(
      "patient",
      asked(question, read.patient, () => read.provenance),
    );
  const rows: Row[] = [];
  let isOver = true;
  for await (const row of rowsFrom(deps, person ? [person.personId] : [], question, read.rows)) {
    isOver = items.length <= count && rows.length < ROWS_MAX;
    if (!isOver) break;
    rows.push(row);
    const { section, entry } = row;
    if (!entry.isShown(permitted)) continue;
    add(
      section,
      entry
        .resources(permitted)
        .flatMap((resource) => asked(question, resource, () => entry.provenance(resource, permitted))),
    );
  }
  if (isOver && items.length <= count && PARTY_TYPES.some((type) => parts.has(type)))
    add("parties", await partiesOf(deps, question, place, { ...read, rows }));
  const page = items.slice(0, count);
  return {
    resources: page.map(({ resource }) => resource),
    next: items.length > count ? page.at(-1)?.place : isOver ? undefined : rows.at(-1)?.end,
  };
}

/**
 * Rows that are looked through for one page. Where of so many nothing may be shown, or nothing is asked for, the page ends
 * before it is full, and the next goes on below them: however long a record is, each of its pages is to be had.
 */
const ROWS_MAX = 20 * EVERYTHING_PAGE_MAX;

/** The rows that were read for a page, and those after them as far as they are wanted. */
async function* rowsFrom(
  { database }: Deps,
  ids: readonly string[],
  question: EverythingQuestion,
  first: readonly Row[],
): AsyncGenerator<Row> {
  yield* first;
  let last = first.length > question.count ? first.at(-1) : undefined;
  while (last) {
    const place = placeOf(last.end);
    const more = await readAtOnce(database, (client) =>
      readRows(client, ids, { ...question, count: EVERYTHING_PAGE_MAX }, place),
    );
    yield* more;
    last = more.length > EVERYTHING_PAGE_MAX ? more.at(-1) : undefined;
  }
}

/** The resource and what says where it comes from, as far as they are asked for. */
function asked({ parts, since }: EverythingQuestion, resource: Resource, provenance: () => Resource | undefined) {
  if (!isSince(resource, since)) return [];
  const own = parts.has(resource.resourceType as Part) ? [resource] : [];
  return parts.has("Provenance") ? [...own, ...[provenance()].flatMap((each) => each ?? [])] : own;
}

function isSince({ meta }: Resource, since: number | undefined): boolean {
  if (since === undefined) return true;
  const changed = instantRange(meta.lastUpdated ?? "");
  // Of what has no time, or none that may be told, it is not known that it is older.
  return changed === undefined || changed.high >= since;
}

/** Whom and where the whole record names, each once: of a later page, the rows of the pages before are read again. */
async function partiesOf(
  { database }: Deps,
  question: EverythingQuestion,
  place: Place,
  { person, rows, patient, permitted }: Shown,
): Promise<Resource[]> {
  const { parts, since } = question;
  const ids = person ? [person.personId] : [];
  const all =
    place.section === "patient" ? rows : await readAtOnce(database, (client) => readAllRows(client, ids, question));
  const shown = all.filter(({ entry }) => entry.isShown(permitted));
  const resources = [patient, ...shown.flatMap(({ entry }) => entry.resources(permitted))];
  return partiesNamedIn(resources.filter((each) => isSince(each, since))).filter((each) =>
    parts.has(each.resourceType as Part),
  );
}

async function readAllRows(client: Client, ids: readonly string[], question: EverythingQuestion): Promise<Row[]> {
  const rows: Row[] = [];
  for (let place = atStart; ; ) {
    const more = await readRows(client, ids, { ...question, count: EVERYTHING_PAGE_MAX }, place);
    rows.push(...more);
    const last = more.at(-1);
    if (!last || more.length <= EVERYTHING_PAGE_MAX) return rows;
    place = placeOf(last.end);
  }
}
