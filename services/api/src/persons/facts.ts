import { type PersonView, permittedFact, permittedView, type Viewer } from "@chesil/access";
import { FACT_KINDS, type FactKind } from "@chesil/model";
import {
  type Client,
  countFacts,
  type ListedFact,
  readEncounters,
  readNewestFacts,
  readPersons,
  readRecordsOfPersons,
  type StoredRecord,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { Deps } from "../deps.ts";
import { documentsOf } from "../documents/find-document.ts";
import { notFound } from "../problem.ts";
import { factText } from "./fact-text.ts";
import { readHiddenFacts } from "./hidden-facts.ts";

/** Of each kind, in the view of a person: results do not crowd out an allergy. The rest come page by page. */
const FACTS_PER_KIND = 20;
const FACTS_PER_PAGE = 50;

export const factKind = z.enum(FACT_KINDS);

const factRow = z.object({
  factId: z.string(),
  sourceRecordId: z.string(),
  authority: z.string(),
  feed: z.string(),
  title: z.string(),
  /** Some lines, or "". */
  detail: z.string(),
  /** What the source says it has come to; the words are the kind's own. */
  status: z.string().nullable(),
  /** Whether it still holds: replaced by another fact, taken back, or not in the source's latest whole list. */
  state: z.enum(["current", "superseded", "retracted", "withdrawn"]),
  relation: z.enum(["replace", "addend"]).nullable(),
  visitNumber: z.string().nullable(),
  /** When it was so, as precise as it was sent. */
  at: z.string().nullable(),
  recordedAt: z.iso.datetime(),
  /** Earlier contents that are kept. */
  earlier: z.number(),
  /** Who said the present content, and who last changed anything about it. */
  messageId: z.string(),
  /** What can be read as a document: numbered from 1. */
  documents: z.array(z.object({ number: z.number(), title: z.string() })),
  changedByMessageId: z.string(),
});
export const factPage = z.object({ rows: z.array(factRow), next: z.string().nullable() });
export const factGroup = factPage.extend({
  kind: factKind,
  /** All of the kind, and those that still hold. */
  total: z.number(),
  current: z.number(),
});

const place = z.object({ recordedAt: z.iso.datetime(), factId: z.number().int() });
const listOf = (viewer: Viewer, personId: string, kind: FactKind) => ["facts", viewer.username, personId, kind];

/** Reads what `factGroups` shows; `hidden`: the facts that may not be shown. */
export async function readFactGroups(
  client: Client,
  view: PersonView,
  sourceRecordIds: readonly number[],
  hidden: readonly number[],
) {
  const [counts, facts] = await Promise.all([
    countFacts(client, sourceRecordIds, hidden),
    // One more than is shown: there is a next page.
    readNewestFacts(client, sourceRecordIds, { kinds: FACT_KINDS, limit: FACTS_PER_KIND + 1, after: null, hidden }),
  ]);
  return { counts, facts: facts.map((fact) => permittedFact(view, fact)) };
}

/** The union over the source records, by kind, of each kind the last recorded first. */
export function factGroups(
  found: Awaited<ReturnType<typeof readFactGroups>>,
  records: ReadonlyMap<number, StoredRecord>,
  to: { cursors: Cursors; viewer: Viewer; personId: string },
): z.infer<typeof factGroup>[] {
  const total = (kind: FactKind, state?: string) =>
    found.counts
      .filter((each) => each.kind === kind && (state === undefined || each.state === state))
      .reduce((sum, { count }) => sum + count, 0);
  return FACT_KINDS.flatMap((kind) => {
    const facts = found.facts.filter((fact) => fact.kind === kind);
    if (facts.length === 0) return [];
    const page = pageOf(facts, FACTS_PER_KIND, records, { ...to, kind });
    return [{ kind, total: total(kind), current: total(kind, "current"), ...page }];
  });
}

/** One page of the facts of a kind. @throws Problem 404 for who is not there and for who may not be shown, alike. */
export async function viewFacts(
  { database, gate }: Deps,
  to: { cursors: Cursors; viewer: Viewer; personId: string; kind: FactKind },
  cursor: string | undefined,
): Promise<z.infer<typeof factPage>> {
  const { viewer, personId, kind } = to;
  const opened = cursor === undefined ? null : to.cursors.open(listOf(viewer, personId, kind), cursor, place);
  const [exists] = await readPersons(database.pool, [personId]);
  if (!exists) throw notFound();
  const permitted = await gate.persons(viewer, [personId], "person.view", { facts: kind });
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw notFound();
  const { records, facts } = await readAtOnce(database, async (client) => {
    const view = permitted.viewOf(personId);
    const theirs = await readRecordsOfPersons(client, [personId]);
    const { records } = permittedView(view, { golden: {}, records: theirs, encounters: [], facts: [] });
    const ids = records.map((record) => record.sourceRecordId);
    const hidden = await readHiddenFacts(client, view, { records, encounters: await readEncounters(client, ids) });
    const after = opened && { recordedAt: new Date(opened.recordedAt), factId: opened.factId };
    const found = await readNewestFacts(client, ids, { kinds: [kind], limit: FACTS_PER_PAGE + 1, after, hidden });
    return { records, facts: found.map((fact) => permittedFact(view, fact)) };
  });
  return pageOf(facts, FACTS_PER_PAGE, new Map(records.map((record) => [record.sourceRecordId, record])), to);
}

function pageOf(
  facts: readonly ListedFact[],
  limit: number,
  records: ReadonlyMap<number, StoredRecord>,
  { cursors, viewer, personId, kind }: { cursors: Cursors; viewer: Viewer; personId: string; kind: FactKind },
): z.infer<typeof factPage> {
  const shown = facts.slice(0, limit);
  const last = facts.length > limit ? shown.at(-1) : undefined;
  const after = last && { recordedAt: last.said.recordedAt, factId: last.factId };
  return {
    rows: shown.map((fact) => factRowOf(fact, records.get(fact.sourceRecordId))),
    next: after ? cursors.seal(listOf(viewer, personId, kind), after) : null,
  };
}

function factRowOf(fact: ListedFact, record: StoredRecord | undefined): z.infer<typeof factRow> {
  return {
    factId: String(fact.factId),
    sourceRecordId: String(fact.sourceRecordId),
    authority: record?.authority ?? "",
    feed: record?.feed ?? "",
    ...factText(fact.content),
    state: fact.state,
    relation: fact.relation?.action ?? null,
    visitNumber: fact.visitNumber,
    recordedAt: fact.said.recordedAt,
    earlier: fact.earlier,
    messageId: String(fact.said.journalId),
    documents: documentsOf(fact.content).map(({ title }, index) => ({ number: index + 1, title: title ?? "" })),
    changedByMessageId: String(fact.updatedBy),
  };
}
