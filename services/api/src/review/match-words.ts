import { type MatchRecord, matchRecordOf } from "@chesil/matching";
import type { StoredRecord } from "@chesil/store";
import { dateText, nhsNumberText } from "../persons/texts.ts";

/** What matching reads of a source record as it stands now. */
export function matchRecordOfStored({ identifiers, demographics }: StoredRecord): MatchRecord {
  return matchRecordOf({
    identifiers: identifiers.value,
    names: demographics.names?.value,
    birthDate: demographics.birthDate?.value,
    sex: demographics.sex?.value,
    addresses: demographics.addresses?.value,
    telecoms: demographics.telecoms?.value,
    generalPractice: demographics.generalPractice?.value,
  });
}

/** A match record line by line, as a reviewer reads it; a line that it says nothing of is null. */
export function matchLines(record: MatchRecord): { readonly label: string; readonly text: string | null }[] {
  const list = (texts: readonly string[]) => (texts.length > 0 ? texts.join("; ") : null);
  const names = record.names.map(({ family, given }) =>
    [family?.toUpperCase(), given.join(" ")].filter(Boolean).join(", "),
  );
  return [
    { label: "Name", text: list(names) },
    { label: "NHS number", text: record.nhsNumber ? nhsNumberText(record.nhsNumber) : null },
    { label: "Date of birth", text: record.birthDate === undefined ? null : dateText(record.birthDate) },
    { label: "Sex", text: record.sex ?? null },
    { label: "Address", text: list(record.addressLines) },
    { label: "Postcode", text: list(record.postcodes) },
    { label: "Telephone", text: list(record.phones) },
    { label: "Email", text: list(record.emails) },
    { label: "GP practice", text: record.gpPractice ?? null },
  ];
}
