import { type CanonicalEvent, type FactStatement, factContent, type Reason, type SourceKey } from "@chesil/model";
import { isFormula } from "../csv/fields.ts";
import { bundleEntryEvent } from "../fhir/bundles.ts";
import type { LoadReading, RowContext, TableReading } from "../reading.ts";
import { type Cells, cellsOfEntry } from "../rows.ts";
import type { FactMapping } from "./mapping.ts";
import { Notes, RowRefusedError } from "./notes.ts";
import { keyOfPatient, patientSaid } from "./patient.ts";
import { nameOfFact, type RowAbout, type RowTrigger, readAboutRow } from "./row-about.ts";
import { joinedKey, rowKeyOf } from "./row-key.ts";
import { Values } from "./values.ts";

export type RowResult =
  | { readonly ok: true; readonly event: CanonicalEvent; readonly key: SourceKey }
  | { readonly ok: false; readonly reason: Reason; readonly text: string };

/**
 * What a journal entry of a load feed says. Pure.
 * @param reading in force at its place, or at that of the row that it is about (`readAboutRow`).
 */
export function entryEvent(
  raw: Uint8Array,
  reading: LoadReading,
  context: RowContext,
  trigger: RowTrigger = "ROW",
): RowResult {
  const isAbout = trigger === "STILL" || trigger === "GONE";
  const read = isAbout ? readAboutRow(raw) : { about: {}, row: raw };
  if (!read) return { ok: false, reason: "not-readable", text: "It does not tell what it is about." };
  const said = saidBy(read.row, reading, context);
  return said.ok && trigger !== "ROW" ? { ...said, event: eventAbout(said, read.about, trigger, context) } : said;
}

/** What of a row an entry says that is about it, at the entry's time. */
function eventAbout(
  { event, key }: Extract<RowResult, { ok: true }>,
  { facts: names }: RowAbout,
  trigger: RowTrigger,
  { extractAt }: RowContext,
): CanonicalEvent {
  const timed = { ...event, source: { ...event.source, triggerEvent: trigger }, recordedAt: extractAt.toISOString() };
  if (!names) return timed;
  const named = new Set(names);
  const facts = event.subjects
    .flatMap((subject) => subject.facts)
    .filter((fact) => named.has(nameOfFact(key, fact)))
    .map((fact) => (trigger === "GONE" ? { ...fact, action: "retract" as const } : fact));
  // Of the patient it says nothing.
  const subjects = [{ patient: { key, identifiers: [], demographics: {} }, facts, snapshots: [] }];
  return { ...timed, subjects, warnings: [], notMapped: [] };
}

function saidBy(raw: Uint8Array, reading: LoadReading, context: RowContext): RowResult {
  if (reading.load === "fhir") return bundleEntryEvent(raw, reading, context);
  const read = cellsOfEntry(raw, reading, context.encoding);
  return read.ok ? rowEvent(read.cells, reading, context) : { ok: false, reason: "not-readable", text: read.text };
}

/** The same of cells that were read. A text that is given names columns and quotes nothing of them. */
export function rowEvent(cells: Cells, reading: TableReading, context: RowContext): RowResult {
  const notes = new Notes();
  try {
    return { ok: true, ...mapped(cells, reading, context, notes) };
  } catch (error) {
    if (error instanceof RowRefusedError) return { ok: false, reason: "not-readable", text: error.message };
    throw error;
  }
}

function mapped(
  cells: Cells,
  reading: TableReading,
  context: RowContext,
  notes: Notes,
): { event: CanonicalEvent; key: SourceKey } {
  const { mapping, authority } = reading;
  const values = new Values(cells, reading, context.receivedAt, notes);
  const rowKey = rowKeyOf(cells, mapping);
  if (rowKey === undefined) throw new RowRefusedError(`${mapping.rowKey.join(", ")}: The row has no key.`);
  for (const [column, cell] of cells)
    if (isFormula(cell)) notes.flag(column, "structure", "The cell begins as a formula does: kept as text.");
  const key = keyOfPatient(mapping, authority, rowKey, values);
  const patient = patientSaid(key, reading, values);
  const facts = mapping.facts.flatMap((fact) => factSaid(fact, context.feed, rowKey, values) ?? []);
  const recorded = values.date(mapping.recordedAt, true);
  const recordedAt = recorded ? (recorded.instant ?? `${recorded.date.padEnd(10, "-01")}T00:00:00.000Z`) : undefined;
  const event: CanonicalEvent = {
    schemaVersion: 2,
    source: {
      application: "",
      facility: authority,
      controlId: context.controlId,
      messageType: "LOAD",
      triggerEvent: "ROW",
      version: "",
    },
    recordedAt: recordedAt ?? context.extractAt.toISOString(),
    subjects: [{ patient, facts, snapshots: [] }],
    operations: [],
    warnings: notes.warnings,
    notMapped: [],
  };
  return { event, key };
}

/** Keys are each feed's own: the extracts of one authority count their rows each for itself. */
function factSaid(mapping: FactMapping, feed: string, rowKey: string, values: Values): FactStatement | undefined {
  const { kind, name, content: template, when } = mapping;
  if (!when.every((each) => values.holds(each)) || !values.isStated(template)) return undefined;
  const parsed = factContent.safeParse({ ...(values.content(template) as object | undefined), kind });
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join("."));
    throw new RowRefusedError(
      `The ${name ?? kind} lacks ${[...new Set(places)].join(", ")}, or has what can not stand there.`,
    );
  }
  const own = `${feed}|${joinedKey((mapping.key ?? []).map(values.cell)) ?? rowKey}`;
  return { key: name === undefined ? own : `${own}#${name}`, action: "state", content: parsed.data };
}
