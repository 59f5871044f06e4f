import type { Address, Identifier, PersonName, Telecom } from "./demographics.ts";
import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type DemographicValues,
  type HistoryField,
  type Known,
  type KnownDemographics,
  type Saying,
  type SourceRecord,
} from "./record.ts";
import {
  HISTORY_FIELDS,
  isBefore,
  isUnsureAt,
  knownIn,
  type Statement,
  statementsOf,
  type Words,
} from "./said-values.ts";
import { valueKey } from "./same-value.ts";
import { identifiersAfter, valueAfter } from "./statement-parts.ts";

/** What was true when: the periods of a record's values, and a record as its sources described it at a moment. */

type HistoryRecord = Words & Pick<SourceRecord, "sourceRecordId" | "status">;

/** One name, address, number, identifier or party, or the value of any other field. */
export type PastValue<F extends HistoryField = HistoryField> = {
  readonly field: F;
  readonly value: PartOf<F>;
  readonly sourceRecordId: number;
  /** Said, after it was not: of this moment on it is known to be so. Null: the sender spoke of it only as of something former. */
  readonly from: Saying | null;
  /** Something else was said for the first time since; null: it is so still. */
  readonly to: Saying | null;
};

type PartOf<F extends HistoryField> = F extends "identifiers"
  ? Identifier
  : F extends DemographicField
    ? DemographicValues[F] extends readonly (infer Part)[]
      ? Part
      : DemographicValues[F]
    : never;

/**
 * Every value of a field that the records said, with the period in which it was so, present and former, the latest first; of a
 * list each entry by itself. A value that came back has several periods. What a message said of only a part of a value is no
 * value of its own.
 */
export function pastValuesOf<F extends HistoryField>(records: readonly HistoryRecord[], field: F): PastValue<F>[] {
  return records
    .flatMap((record) => pastOfRecord(record, field))
    .sort((one, other) => (isBefore(endOf(one), endOf(other)) ? 1 : -1));
}

/** The same where it was so no more afterwards, as far as any record says: what a FHIR Patient gives a period that has ended. */
export const formerValuesOf = <F extends HistoryField>(
  records: readonly HistoryRecord[],
  field: F,
): (PastValue<F> & { readonly to: Saying })[] => {
  const past = pastValuesOf(records, field);
  const soSince = new Map<string, Saying>();
  for (const { value, from, to } of past) {
    const [key, start] = [partKey(field, value), from ?? OPEN];
    const known = soSince.get(key);
    if (to === null && (!known || isBefore(start, known))) soSince.set(key, start);
  }
  return past.flatMap((each) => {
    const since = soSince.get(partKey(field, each.value));
    const isSoStill = each.to === null || (since !== undefined && (each.from === null || !isBefore(each.to, since)));
    return isSoStill || each.to === null ? [] : [{ ...each, to: each.to }];
  });
};

const OPEN: Saying = ["~", 0];
const endOf = ({ to }: PastValue) => to ?? OPEN;

/** A value that is so, since when, and whether its sender spoke of it only as of something former. */
type Span = { readonly part: unknown; readonly from: Saying };

function pastOfRecord<F extends HistoryField>(record: HistoryRecord, field: F): PastValue<F>[] {
  const { sourceRecordId, status } = record;
  const past: PastValue<F>[] = [];
  const end = ({ part, from }: Span, to: Saying | null) => {
    const value = part as PartOf<F>;
    const isPrevious = (part as { use?: unknown }).use === "previous";
    past.push({ field, value, sourceRecordId, ...(isPrevious ? { from: null, to: from } : { from, to }) });
  };
  let open: ReadonlyMap<string, Span> = new Map();
  for (const { value, saying } of statesOf(record, field)) {
    const now = new Map(partsOf(value).map((part) => [partKey(field, part), { part, from: saying }]));
    for (const [key, span] of open) {
      // The same said in full is nothing new.
      const same = now.get(key) ?? [...now.values()].find(({ part }) => isPartOf(span.part, part));
      if (!same) end(span, saying);
      else if (isBefore(span.from, same.from)) now.set(partKey(field, same.part), { ...same, from: span.from });
    }
    open = now;
  }
  const known = knownIn(record, field);
  for (const span of open.values())
    end(span, status === "active" || !known ? null : [known.recordedAt, known.journalId]);
  return past;
}

/** What was so from each moment on at which something else was said, in order; at last what the record has. */
function statesOf(record: Words, field: HistoryField): Statement[] {
  const own = knownIn(record, field);
  if (!own) return [];
  const now: Saying = [own.recordedAt, own.journalId];
  const before = heardInOrder(field, changesOf(statementsOf(record, field))).filter(({ saying }) =>
    isBefore(saying, now),
  );
  return [...before, { value: own.value ?? null, saying: now }];
}

/** The first statement of each run of the same. */
const changesOf = (statements: readonly Statement[]): Statement[] =>
  statements.filter(({ value }, index) => index === 0 || value !== statements[index - 1]?.value);

/** What was known after each, `null` for nothing. */
function heardInOrder(field: HistoryField, said: readonly Statement[]): Statement[] {
  let known: unknown = null;
  return said.map(({ value, saying }) => {
    known = value === null ? null : (after(field, known ?? undefined, value) ?? null);
    return { value: known, saying };
  });
}

const after = (field: HistoryField, known: unknown, said: unknown): unknown =>
  field === "identifiers"
    ? identifiersAfter((known ?? []) as Identifier[], said as Identifier[])
    : valueAfter(field, known as never, said as never);

/** Entries of a list, without those that only delete; or the one value. */
function partsOf(value: unknown): unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) return [value];
  return value.flatMap((entry: PersonName | Address | Telecom | Identifier) => {
    const { cleared, ...part } = entry as Record<string, unknown>;
    return cleared !== undefined && isEmpty(part) ? [] : [part];
  });
}

const isEmpty = (part: Record<string, unknown>): boolean =>
  Object.entries(part).every(
    ([name, value]) => ["use", "kind"].includes(name) || value === "" || (Array.isArray(value) && value.length === 0),
  );

/** By what two values are the same: an identifier whatever was said of its kind, anything else in any case of letters. */
function partKey(field: HistoryField, part: unknown): string {
  if (field !== "identifiers") return valueKey(part).toUpperCase();
  const { authority, value } = part as Identifier;
  return `${authority}|${value}`;
}

/** Whether every word of a name or an address is in another of the same use: then only that one was said in full. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const words = Object.entries(part);
  return (
    words.some(([name]) => name === "given" || name === "lines") &&
    words.every(([name, word]) => isIn(word, (whole as Record<string, unknown>)[name]))
  );
}

function isIn(word: unknown, whole: unknown): boolean {
  if (Array.isArray(word))
    return Array.isArray(whole) && word.length <= whole.length && word.every((each, at) => isIn(each, whole[at]));
  return String(word).toUpperCase() === String(whole).toUpperCase();
}

/**
 * The record's words as its source had described it until a moment, by event time: what was said is heard again in its order.
 * @see unsureFieldsAsOf
 */
export function wordsAsOf(record: Words, at: string): Words {
  const demographics: Record<string, Known<unknown>> = {};
  for (const field of DEMOGRAPHIC_FIELDS) {
    const known = knownAsOf(record, field, at);
    if (known) demographics[field] = known;
  }
  const { recordedAt, journalId } = record.identifiers;
  return {
    identifiers: (knownAsOf(record, "identifiers", at) as Known<Identifier[]> | undefined) ?? { recordedAt, journalId },
    demographics: demographics as KnownDemographics,
  };
}

/** Fields of which it is not certain what was so: more was said of them since than is kept (`STATEMENTS_MAX`), and in turns. */
export const unsureFieldsAsOf = (record: Words, at: string): HistoryField[] =>
  HISTORY_FIELDS.filter((field) => isUnsureAt(record, field, at));

function knownAsOf(record: Words, field: HistoryField, at: string): Known<unknown> | undefined {
  const now = knownIn(record, field);
  if (!now || now.recordedAt <= at) return now;
  const until = statementsOf(record, field).filter(({ saying }) => saying[0] <= at);
  const last = until.at(-1);
  if (!last) return undefined;
  const value = heardInOrder(field, changesOf(until)).at(-1)?.value ?? null;
  const [recordedAt, journalId] = last.saying;
  return { recordedAt, journalId, ...(value === null ? {} : { value }) };
}
