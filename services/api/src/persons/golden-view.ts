import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type GoldenRecord,
  type Known,
  NHS_AUTHORITY,
  type SourceRecord,
} from "@chesil/model";
import { z } from "zod";
import { fieldText, nameText, nhsNumberText, usualName } from "./texts.ts";

const source = z.object({ authority: z.string(), localId: z.string(), feed: z.string() });
const goldenValue = z.object({
  value: z.unknown(),
  text: z.string(),
  source,
  /** When the source said so. */
  recordedAt: z.string(),
  /** What the person's other records say, where it differs. */
  alternatives: z.array(z.object({ text: z.string(), source, recordedAt: z.string() })),
});
type GoldenValue = z.infer<typeof goldenValue>;

const FIELDS = ["name", "nhsNumber", ...DEMOGRAPHIC_FIELDS] as const;
/** Each value of the golden record with where it came from; a field nobody said is absent. */
export const goldenView = z.object(
  Object.fromEntries(FIELDS.map((field) => [field, goldenValue.optional()])) as Record<
    (typeof FIELDS)[number],
    z.ZodOptional<typeof goldenValue>
  >,
);
export type GoldenView = z.infer<typeof goldenView>;

/** One source's statement of a field, in words. */
type Statement = { readonly text: string; readonly record: SourceRecord; readonly recordedAt: string };

export function goldenViewOf(golden: GoldenRecord, records: readonly SourceRecord[]): GoldenView {
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  const view: GoldenView = {};
  for (const field of DEMOGRAPHIC_FIELDS) {
    const sourced = golden[field];
    const record = sourced && byId.get(sourced.sourceRecordId);
    if (!sourced || !record) continue;
    view[field] = goldenValueOf(
      sourced.value,
      {
        text: fieldText(field, sourced.value as never),
        record,
        recordedAt: record.demographics[field]?.recordedAt ?? "",
      },
      statementsOf(field, records),
    );
  }
  const names = golden.names;
  const usual = usualName(names?.value);
  if (usual && view.names) {
    const statements = records.flatMap((record) => {
      const known = record.demographics.names;
      const name = usualName(known?.value);
      return known && name ? [{ text: nameText(name), record, recordedAt: known.recordedAt }] : [];
    });
    view.name = {
      ...view.names,
      value: usual,
      text: nameText(usual),
      alternatives: otherThan(nameText(usual), statements),
    };
  }
  const number = golden.nhsNumber;
  const numbered = number && byId.get(number.sourceRecordId);
  if (number && numbered) {
    const statement = {
      text: nhsNumberText(number.value),
      record: numbered,
      recordedAt: numbered.identifiers.recordedAt,
    };
    view.nhsNumber = goldenValueOf(number.value, statement, nhsNumberStatements(records));
  }
  return view;
}

function goldenValueOf(
  value: unknown,
  { text, record, recordedAt }: Statement,
  others: readonly Statement[],
): GoldenValue {
  return { value, text, source: sourceOf(record), recordedAt, alternatives: otherThan(text, others) };
}

function statementsOf(field: DemographicField, records: readonly SourceRecord[]): Statement[] {
  return records.flatMap((record) => {
    const known: Known<unknown> | undefined = record.demographics[field];
    if (record.status !== "active" || known?.value === undefined) return [];
    return [{ text: fieldText(field, known.value as never), record, recordedAt: known.recordedAt }];
  });
}

function nhsNumberStatements(records: readonly SourceRecord[]): Statement[] {
  return records.flatMap((record) =>
    (record.identifiers.value ?? []).flatMap((identifier) =>
      identifier.authority === NHS_AUTHORITY && identifier.trust !== undefined
        ? [
            {
              text: nhsNumberText({ value: identifier.value, trust: identifier.trust }),
              record,
              recordedAt: record.identifiers.recordedAt,
            },
          ]
        : [],
    ),
  );
}

/** Each other text once, as its latest source says it. */
function otherThan(text: string, statements: readonly Statement[]): GoldenValue["alternatives"] {
  const latest = new Map<string, Statement>();
  for (const statement of statements) {
    const known = latest.get(statement.text);
    if (statement.text !== text && (!known || known.recordedAt < statement.recordedAt))
      latest.set(statement.text, statement);
  }
  return [...latest.values()]
    .sort((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1))
    .map((each) => ({ text: each.text, source: sourceOf(each.record), recordedAt: each.recordedAt }));
}

const sourceOf = ({ authority, localId, feed }: SourceRecord) => ({ authority, localId, feed });
