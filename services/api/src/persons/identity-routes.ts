import type { Viewer } from "@chesil/access";
import {
  type IdentityCommand,
  readPersons,
  readRecordsOfPersons,
  readSurvivors,
  type StoredRecord,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notFound, Problem, unprocessable } from "../problem.ts";
import { commandRoute } from "../review/command.ts";
import type { Rule } from "../review/contradiction.ts";
import { refuseContradiction } from "../review/refuse-contradiction.ts";
import { numberedId, reasonText } from "../words.ts";
import { personIdOf } from "./person-id.ts";

/** Records that one command moves. A patient whom one hospital knows a hundred times over is moved in two. */
const MOVED_AT_ONCE_MAX = 100;

const someRecords = z.array(numberedId).min(1).max(MOVED_AT_ONCE_MAX);
const mergeBody = z.strictObject({ with: z.string(), reason: reasonText });
const splitBody = z.strictObject({ sourceRecordIds: someRecords, reason: reasonText });
const unmergeBody = z.strictObject({ sourceRecordId: numberedId, reason: reasonText });
const moveBody = z.strictObject({ sourceRecordIds: someRecords, to: z.string(), reason: reasonText });

/** Who is whom, as a data manager says without being asked: journalled, and carried out by the one decider. */
export function identityRoutes(app: App, deps: Deps): void {
  const route = <Body extends z.ZodType>(
    verb: "merge" | "unmerge" | "split" | "move",
    summary: string,
    body: Body,
    commandOf: (viewer: Viewer, personId: string, body: z.output<Body>) => Promise<IdentityCommand>,
  ) =>
    commandRoute(
      app,
      deps,
      {
        ...{ url: `/api/v1/persons/:id/${verb}`, action: "identity.decide", tag: "persons", summary },
        ...{ params: z.object({ id: z.string() }), body },
      },
      (viewer, { id }, said) => commandOf(viewer, personIdOf(id), said),
    );

  route("merge", "Two persons are one: all records of the other come to this one", mergeBody, (viewer, id, body) =>
    mergeCommand(deps, viewer, id, body),
  );
  route("unmerge", "A record that its sender merged away is another patient's", unmergeBody, (viewer, id, body) =>
    unmergeCommand(deps, viewer, id, body),
  );
  route("split", "Some of a person's records are another patient's: they leave", splitBody, (viewer, id, body) =>
    splitCommand(deps, viewer, id, body),
  );
  route("move", "Some of a person's records are another known person's", moveBody, (viewer, id, body) =>
    moveCommand(deps, viewer, id, body),
  );
}

async function mergeCommand(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { with: other, reason }: z.output<typeof mergeBody>,
): Promise<IdentityCommand> {
  const otherId = personIdOf(other);
  if (otherId === personId) throw unprocessable("A person can not be merged with themselves");
  const [stays, comes] = await readTwo(deps, viewer, personId, otherId, "person.merge");
  const to = homeOf(stays);
  const moved = comes.map(({ sourceRecordId }) => sourceRecordId);
  homeOf(comes);
  await refuseContradiction(deps, viewer, pairs("same", moved, [to]));
  return { command: "move", sourceRecordIds: moved, to, by: viewer.username, reason };
}

async function unmergeCommand(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { sourceRecordId: one, reason }: z.output<typeof unmergeBody>,
): Promise<IdentityCommand> {
  const records = await readAll(deps, viewer, personId, "person.unmerge");
  const record = records.find(({ sourceRecordId }) => sourceRecordId === one);
  const other = record?.retiredInto ?? null;
  if (other === null) {
    throw conflict("This is no record of this person that was merged away", "It may have moved meanwhile: look again.");
  }
  await refuseContradiction(deps, viewer, pairs("different", [one], [other]));
  const decided = { one, other, verdict: "different", taskId: null, isSecondNeeded: false } as const;
  return { command: "decide", ...decided, by: viewer.username, reason };
}

async function splitCommand(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { sourceRecordIds, reason }: z.output<typeof splitBody>,
): Promise<IdentityCommand> {
  const records = await readOne(deps, viewer, personId, "person.split");
  const { moved, staying } = parted(records, sourceRecordIds);
  if (staying.length === 0) {
    throw unprocessable(
      "These are all the records this person has",
      "Nobody would be left to split them from: a person is their records.",
    );
  }
  await refuseContradiction(deps, viewer, pairs("different", moved, staying));
  return { command: "move", sourceRecordIds: moved, to: null, by: viewer.username, reason };
}

async function moveCommand(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { sourceRecordIds, to: target, reason }: z.output<typeof moveBody>,
): Promise<IdentityCommand> {
  const targetId = personIdOf(target);
  if (targetId === personId) throw unprocessable("These records are this person's already");
  const [theirs, others] = await readTwo(deps, viewer, personId, targetId, "person.move");
  const { moved, staying } = parted(theirs, sourceRecordIds);
  const to = homeOf(others);
  await refuseContradiction(deps, viewer, [...pairs("same", moved, [to]), ...pairs("different", moved, staying)]);
  return { command: "move", sourceRecordIds: moved, to, by: viewer.username, reason };
}

/** The active records of both. @throws Problem 422 where the two are one person already. */
async function readTwo(
  deps: Deps,
  viewer: Viewer,
  one: string,
  other: string,
  action: string,
): Promise<[StoredRecord[], StoredRecord[]]> {
  const theirs = await readOne(deps, viewer, one, action);
  const survivors = await readSurvivors(deps.database.pool, [other]);
  if (survivors.get(other) === one) {
    await readExisting(deps, viewer, other, action);
    throw unprocessable("These two are one person already");
  }
  return [theirs, await readOne(deps, viewer, other, action)];
}

/** The active records of a person. @throws as `readAll`. */
async function readOne(deps: Deps, viewer: Viewer, personId: string, action: string): Promise<StoredRecord[]> {
  return (await readAll(deps, viewer, personId, action)).filter(({ status }) => status === "active");
}

/**
 * The records of a person, the act put on record before.
 * @throws Problem 404 for who is not there or may not be shown; 409 for one whose records are another person's by now.
 */
async function readAll(deps: Deps, viewer: Viewer, personId: string, action: string): Promise<StoredRecord[]> {
  const person = await readExisting(deps, viewer, personId, action);
  if (person.status === "merged") {
    const survivor = (await readSurvivors(deps.database.pool, [personId])).get(personId) ?? null;
    throw new Problem(409, "This person's records are another person's by now", {
      detail: "Say it of the person in `replacedBy`.",
      members: { personId, replacedBy: survivor },
    });
  }
  return readAtOnce(deps.database, (client) => readRecordsOfPersons(client, [personId]));
}

async function readExisting({ database, gate }: Deps, viewer: Viewer, personId: string, action: string) {
  const [person] = await readPersons(database.pool, [personId]);
  if (!person) throw notFound();
  const permitted = await gate.persons(viewer, [personId], action);
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw notFound();
  return person;
}

/** A person is whoever their oldest active record is. @throws Problem 422 where there is none. */
function homeOf(records: readonly StoredRecord[]): number {
  if (records.length === 0) throw unprocessable("One of the persons has no record that still speaks");
  return Math.min(...records.map(({ sourceRecordId }) => sourceRecordId));
}

/** @throws Problem 409 where one of the records is not, or is not any more, an active record of this person. */
function parted(records: readonly StoredRecord[], chosen: readonly number[]): { moved: number[]; staying: number[] } {
  const theirs = new Set(records.map(({ sourceRecordId }) => sourceRecordId));
  const moved = [...new Set(chosen)].sort((a, b) => a - b);
  if (!moved.every((id) => theirs.has(id))) {
    throw conflict("One of the records is not this person's", "It may have moved meanwhile: look again.");
  }
  return { moved, staying: [...theirs].filter((id) => !moved.includes(id)) };
}

const pairs = (kind: Rule["kind"], ones: readonly number[], others: readonly number[]): Rule[] =>
  ones.flatMap((one) => others.map((other) => ({ kind, sourceRecordId: one, otherSourceRecordId: other })));
