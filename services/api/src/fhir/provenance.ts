import { type PersonView, permittedRecord, permittedSource, type Viewer } from "@chesil/access";
import { type Provenance, provenanceOf } from "@chesil/fhir";
import { readRecordsOfPersons, readVersionedPersons, type StoredRecord, type VersionedPerson } from "@chesil/store";
import { type Answer, found, notFound, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { unescaped } from "./parameters.ts";
import { versionOf } from "./patient.ts";
import { personId } from "./patient-conditions.ts";
import { resourceIn } from "./record.ts";
import { entryIdOf, RECORD_TYPES, type RecordType, readFactEntries, readVisits } from "./record-source.ts";
import type { Searcher } from "./search.ts";
import { labelled } from "./security-label.ts";

/** Provenance of what a record says: read by id, and search by target. It passes the gate as its target does. */

/** `Type/id`, here or elsewhere. */
type Target = { readonly type: RecordType | "Patient"; readonly id: string };

export async function readProvenance(deps: FhirDeps, id: string, viewer: Viewer): Promise<Answer> {
  const target = targetOf(/^([A-Za-z]+)-(.+)$/.exec(id));
  const told = await provenancesOf(deps, target ? [target] : [], viewer, "fhir-read", []);
  if (told === "role") return roleRefused();
  return told[0] ? found(told[0]) : notFound("Provenance");
}

export const provenanceSearcher = (deps: FhirDeps): Searcher => ({
  type: "Provenance",
  async find({ viewer, parameters, criteria, after, count }) {
    let targets: readonly Target[] | undefined;
    for (const { name, values } of parameters) {
      if (name !== "target" && name !== "_id") continue;
      const form = name === "_id" ? /^([A-Za-z]+)-(.+)$/ : /(?:^|\/)([A-Za-z]+)\/([^/]+)$/;
      const named = values.flatMap((value) => targetOf(form.exec(unescaped(value))) ?? []);
      targets = targets?.filter((one) => named.some((each) => isSame(one, each))) ?? named;
    }
    if (!targets) {
      const text =
        "A search for Provenance names what it is of: add target=Type/id, or ask for $everything with _type.";
      return { ok: false, code: "too-costly", text };
    }
    const matches = await provenancesOf(deps, targets, viewer, "fhir-search", criteria);
    if (matches === "role") return "role";
    const from = matches.findIndex(({ id }) => id === after) + 1;
    const page = matches.slice(from, from + count);
    const next = matches.length > from + count ? page.at(-1)?.id : undefined;
    return { ok: true, matches: page, next, total: matches.length, gone: 0 };
  },
});

const isSame = (one: Target, other: Target) => one.type === other.type && one.id === other.id;

function targetOf(parts: RegExpExecArray | null): Target | undefined {
  const [, type = "", id = ""] = parts ?? [];
  if (type === "Patient") return { type, id };
  return type in RECORD_TYPES ? { type: type as RecordType, id } : undefined;
}

/** Each of those that may be shown. The gate is asked once, about whose they are. */
async function provenancesOf(
  deps: FhirDeps,
  targets: readonly Target[],
  viewer: Viewer,
  action: string,
  criteria: readonly string[],
): Promise<Provenance[] | "role"> {
  const { pool } = deps.database;
  const once = targets.filter((target, place) => targets.findIndex((each) => isSame(each, target)) === place);
  const idsOf = (is: (type: string) => boolean) =>
    once.flatMap(({ type, id }) => (is(type) ? (entryIdOf(id) ?? []) : []));
  const personIds = once.flatMap(({ type, id }) => (type === "Patient" ? (personId(id) ?? []) : []));
  const visitIds = idsOf((type) => type === "Encounter");
  const factIds = idsOf((type) => type !== "Encounter" && type !== "Patient");
  const [persons, records, visits, facts] = await Promise.all([
    readVersionedPersons(pool, personIds),
    readRecordsOfPersons(pool, personIds),
    readVisits(pool, { entryIds: visitIds, limit: visitIds.length }),
    readFactEntries(pool, { entryIds: factIds, limit: factIds.length }),
  ]);
  const asked = new Set([...persons, ...visits, ...facts].map((each) => each.personId));
  const permitted = await deps.gate.persons(viewer, [...asked], action, { resource: "Provenance", criteria });
  if (!permitted.allowed) return "role";
  return once.flatMap(({ type, id }) => {
    if (type === "Patient") {
      const person = persons.find((each) => each.personId === personId(id));
      const isShown = person && permitted.personIds.has(person.personId);
      return (isShown ? provenanceOfPerson(person, records, permitted.viewOf(person.personId)) : undefined) ?? [];
    }
    const entry = (type === "Encounter" ? visits : facts).find((each) => each.entryId === entryIdOf(id));
    const resource = entry?.isShown(permitted) ? resourceIn(entry, permitted, type, id) : undefined;
    return entry && resource ? entry.provenance(resource, permitted) : [];
  });
}

/**
 * All who said anything of the person; undefined of one whose records went to another. Of who is shown in part it is of what
 * is shown: when that was said, and in which messages.
 */
export function provenanceOfPerson(
  person: VersionedPerson,
  records: readonly StoredRecord[],
  view: PersonView,
): Provenance | undefined {
  const isPart = view.withheld.size > 0;
  const open = records.filter(({ personId, feed }) => personId === person.personId && !view.closedFeeds.has(feed));
  const shown = open.map((record) => permittedRecord(view, record));
  const [first, ...others] = open.map(({ authority, feed, updatedBy }, place) =>
    permittedSource(view, { authority, feed, journalId: isPart ? lastOf(shown[place]) : updatedBy }),
  );
  if (person.status !== "active" || !first) return undefined;
  const provenance = provenanceOf({
    target: { type: "Patient", id: person.personId },
    recordedAt: isPart
      ? latestOf(shown.flatMap(knownIn))
      : (person.updatedAt?.toISOString() ?? latestOf(records.map(({ identifiers }) => identifiers))),
    saidBy: [first, ...others],
    version: versionOf(person),
  });
  return labelled(provenance, isPart, view);
}

type Said = { readonly recordedAt: string; readonly journalId: number };

/** All that a record says, each with when and where. */
const knownIn = ({ identifiers, demographics }: StoredRecord): Said[] => [
  identifiers,
  ...Object.values(demographics).filter((known) => known !== undefined),
];

const lastOf = (record: StoredRecord | undefined): number =>
  Math.max(...(record ? knownIn(record) : []).map(({ journalId }) => journalId));

const latestOf = (said: readonly Said[]): string =>
  said
    .map(({ recordedAt }) => recordedAt)
    .sort()
    .at(-1) ?? "";
