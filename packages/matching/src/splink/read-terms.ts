import type { Comparison } from "../comparisons/comparison.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";

const EMPTY: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };

/** By comparison, a record that says nothing but that value. */
const RECORD_OF: Readonly<Record<string, (value: string) => MatchRecord>> = {
  familyName: (value) => ({ ...EMPTY, names: [{ family: value, given: [] }] }),
  givenName: (value) => ({ ...EMPTY, names: [{ given: [value] }] }),
  birthDate: (value) => ({ ...EMPTY, birthDate: value.slice(0, 10) }),
  postcode: (value) => ({ ...EMPTY, postcodes: [value] }),
};

/** The term by which Chesil counts a value of a column; undefined for a placeholder. */
export function termOfValue(comparison: Comparison | undefined): (value: string) => string | undefined {
  return (value) => {
    const record = RECORD_OF[comparison?.name ?? ""]?.(value) ?? EMPTY;
    return comparison?.terms?.(prepare(record, [value]))[0];
  };
}
