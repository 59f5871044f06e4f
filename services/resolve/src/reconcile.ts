import { fold } from "@chesil/matching";
import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type GoldenRecord,
  isPseudoPostcode,
  isValidNhsNumber,
  type Known,
  NHS_AUTHORITY,
  type Sourced,
} from "@chesil/model";
import type { SearchColumns, StoredRecord } from "@chesil/store";

/**
 * The golden record: for each field the value recorded last by any linked record; for the NHS number a verified one
 * before an unverified one. A pure function of the records, whatever order they come in: ties go to the older record.
 */
export function reconcile(records: readonly StoredRecord[]): GoldenRecord {
  const speaking = records
    .filter((record) => record.status === "active")
    .sort((a, b) => a.sourceRecordId - b.sourceRecordId);
  const golden: { -readonly [F in DemographicField]?: unknown } = {};
  for (const field of DEMOGRAPHIC_FIELDS) {
    const latest = latestOf<unknown>(speaking, (record) => record.demographics[field]);
    if (latest) golden[field] = latest;
  }
  const nhsNumber = bestNhsNumber(speaking);
  return { ...golden, ...(nhsNumber ? { nhsNumber } : {}) } as GoldenRecord;
}

function latestOf<T>(
  records: readonly StoredRecord[],
  read: (record: StoredRecord) => Known<T> | undefined,
): Sourced<T> | undefined {
  let best: { value: T; sourceRecordId: number; recordedAt: string } | undefined;
  for (const record of records) {
    const known = read(record);
    if (known?.value === undefined || (best && known.recordedAt <= best.recordedAt)) continue;
    best = { value: known.value, sourceRecordId: record.sourceRecordId, recordedAt: known.recordedAt };
  }
  return best && { value: best.value, sourceRecordId: best.sourceRecordId };
}

function bestNhsNumber(records: readonly StoredRecord[]): GoldenRecord["nhsNumber"] {
  for (const trust of ["verified", "unverified"] as const) {
    const latest = latestOf(records, (record) => {
      const number = record.identifiers.value?.find(
        (each) => each.authority === NHS_AUTHORITY && each.trust === trust && isValidNhsNumber(each.value),
      );
      return (
        number && { value: { value: number.value, trust }, recordedAt: record.identifiers.recordedAt, journalId: 0 }
      );
    });
    if (latest) return latest;
  }
  return undefined;
}

/** An index takes no longer text; the golden record keeps the whole. */
const SEARCH_LENGTH_MAX = 200;

/** What the person is found by. */
export function searchColumns(golden: GoldenRecord): SearchColumns {
  const usual = golden.names?.value.find((name) => name.use === "usual") ?? golden.names?.value[0];
  const home = golden.addresses?.value.find((address) => address.use === "home") ?? golden.addresses?.value[0];
  return {
    nhsNumber: golden.nhsNumber?.value.value ?? null,
    familyName: usual?.family ? fold(usual.family).slice(0, SEARCH_LENGTH_MAX) : null,
    givenName: usual && usual.given.length > 0 ? fold(usual.given.join(" ")).slice(0, SEARCH_LENGTH_MAX) : null,
    birthDate: golden.birthDate?.value ?? null,
    sex: golden.sex?.value ?? null,
    postcode: home?.postcode && !isPseudoPostcode(home.postcode) ? home.postcode.slice(0, SEARCH_LENGTH_MAX) : null,
  };
}
