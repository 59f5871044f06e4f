import { BUILT_IN_COMPARISONS } from "../comparisons/built-in.ts";
import type { TextKind } from "../comparisons/text.ts";
import type { Prepared } from "../prepare.ts";

/** A column that has no comparison of its own, and how it is compared. */
export type ExtraColumn = { readonly name: string; readonly kind: TextKind };

/** Records to be linked with each other. */
export type BatchData = {
  readonly records: readonly Prepared[];
  /** The declared columns, in the order of the records' extras. */
  readonly extras: readonly ExtraColumn[];
};

/** A comparison as a model lists it. */
export type ComparisonInUse = { readonly name: string; readonly kind?: TextKind };

/** The built-in comparisons that the records say anything of, and the declared columns. */
export function comparisonsInUse({ records, extras }: BatchData): ComparisonInUse[] {
  const stated = new Set<string>();
  for (const record of records)
    for (const { name } of BUILT_IN_COMPARISONS) if (!stated.has(name) && STATES[name]?.(record)) stated.add(name);
  const builtIn = BUILT_IN_COMPARISONS.flatMap(({ name }) => (stated.has(name) ? [{ name }] : []));
  return [...builtIn, ...extras.map(({ name, kind }) => ({ name, kind }))];
}

/** By comparison, whether a record states the field. */
const STATES: Readonly<Record<string, (record: Prepared) => boolean>> = {
  nhsNumber: ({ nhsNumber }) => nhsNumber !== undefined,
  familyName: ({ families }) => families.length > 0,
  givenName: ({ givens }) => givens.length > 0,
  birthDate: ({ birthDate }) => birthDate !== undefined,
  sex: ({ sex }) => sex !== undefined,
  postcode: ({ postcodes }) => postcodes.length > 0,
  address: ({ addresses }) => addresses.length > 0,
  phone: ({ phones }) => phones.length > 0,
  email: ({ emails }) => emails.length > 0,
  practice: ({ practice }) => practice !== undefined,
};
