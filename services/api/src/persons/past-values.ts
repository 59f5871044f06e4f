import {
  type Address,
  formerValuesOf,
  type HistoryField,
  type Identifier,
  type PastValue,
  type PersonName,
  type SourceRecord,
} from "@chesil/model";
import { z } from "zod";
import { addressText, fieldText, nameText } from "./texts.ts";

/** Fields whose former values are shown. */
const SHOWN_FIELDS = [
  "names",
  "addresses",
  "telecoms",
  "identifiers",
  "generalPractitioner",
  "generalPractice",
] as const satisfies readonly HistoryField[];

/** Former values of one field in one answer, the latest first. */
const VALUES_SHOWN_MAX = 100;

/** A period that is over in which something was so: a former name, address, number, identifier or practice. */
export const formerValue = z.object({
  field: z.enum(SHOWN_FIELDS),
  value: z.unknown(),
  text: z.string(),
  source: z.object({ sourceRecordId: z.string(), authority: z.string(), localId: z.string() }),
  /** Of this moment on it was said; null: its sender spoke of it only as of something former. */
  from: z.string().nullable(),
  /** Something else was said; of a record that was merged away it spoke for the last time. */
  to: z.string(),
  /** The message that did so. */
  messageId: z.string(),
});

export function formerValuesView(records: readonly SourceRecord[]): z.infer<typeof formerValue>[] {
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  return SHOWN_FIELDS.flatMap((field) =>
    formerValuesOf(records, field)
      .slice(0, VALUES_SHOWN_MAX)
      .map((past) => {
        const { authority = "", localId = "" } = byId.get(past.sourceRecordId) ?? {};
        const [to, messageId] = past.to;
        return {
          ...{ field, value: past.value, text: textOf(past) },
          source: { sourceRecordId: String(past.sourceRecordId), authority, localId },
          ...{ from: past.from?.[0] ?? null, to, messageId: String(messageId) },
        };
      }),
  );
}

function textOf({ field, value }: PastValue): string {
  switch (field) {
    case "names":
      return nameText(value as PersonName);
    case "addresses":
      return addressText(value as Address);
    case "identifiers":
      return `${(value as Identifier).authority} ${(value as Identifier).value}`;
    case "telecoms":
      return fieldText("telecoms", [value] as never);
    default:
      return fieldText(field, value as never);
  }
}
