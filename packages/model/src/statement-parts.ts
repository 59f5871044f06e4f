import { type Address, type Identifier, NHS_AUTHORITY, type PersonName, type Telecom } from "./demographics.ts";
import type { DemographicField, DemographicValues } from "./record.ts";

/**
 * Update semantics below the field. A list of names, addresses or numbers replaces the one known; but a part that an
 * entry does not speak of keeps what was known of the same thing, and a part that it deletes (`cleared`) is gone. A
 * list of nothing but deletions takes those uses away and leaves the others. `cleared` is never kept.
 */

/** What is known of a field after a value was said: a value replaces it; of a list, part by part. Undefined: nothing is left. */
export function valueAfter<F extends DemographicField>(
  field: F,
  known: DemographicValues[F] | undefined,
  said: DemographicValues[F],
): DemographicValues[F] | undefined {
  const listAfter = LISTS[field] as ((known: unknown, said: unknown) => unknown[]) | undefined;
  if (listAfter === undefined) return said;
  const list = listAfter(known, said);
  return list.length === 0 ? undefined : (list as DemographicValues[F]);
}

/**
 * Identifiers after some were sent. A list speaks of the authorities and types in it and of no others: a laboratory that
 * knows a patient by one number says nothing of the NHS number.
 */
export function identifiersAfter(known: readonly Identifier[], said: readonly Identifier[]): Identifier[] {
  const named = new Set(said.map(kindOf));
  return [...said, ...known.filter((each) => !named.has(kindOf(each)))];
}

const kindOf = ({ authority, type }: Identifier) => (authority === NHS_AUTHORITY ? authority : `${authority}|${type}`);

/** The same name: of the same use, with the same family name or the same first given name. */
export function namesAfter(known: readonly PersonName[] | undefined, said: readonly PersonName[]): PersonName[] {
  return entriesAfter(known ?? [], said, {
    isDeletion: (each) => isNobody(each) && (each.cleared ?? []).includes("family"),
    likeness: likenessOfNames,
    keep: nameKeeping,
  });
}

/** The same address: of the same use, at the same postcode, or with the same first line in no other place. */
export function addressesAfter(known: readonly Address[] | undefined, said: readonly Address[]): Address[] {
  return entriesAfter(known ?? [], said, {
    isDeletion: (each) => isNowhere(each) && (each.cleared ?? []).includes("lines"),
    likeness: likenessOfAddresses,
    keep: addressKeeping,
  });
}

/**
 * Numbers have no parts, but two fields speak of them: one of work, the other of everything else. What is stated of
 * the one leaves the other alone.
 */
export function telecomsAfter(known: readonly Telecom[] | undefined, said: readonly Telecom[]): Telecom[] {
  const stated = said.filter((each) => each.cleared !== true);
  const deleted = new Set(said.filter((each) => each.cleared === true).map((each) => each.use));
  const isWork = (each: Telecom) => each.use === "work";
  const speaksOfWork = stated.some(isWork);
  const speaksOfOthers = stated.some((each) => !isWork(each));
  const kept = (known ?? []).filter(
    (each) => !(deleted.has(each.use) || (isWork(each) ? speaksOfWork : speaksOfOthers)),
  );
  return [...kept.filter((each) => !isWork(each)), ...stated, ...kept.filter(isWork)];
}

const LISTS: {
  readonly [F in DemographicField]?: (
    known: DemographicValues[F] | undefined,
    said: DemographicValues[F],
  ) => DemographicValues[F];
} = { names: namesAfter, addresses: addressesAfter, telecoms: telecomsAfter };

type Entry = { readonly use: string };

interface Kind<T> {
  /** Says only that there is none of this use. */
  readonly isDeletion: (said: T) => boolean;
  /** How surely two entries of one use are the same thing; 0 when they are not. */
  readonly likeness: (known: T, said: T) => number;
  /** What is said, with the parts it does not speak of as they were known. */
  readonly keep: (known: T | undefined, said: T) => T | undefined;
}

function entriesAfter<T extends Entry>(known: readonly T[], said: readonly T[], kind: Kind<T>): T[] {
  if (said.every(kind.isDeletion)) {
    const uses = new Set(said.map((each) => each.use));
    return known.filter((each) => !uses.has(each.use));
  }
  const free = [...known];
  const after: T[] = [];
  for (const each of said) {
    const same = likest(free, each, kind);
    if (same !== undefined) free.splice(free.indexOf(same), 1);
    const kept = kind.keep(same, each);
    if (kept !== undefined) after.push(kept);
  }
  return after;
}

function likest<T extends Entry>(known: readonly T[], said: T, kind: Kind<T>): T | undefined {
  let best: T | undefined;
  let likeness = 0;
  for (const each of known) {
    const its = each.use === said.use ? kind.likeness(each, said) : 0;
    if (its > likeness) [best, likeness] = [each, its];
  }
  return best;
}

const isSame = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left.toUpperCase() === right.toUpperCase();

const isOther = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && !isSame(left, right);

/** A part as it is said, else as it was known unless it was deleted. */
const partAfter = (known: string | undefined, said: string | undefined, isCleared: boolean): string | undefined =>
  said ?? (isCleared ? undefined : known);

/**
 * Given names and lines: what stands behind the first is kept with it and goes with it, for it belongs to it. Stated
 * and cleared is all there is.
 */
function listAfter(known: readonly string[], said: readonly string[], isCleared: boolean): string[] {
  if (isCleared) return [...said];
  if (said.length === 0) return [...known];
  return isSame(known[0], said[0]) ? [...said, ...known.slice(said.length)] : [...said];
}

const isNobody = ({ family, given, prefix, suffix }: PersonName): boolean =>
  given.length === 0 && [family, prefix, suffix].every((each) => each === undefined);

function likenessOfNames(known: PersonName, said: PersonName): number {
  // A name of which only parts are deleted names nobody: it is the one of its use.
  if (said.family === undefined && said.given.length === 0) return 1;
  return (isSame(known.family, said.family) ? 2 : 0) + (isSame(known.given[0], said.given[0]) ? 1 : 0);
}

function nameKeeping(known: PersonName | undefined, said: PersonName): PersonName | undefined {
  const { cleared = [] } = said;
  const family = partAfter(known?.family, said.family, cleared.includes("family"));
  const given = listAfter(known?.given ?? [], said.given, cleared.includes("given"));
  const prefix = partAfter(known?.prefix, said.prefix, cleared.includes("prefix"));
  const suffix = partAfter(known?.suffix, said.suffix, cleared.includes("suffix"));
  if (family === undefined && given.length === 0) return undefined;
  return {
    use: said.use,
    ...(family === undefined ? {} : { family }),
    given,
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  };
}

const isNowhere = ({ lines, city, county, postcode }: Address): boolean =>
  lines.length === 0 && [city, county, postcode].every((each) => each === undefined);

function likenessOfAddresses(known: Address, said: Address): number {
  if (isNowhere(said)) return 1;
  if (isSame(known.postcode, said.postcode)) return isSame(known.lines[0], said.lines[0]) ? 3 : 2;
  const isElsewhere = isOther(known.postcode, said.postcode) || isOther(known.city, said.city);
  return isSame(known.lines[0], said.lines[0]) && !isElsewhere ? 1 : 0;
}

function addressKeeping(known: Address | undefined, said: Address): Address | undefined {
  const { cleared = [] } = said;
  const lines = listAfter(known?.lines ?? [], said.lines, cleared.includes("lines"));
  const city = partAfter(known?.city, said.city, cleared.includes("city"));
  const county = partAfter(known?.county, said.county, cleared.includes("county"));
  const postcode = partAfter(known?.postcode, said.postcode, cleared.includes("postcode"));
  const country = partAfter(known?.country, said.country, cleared.includes("country"));
  const after: Address = {
    use: said.use,
    lines,
    ...(city === undefined ? {} : { city }),
    ...(county === undefined ? {} : { county }),
    ...(postcode === undefined ? {} : { postcode }),
    ...(country === undefined ? {} : { country }),
  };
  return isNowhere(after) ? undefined : after;
}
