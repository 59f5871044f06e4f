import { type GoldenRecord, NHS_AUTHORITY, type SourceRecord } from "@chesil/model";
import type { AnsweredIdentifier } from "../query/answer.ts";

/**
 * The identifiers of a person: the reconciled NHS number, the ids of active source records, and those that they quote.
 * Each once. An NHS number is told from the reconciled record alone.
 */
export function personIdentifiers(golden: GoldenRecord, records: readonly SourceRecord[]): AnsweredIdentifier[] {
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

/**
 * Of a person's identifiers those of some authorities, all where none is named, and the NHS number with them.
 * `isOfInterest`: there is one of those authorities among them; an NHS number alone is of interest to who takes all.
 */
export function identifiersOfDomains(
  identifiers: readonly AnsweredIdentifier[],
  authorities: readonly string[],
): { readonly identifiers: readonly AnsweredIdentifier[]; readonly isOfInterest: boolean } {
  if (authorities.length === 0) return { identifiers, isOfInterest: identifiers.length > 0 };
  const isOurs = ({ authority }: AnsweredIdentifier) => authorities.includes(authority);
  return {
    identifiers: identifiers.filter((each) => each.authority === NHS_AUTHORITY || isOurs(each)),
    isOfInterest: identifiers.some(isOurs),
  };
}
