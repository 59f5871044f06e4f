import type { AnsweredIdentifier } from "@chesil/hl7";
import { type GoldenRecord, NHS_AUTHORITY } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";

/**
 * The identifiers of a person: the reconciled NHS number, the ids of active source records, and those that they quote.
 * Each once. An NHS number is told from the reconciled record alone.
 */
export function identifiersOf(golden: GoldenRecord, records: readonly StoredRecord[]): AnsweredIdentifier[] {
  const found = new Map<string, AnsweredIdentifier>();
  const add = (identifier: AnsweredIdentifier) => {
    const key = `${identifier.authority}|${identifier.value}`;
    if (identifier.value.trim() !== "" && !found.has(key)) found.set(key, identifier);
  };
  const number = golden.nhsNumber?.value.value;
  if (number !== undefined) add({ authority: NHS_AUTHORITY, value: number, type: "NH" });
  const active = records.filter(({ status }) => status === "active");
  for (const { authority, localId, identifiers } of active) {
    const sent = identifiers.value?.find((each) => each.authority === authority && each.value === localId);
    if (authority !== NHS_AUTHORITY) add({ authority, value: localId, type: sent?.type ?? "" });
  }
  for (const { identifiers } of active)
    for (const { authority, value, type } of identifiers.value ?? [])
      if (authority !== NHS_AUTHORITY) add({ authority, value, type });
  return [...found.values()];
}
