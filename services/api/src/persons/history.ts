import { permittedRecord, type Viewer } from "@chesil/access";
import {
  type PersonHistoryEntry,
  type PersonHistoryPlace,
  readPersonHistory,
  readPersons,
  readRecordsById,
  type StoredRecord,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import { type DecisionView, decisionOf, decisionView, personsInDecision } from "../decision.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../problem.ts";
import { showableDecisions, type VerdictView, verdictView, viewDecisions } from "../review/verdict-view.ts";
import { shownPage } from "../shown-page.ts";
import { eventKind, eventWords } from "./event-words.ts";

const ENTRIES_PER_PAGE = 50;

const eventEntry = z.object({
  type: z.literal("event"),
  at: z.iso.datetime(),
  kind: eventKind,
  text: z.string(),
  /** The record, where its patient may be shown. */
  sourceRecord: z.object({ sourceRecordId: z.string(), authority: z.string(), localId: z.string() }).nullable(),
  /** What decided: `identifier`, `model`, `sender`, `human` or `new`; and the person's name where one did. */
  decidedBy: z.string(),
  username: z.string().nullable(),
  /** Why a person decided so. */
  reason: z.string().nullable(),
  modelVersion: z.string().nullable(),
  weight: z.number().nullable(),
  evidence: decisionView.nullable(),
  journalId: z.string(),
});
const decisionEntry = z.object({ type: z.literal("decision"), at: z.iso.datetime(), decision: verdictView });
export const historyPage = z.object({
  entries: z.array(z.discriminatedUnion("type", [eventEntry, decisionEntry])),
  next: z.string().nullable(),
});

const place = z.object({ journalId: z.number().int(), eventId: z.number().int() });

/**
 * Who is this person, by whom and why: identity events and decisions about their records, newest first.
 * @throws Problem 404 for who is not there and for who may not be shown, alike.
 */
export async function viewHistory(
  deps: Deps,
  viewer: Viewer,
  cursors: Cursors,
  { personId, cursor }: { readonly personId: string; readonly cursor: string | undefined },
): Promise<z.infer<typeof historyPage>> {
  const { database, gate } = deps;
  const [exists] = await readPersons(database.pool, [personId]);
  if (!exists) throw notFound();
  const permitted = await gate.persons(viewer, [personId], "person.history");
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw notFound();
  const { isPartial } = permitted.viewOf(personId);
  const list = ["history", viewer.username, personId];
  const start: PersonHistoryPlace | null = cursor === undefined ? null : cursors.open(list, cursor, place);
  const { rows: page, next } = await shownPage<PersonHistoryEntry>({
    read: (last, limit) =>
      readAtOnce(database, (client) => readPersonHistory(client, personId, { after: last?.place ?? start, limit })),
    shown: (entries) => withoutHiddenDecisions(deps, viewer, entries, isPartial),
    size: ENTRIES_PER_PAGE,
  });
  const ids = page.flatMap(({ event }) => event?.sourceRecordId ?? []);
  const records = new Map(
    (await readRecordsById(database.pool, [...new Set(ids)])).map((record) => [record.sourceRecordId, record]),
  );
  const others = page.flatMap(({ event }) => [
    ...(event ? personsInDecision(event.evidence) : []),
    ...(event ? [records.get(event.sourceRecordId)?.personId ?? personId] : []),
  ]);
  const named = await gate.persons(viewer, [...new Set(others)], "person.history", { of: personId });
  const shownRecords = [...records.values()].flatMap((record) => {
    if (!named.allowed || !named.personIds.has(record.personId)) return [];
    const view = named.viewOf(record.personId);
    return [{ record: permittedRecord(view, record), isPartial: isPartial || view.isPartial }];
  });
  const decisions = await viewDecisions(
    deps,
    viewer,
    page.flatMap(({ decision }) => decision ?? []),
    "person.history",
  );
  const byId = new Map(decisions.map((decision) => [decision.decisionId, decision]));
  return {
    entries: page.flatMap((entry) =>
      entryOf(entry, {
        ...{ personId, decisions: byId, isPartial },
        shown: named.allowed ? named.personIds : new Set<string>(),
        records: new Map(shownRecords.map((each) => [each.record.sourceRecordId, each])),
      }),
    ),
    next: next ? cursors.seal(list, next.place) : null,
  };
}

/** A decision about one of their records may be about somebody else's too, who opted out; of who is shown in part there are none. */
async function withoutHiddenDecisions(
  deps: Deps,
  viewer: Viewer,
  entries: readonly PersonHistoryEntry[],
  isPartial: boolean,
): Promise<PersonHistoryEntry[]> {
  if (isPartial) return entries.filter(({ decision }) => decision === null);
  const decisions = entries.flatMap(({ decision }) => decision ?? []);
  const shown = new Set(await showableDecisions(deps, viewer, decisions));
  return entries.filter(({ decision }) => decision === null || shown.has(decision));
}

type Told = {
  readonly personId: string;
  /** As they may be shown; `isPartial`: of whose they are not everything is. */
  readonly records: ReadonlyMap<number, { readonly record: StoredRecord; readonly isPartial: boolean }>;
  readonly shown: ReadonlySet<string>;
  readonly decisions: ReadonlyMap<string, VerdictView>;
  /** Evidence is made of values that are withheld, and reasons are written with them in mind. */
  readonly isPartial: boolean;
};

function entryOf(
  { event, decision, place: at }: PersonHistoryEntry,
  told: Told,
): z.infer<typeof historyPage>["entries"] {
  if (decision) {
    const view = told.decisions.get(String(at.journalId));
    return view ? [{ type: "decision", at: view.decidedAt, decision: view }] : [];
  }
  if (!event) return [];
  const shown = told.records.get(event.sourceRecordId);
  const named = shown?.record;
  const isPartial = told.isPartial || (shown?.isPartial ?? false);
  const evidence: DecisionView | null =
    named && !isPartial
      ? decisionOf(event.evidence, event.decidedBy, { shown: told.shown, mayShowOther: false })
      : null;
  return [
    {
      type: "event",
      at: event.at.toISOString(),
      ...eventWords(event, told.personId, named),
      sourceRecord:
        named && named.localId !== ""
          ? { sourceRecordId: String(named.sourceRecordId), authority: named.authority, localId: named.localId }
          : null,
      decidedBy: event.decidedBy,
      username: event.by,
      reason: isPartial ? null : event.reason,
      modelVersion: evidence?.modelVersion ?? null,
      weight: event.weight,
      evidence,
      journalId: String(event.journalId),
    },
  ];
}
