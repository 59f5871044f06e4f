import type { Viewer } from "@chesil/access";
import { type Identifier, identifier } from "@chesil/model";
import {
  countMessages,
  type PersonAsOf,
  readEncounters,
  readIdentityEvents,
  readLatestLinks,
  readOpenTasksOfRecords,
  readPersonAsOf,
  readPersons,
  readReceivedAt,
  readRecordsOfPersons,
  readSurvivors,
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
import { eventKind, eventWords } from "./event-words.ts";
import { factGroup, factGroups, readFactGroups } from "./facts.ts";
import { goldenView, goldenViewOf } from "./golden-view.ts";

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
  golden: goldenView,
  sourceRecords: z.array(sourceRecordView),
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
  const found = await readAtOnce(database, async (client) => {
    const [person] = await readPersons(client, [personId]);
    const records = await readRecordsOfPersons(client, [personId]);
    const ids = records.map((record) => record.sourceRecordId);
    return {
      person,
      records,
      survivors: await readSurvivors(client, [personId]),
      encounters: await readEncounters(client, ids),
      facts: await readFactGroups(client, ids),
      events: await readIdentityEvents(client, personId, HISTORY_MAX),
      links: await readLatestLinks(client, ids),
      messages: await countMessages(client, ids),
      receivedAt: await readReceivedAt(client, [
        ...new Set(records.flatMap((each) => [each.createdBy, each.updatedBy])),
      ]),
      tasks: await readOpenTasksOfRecords(client, ids, TASKS_READ_MAX),
      asOf: at && (await readPersonAsOf(client, personId, at)),
    };
  });
  const { person, records } = found;
  if (!person) throw notFound();
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  const survivor = found.survivors.get(personId) ?? personId;
  return {
    personId,
    status: person.status,
    replacedBy: survivor === personId ? null : survivor,
    golden: goldenViewOf(person.golden, records),
    sourceRecords: records.map((record) => recordViewOf(record, found)),
    encounters: found.encounters.map((each) => encounterViewOf(each, byId.get(each.sourceRecordId)?.authority ?? "")),
    facts: factGroups(found.facts, byId, { cursors, viewer, personId }),
    history: found.events.map((event) => eventViewOf(event, personId, byId.get(event.sourceRecordId))),
    openTasks: await taskRows(deps, viewer, found.tasks),
    asOf: at && found.asOf && (await asOfPart(deps, viewer, found.asOf, { personId, at, survivor })),
  };
}

/** Records that were the person's may be another's by now: the gate is asked about those too. */
async function asOfPart(
  { gate }: Deps,
  viewer: Viewer,
  found: PersonAsOf,
  { personId, at, survivor }: { personId: string; at: Date; survivor: string },
): Promise<z.infer<typeof asOfView>> {
  const asked = [...new Set([personId, ...personsAsOf(found)])];
  const permitted = await gate.persons(viewer, asked, "person.as-of", { at: at.toISOString() });
  const shown = permitted.allowed ? permitted.personIds : new Set<string>();
  const replacedByNow = survivor === personId ? null : survivor;
  return asOfViewOf(found, { personId, at, replacedByNow, shown });
}

/** The other side of a task is another person: the gate is asked about them too. */
async function taskRows(
  { database, gate, clock, config }: Deps,
  viewer: Viewer,
  tasks: readonly StoredReviewTask[],
): Promise<ReviewTaskRow[]> {
  const visible = await gate.withoutOptedOut(personsOfTasks(tasks));
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
    sourceRecord: record ? `${record.authority} ${record.localId}` : null,
    by: event.decidedBy,
    weight: event.weight,
    messageId: String(event.journalId),
  };
}
