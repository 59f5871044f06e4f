import {
  type Address,
  DEMOGRAPHIC_FIELDS,
  formerValuesOf,
  type HistoryField,
  type Identifier,
  type PastValue,
  type PersonName,
} from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { addressText, FIELD_LABELS, fieldText, nameText } from "../persons/texts.ts";

/** Something that a source used to say and none says now. */
export type FormerValue = {
  readonly label: string;
  readonly text: string;
  readonly record: StoredRecord | undefined;
  /** Said; undefined: its sender spoke of it only as of something former. */
  readonly from: string | undefined;
  /** Something else was said. */
  readonly to: string;
};

const FIELDS: readonly HistoryField[] = ["identifiers", ...DEMOGRAPHIC_FIELDS];

/** Every former value of every field, of each the latest first. */
export function* formerValues(records: readonly StoredRecord[]): Generator<FormerValue> {
  const byId = new Map(records.map((record) => [record.sourceRecordId, record]));
  for (const field of FIELDS)
    for (const past of formerValuesOf(records, field))
      yield {
        label: labelOf(field),
        text: textOf(past),
        record: byId.get(past.sourceRecordId),
        from: past.from?.[0],
        to: past.to[0],
      };
}

export const labelOf = (field: HistoryField): string => (field === "identifiers" ? "Number" : FIELD_LABELS[field]);

export const identifierText = ({ authority, value, type, trust }: Identifier): string =>
  `${authority} ${value}${[type, trust].some(Boolean) ? ` (${[type, trust].filter(Boolean).join(", ")})` : ""}`;

function textOf({ field, value }: PastValue): string {
  if (field === "names") return nameText(value as PersonName);
  if (field === "addresses") return addressText(value as Address);
  if (field === "identifiers") return identifierText(value as Identifier);
  if (field === "telecoms") return fieldText("telecoms", [value] as never);
  return fieldText(field, value as never);
}
