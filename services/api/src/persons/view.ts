import { type PersonView, permittedRecord, permittedView, type Viewer } from "@chesil/access";
import { DEFAULT_SURVIVORSHIP, type GoldenRecord, type Identifier, identifier } from "@chesil/model";
import {
  type Client,
  countMessages,
  type PersonAsOf,
  readEncounters,
  readFactsAfter,
  readIdentityEvents,
  readLatestLinks,
  readOpenTasksOfRecords,
  readPersonAsOf,
  readPersons,
  readReceivedAt,
  readRecordsOfPersons,
  readSurvivors,
  readSurvivorship,
  type StoredEncounter,
  type StoredIdentityEvent,
  type StoredRecord,
  type StoredReviewTask,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../problem.ts";
import { bothIn, personsOfTasks, type ReviewTaskRow, reviewTaskRow, taskRowOf } from "../review/row.ts";
import { asOfView, asOfViewOf, personsAsOf } from "./as-of.ts";
import { NOTHING_THEN, readValuesAsOf } from "./as-of-values.ts";
import { qualityMark, qualityMarksOf } from "./data-quality.ts";
import { eventKind, eventWords } from "./event-words.ts";
import { factGroup, factGroups, readFactGroups } from "./facts.ts";
import { type Explained, goldenView, goldenViewOf, messagesOf } from "./golden-view.ts";
import { readHiddenFacts } from "./hidden-facts.ts";
import { formerValue, formerValuesView } from "./past-values.ts";
import { readToldNames } from "./told-names.ts";
import { whereNowView, whereNowViewOf } from "./where-now.ts";

const HISTORY_MAX = 500;
const TASKS_MAX = 50;
/** Read before those about others who opted out are left out, so that the list is not short by them. */
const TASKS_READ_MAX = 500;

const known = z.object({ value: z.unknown().optional(), recordedAt: z.string(), journalId: z.number() });
const sourceRecordView = z.object({
  sourceRecordId: z.string(),
  authority: z.string(),
  localId: z.string(),
  feed: z.string(),
  status: z.enum(["active", "retired", "deleted"]),
  retiredInto: z.string().nullable(),
  identifiers: z.array(identifier.extend({ type: z.string() })),
  /** Field by field as this source knows it; a value is absent after the sender cleared it. */
  demographics: z.record(z.string(), known),
  recordedAt: z.string(),
  receivedAt: z.iso.datetime(),
  linkedAt: z.iso.datetime(),
  linkedBy: z.enum(["model", "identifier", "sender", "human", "new"]),
  weight: z.number().nullable(),
  messages: z.number(),
});
const encounterView = z.object({
  encounterId: z.string(),
  sourceRecordId: z.string(),
  authority: z.string(),
  visitNumber: z.string(),
  class: z.string().nullable(),
  status: z.string(),
  location: z.string().nullable(),
  specialty: z.string().nullable(),
  consultant: z.object({ code: z.string().optional(), display: z.string().optional() }).nullable(),
  admittedAt: z.string().nullable(),
  dischargedAt: z.string().nullable(),
  updatedAt: z.iso.datetime(),
});
const identityEventView = z.object({
  at: z.iso.datetime(),
  kind: eventKind,
  text: z.string(),
  sourceRecord: z.string().nullable(),
  by: z.string(),
  weight: z.number().nullable(),
  messageId: z.string().nullable(),
});

export const personAnswer = z.object({
  personId: z.string(),
  status: z.enum(["active", "merged"]),
  /** The survivor, at the end of any chain. */
  replacedBy: z.string().nullable(),
  /** Said where of somebody who is kept closely a part is shown; null where all is that this viewer may see of anybody. */
  withheld: z.object({ because: z.enum(["restricted", "very-restricted"]), text: z.string() }).nullable(),
  golden: goldenView,
  /** Names, addresses, numbers, identifiers and practices that were theirs, the latest first of each. */
  formerValues: z.array(formerValue),
  /** What in the record can not be so. */
  dataQuality: z.array(qualityMark),
  sourceRecords: z.array(sourceRecordView),
  /** The ward they are on: what of the encounters is so now. */
  whereNow: whereNowView,
  encounters: z.array(encounterView),
  facts: z.array(factGroup),
  history: z.array(identityEventView),
  openTasks: z.array(reviewTaskRow),
  /** Which records were the person's own at the time asked for; null where none was. */
  asOf: asOfView.nullable(),
});

/** The whole record of one person; with `at` also who they were then. @throws Problem 404 for who is not there and for who may not be shown, alike. */
export async function viewPerson(
  deps: Deps,
  viewer: Viewer,
  { personId, at }: { readonly personId: string; readonly at: Date | null },
  cursors: Cursors,
): Promise<z.infer<typeof personAnswer>> {
  const { database, gate } = deps;
  const [exists] = await readPersons(database.pool, [personId]);
  if (!exists) throw notFound();
  const permitted = await gate.persons(viewer, [personId], "person.view");
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw notFound();
  const view = permitted.viewOf(personId);
  const asked = { personId, at, now: deps.clock() };
  const found = await readAtOnce(database, (client) => readWhole(client, view, asked));
  const { person, records } = found;
  if (!person) throw notFound();
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  const survivor = found.survivors.get(personId) ?? personId;
  const known = [...new Map([...found.behind, ...records].map(byRecordId)).values()];
  return {
    personId,
    status: person.status,
    replacedBy: survivor === personId ? null : survivor,
    withheld: view.isPartial && view.sensitivity ? { because: view.sensitivity, text: WITHHELD_TEXT } : null,
    golden: goldenViewOf(found.golden, known, found),
    formerValues: formerValuesView(records),
    dataQuality: qualityMarksOf(found.golden, records, { encounters: found.encounters, facts: found.late }),
    sourceRecords: records.map((record) => recordViewOf(record, found)),
    whereNow: whereNowViewOf(view, found, asked.now),
    encounters: found.encounters.map((each) => encounterViewOf(each, byId.get(each.sourceRecordId)?.authority ?? "")),
    facts: factGroups(found.facts, byId, { cursors, viewer, personId }),
    history: found.events.map((event) => eventViewOf(event, personId, byId.get(event.sourceRecordId))),
    openTasks: await taskRows(deps, viewer, found.tasks),
    asOf:
      at && found.asOf && (await asOfPart(deps, viewer, found.asOf, { personId, at, survivor, policy: found.policy })),
  };
}

/** All that a view is made of, as it may be shown. Questions that do not wait for each other go out together. */
async function readWhole(
  client: Client,
  view: PersonView,
  { personId, at, now }: { readonly personId: string; readonly at: Date | null; readonly now: Date },
) {
  const [[person], all, survivors, events, policy, asOf] = await Promise.all([
    readPersons(client, [personId]),
    readRecordsOfPersons(client, [personId]),
    readSurvivors(client, [personId]),
    readIdentityEvents(client, personId, HISTORY_MAX),
    readSurvivorship(client, now),
    at && readPersonAsOf(client, personId, at),
  ]);
  const parts = { golden: person?.golden ?? {}, records: all, encounters: [], facts: [] };
  const { golden, records } = permittedView(view, parts);
  const ids = idsOf(records);
  const saidIn = new Set([...all.flatMap((each) => [each.createdBy, each.updatedBy]), ...messagesOf(all)]);
  const [visits, links, messages, receivedAt, tasks] = await Promise.all([
    readEncounters(client, idsOf(all)),
    readLatestLinks(client, ids),
    countMessages(client, ids),
    readReceivedAt(client, [...saidIn]),
    readOpenTasksOfRecords(client, ids, TASKS_READ_MAX),
  ]);
  const hidden = await readHiddenFacts(client, view, { records, encounters: visits });
  const day = golden.deathDate?.value;
  return {
    ...{ person, golden, records, survivors, events, asOf, links, messages, receivedAt, tasks, visits },
    policy: policy ?? DEFAULT_SURVIVORSHIP,
    // A value may come from a record that is closed by itself.
    behind: all.filter((record) => isBehind(golden, record)).map((record) => permittedRecord(view, record)),
    encounters: permittedView(view, { ...parts, encounters: visits }).encounters,
    facts: await readFactGroups(client, view, ids, hidden),
    late: day === undefined ? [] : await readFactsAfter(client, ids, { day, hidden }),
  };
}

const WITHHELD_TEXT =
  "This record is restricted: what says where the person is to be found is withheld, and so are documents, notes and places of " +
  "care. Ask a privacy officer.";

const idsOf = (records: readonly StoredRecord[]) => records.map((record) => record.sourceRecordId);
const byRecordId = (record: StoredRecord): [number, StoredRecord] => [record.sourceRecordId, record];
const isBehind = (golden: GoldenRecord, { sourceRecordId }: StoredRecord) =>
  Object.values(golden).some((sourced) => sourced?.sourceRecordId === sourceRecordId);

/** Records that were the person's may be another's by now: the gate is asked about those too. */
async function asOfPart(
  { gate, database }: Deps,
  viewer: Viewer,
  found: PersonAsOf,
  { personId, at, survivor, policy }: { personId: string; at: Date; survivor: string; policy: Explained["policy"] },
): Promise<z.infer<typeof asOfView>> {
  const asked = [...new Set([personId, ...personsAsOf(found)])];
  const permitted = await gate.persons(viewer, asked, "person.as-of", { at: at.toISOString() });
  const shown = permitted.allowed ? permitted.personIds : new Set<string>();
  const replacedByNow = survivor === personId ? null : survivor;
  const values = permitted.allowed ? await readValuesAsOf(database, found, { at, policy, permitted }) : NOTHING_THEN;
  const links = found.state === "active" ? found.links.filter(({ personIdNow }) => shown.has(personIdNow)) : [];
  const named = links.map(({ personIdNow, ...link }) => ({ ...link, personIds: [personIdNow] }));
  const names = permitted.allowed ? await readToldNames(database.pool, named, permitted.viewOf) : new Map();
  return asOfViewOf(found, { personId, at, replacedByNow, shown, values, names });
}

/** The other side of a task is another person: the gate is asked about them too. */
async function taskRows(
  { database, gate, clock, config }: Deps,
  viewer: Viewer,
  tasks: readonly StoredReviewTask[],
): Promise<ReviewTaskRow[]> {
  const visible = await gate.reviewable(personsOfTasks(tasks));
  const listed = tasks.filter((task) => bothIn(visible, task)).slice(0, TASKS_MAX);
  if (listed.length === 0) return [];
  const permitted = await gate.persons(viewer, personsOfTasks(listed), "review-task.list", { tasks: listed.length });
  if (!permitted.allowed) return [];
  const shown = listed.filter((task) => bothIn(permitted.personIds, task));
  const persons = await readPersons(database.pool, personsOfTasks(shown));
  const byId = new Map(persons.map((person) => [person.personId, person]));
  return shown.map((task) => taskRowOf(task, byId, config.review, clock()));
}

type Linking = {
  links: ReadonlyMap<number, StoredIdentityEvent>;
  messages: ReadonlyMap<number, number>;
  receivedAt: ReadonlyMap<number, Date>;
};

function recordViewOf(
  record: StoredRecord,
  { links, messages, receivedAt }: Linking,
): z.infer<typeof sourceRecordView> {
  const link = links.get(record.sourceRecordId);
  const received = receivedAt.get(record.updatedBy) ?? new Date(record.identifiers.recordedAt);
  return {
    sourceRecordId: String(record.sourceRecordId),
    authority: record.authority,
    localId: record.localId,
    feed: record.feed,
    status: record.status,
    retiredInto: record.retiredInto === null ? null : String(record.retiredInto),
    identifiers: [...(record.identifiers.value ?? [])] satisfies Identifier[],
    demographics: { ...record.demographics },
    recordedAt: latest(record),
    receivedAt: received.toISOString(),
    linkedAt: (link?.at ?? receivedAt.get(record.createdBy) ?? received).toISOString(),
    linkedBy: link?.decidedBy ?? "new",
    weight: link?.weight ?? null,
    messages: messages.get(record.sourceRecordId) ?? 0,
  };
}

/** When the source last recorded anything of this patient. */
function latest({ identifiers, demographics }: StoredRecord): string {
  const times = [identifiers, ...Object.values(demographics)].map((field) => field.recordedAt);
  return times.toSorted().at(-1) ?? identifiers.recordedAt;
}

function encounterViewOf(encounter: StoredEncounter, authority: string): z.infer<typeof encounterView> {
  return {
    encounterId: String(encounter.encounterId),
    sourceRecordId: String(encounter.sourceRecordId),
    authority,
    visitNumber: encounter.visitNumber,
    class: encounter.class,
    status: encounter.status,
    location: encounter.location,
    specialty: encounter.specialty,
    consultant: encounter.consultant,
    admittedAt: encounter.admittedAt,
    dischargedAt: encounter.dischargedAt,
    updatedAt: encounter.recordedAt.toISOString(),
  };
}

/** `record`: the event's, while it is this person's. One that went to somebody else is not named here. */
function eventViewOf(
  event: StoredIdentityEvent,
  personId: string,
  record: StoredRecord | undefined,
): z.infer<typeof identityEventView> {
  return {
    at: event.at.toISOString(),
    ...eventWords(event, personId, record),
    sourceRecord: record && record.localId !== "" ? `${record.authority} ${record.localId}` : null,
    by: event.decidedBy,
    weight: event.weight,
    messageId: String(event.journalId),
  };
}
