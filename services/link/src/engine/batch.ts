import { type BatchData, BatchPreparer, type ExtraColumn, type Prepared } from "@chesil/matching";
import { readRecords } from "../csv/read-records.ts";
import type { InputPlan } from "../csv/survey.ts";

/** The records of the input, ready to be compared, with what is theirs besides; each by its place. */
export type Batch = BatchData & {
  readonly records: readonly Prepared[];
  readonly ids: readonly string[];
  /** The number of the true person, or -1. */
  readonly truth: Int32Array;
};

/** A town is compared like a declared column: it has no comparison of its own. */
const CITY: ExtraColumn = { name: "city", kind: "fuzzy" };

/** The declared columns of the input, in the order of the records' extras. */
export const extrasOf = (plan: Pick<InputPlan, "compared" | "extras">): ExtraColumn[] =>
  plan.compared.includes("city") ? [...plan.extras, CITY] : [...plan.extras];

/**
 * Reads and prepares all records. Every thread that compares reads for itself: records can not be shared.
 * @param columns the declared columns as a model lists them, which it finds by their places; one that the input has not
 * is empty.
 */
export async function readBatch(
  plan: InputPlan,
  onRecords: (records: number) => void = () => {},
  columns: readonly ExtraColumn[] = extrasOf(plan),
): Promise<Batch> {
  const preparer = new BatchPreparer();
  const records: Prepared[] = [];
  const ids: string[] = [];
  const truth = new Int32Array(plan.rows);
  const read = extrasOf(plan);
  const places = columns.map(({ name }) => read.findIndex((column) => column.name === name));
  for await (const chunk of readRecords(plan)) {
    for (const { id, record, extras, cities, truth: person } of chunk) {
      truth[records.length] = person;
      ids.push(id);
      const values = [...extras, cities.join(" ")];
      const declared = places.map((place) => values[place] ?? "");
      records.push(preparer.prepare(record, declared));
    }
    onRecords(records.length);
  }
  return { records, ids, truth, extras: columns };
}

/**
 * The records in the order of their ids. Whatever is sampled is sampled from these: a model then does not depend on the
 * order in which the same records came.
 */
export function inOrderOfIds({ records, ids, truth, extras }: Batch): Batch {
  const idAt = (place: number) => ids[place] as string;
  const places = Uint32Array.from(ids.keys()).sort((a, b) => (idAt(a) < idAt(b) ? -1 : 1));
  return {
    records: Array.from(places, (place) => records[place] as Prepared),
    ids: Array.from(places, idAt),
    truth: Int32Array.from(places, (place) => truth[place] as number),
    extras,
  };
}
