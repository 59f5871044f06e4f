import type { Prepared } from "../prepare.ts";
import { COUNTED_ELSEWHERE, type Comparison } from "./comparison.ts";

const EMPTY: Prepared = {
  nhsNumber: undefined,
  names: [],
  families: [],
  onlyFamily: undefined,
  givens: [],
  onlyGiven: undefined,
  birthDate: undefined,
  sex: undefined,
  postcodes: [],
  onlyPostcode: undefined,
  addresses: [],
  onlyAddress: undefined,
  phones: [],
  onlyPhone: undefined,
  emails: [],
  onlyEmail: undefined,
  practice: undefined,
  extras: [],
};

/** The level by name that two records come out at, of which only some fields matter. */
export function levelOf(comparison: Comparison, a: Partial<Prepared>, b: Partial<Prepared>): string {
  const rank = comparison.rank({ ...EMPTY, ...a }, { ...EMPTY, ...b });
  return comparison.levels[rank] ?? (rank === COUNTED_ELSEWHERE ? "swapped" : "missing");
}
