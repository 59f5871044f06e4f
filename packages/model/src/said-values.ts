import type { Identifier } from "./demographics.ts";
import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type Former,
  type FormerValue,
  type HistoryField,
  type Known,
  type Saying,
  type SourceRecord,
} from "./record.ts";
import { isSameValue } from "./same-value.ts";

/**
 * What a source ever said of a field, and when, by event time: of each distinct value the moments at which it was said.
 *
 * Whatever order the messages come in, the history is the same (law 9). So it can not be kept as changes alone: `A` said at 1,
 * 2 and 9 are one run until a late message says `B` of 1:30, and then it matters that there was a 2. What is kept is therefore
 * the first and the last moment of every value, and between these the last `STATEMENTS_MAX` moments of the field, whatever was
 * said: minima, maxima and the greatest so many, of which each is the same for every order.
 *
 * A message says nearly always what is known. Beside the values that a record has now (`Known`), `former` keeps only what these
 * do not say: a record that was heard once has none, and of one that says the same ever since only the moments at which it was
 * heard (`Former.heard`), once for all fields.
 */

/** The words of a record, as messages change them. */
export type Words = Pick<SourceRecord, "identifiers" | "demographics" | "former">;

/** A value as it was said, `null` where it was deleted (`""`), and when: the earliest first, at least one. */
export type SaidValue = { readonly value: unknown; readonly said: readonly Saying[] };

/** One statement: what was said of a field at a moment. */
export type Statement = { readonly value: unknown; readonly saying: Saying };

/**
 * Moments that are kept of one field of a record, the last ones: since the first of them its history is exact. What was said
 * before is known by the first and the last time of every value. Not more than the values, so that each of these is among them.
 */
export const STATEMENTS_MAX = 200;
/** Values that are kept of one field of a record: those that were said last. What comes back later begins anew. */
export const SAID_VALUES_MAX = 200;
/** Characters of a value as JSON: of a longer one the first and the last time are kept, and nothing once the record has another. */
export const SAID_VALUE_LENGTH_MAX = 4_000;

export const HISTORY_FIELDS = ["identifiers", ...DEMOGRAPHIC_FIELDS] as const satisfies readonly HistoryField[];

/** Everything that the record said of a field, in no order. */
export const saidValuesOf = (words: Words, field: HistoryField): SaidValue[] => valuesIn(words, field, heardIn(words));

function valuesIn(words: Words, field: HistoryField, heard: readonly Saying[]): SaidValue[] {
  const known = knownIn(words, field);
  if (!known || known.recordedAt === "") return [];
  const now: Saying = [known.recordedAt, known.journalId];
  const since = words.former?.since ?? now;
  const kept = words.former?.fields[field] ?? [];
  const own = known.value ?? null;
  const values = kept.map(({ value = own, first = since, last = now, between = amid(heard, first, last) }) => ({
    value,
    said: isAt(first, last) ? [first] : [first, ...between, last],
  }));
  if (kept.some(({ value, last }) => value === undefined || last === undefined)) return values;
  return [...values, { value: own, said: isAt(since, now) ? [now] : [since, ...amid(heard, since, now), now] }];
}

/** The same in its order. Of two that were said at once the later arrival counts. */
export const statementsOf = (words: Words, field: HistoryField): Statement[] =>
  saidValuesOf(words, field)
    .flatMap(({ value, said }) => said.map((saying) => ({ value, saying })))
    .sort((one, other) => inOrder(one.saying, other.saying));

/**
 * Whether a value that is known to be said before and after a moment may have been said just before it, where that was so
 * long ago that not every statement is kept: then what was true at the moment is not certain.
 */
export function isUnsureAt(words: Words, field: HistoryField, at: string): boolean {
  const values = saidValuesOf(words, field);
  const exactFrom = exactSince(values);
  if (!exactFrom || at >= exactFrom[0]) return false;
  if (values.length >= SAID_VALUES_MAX) return true;
  const then = statementsOf(words, field).findLast(({ saying }) => saying[0] <= at);
  return values.some(({ value, said: [first, ...later] }) => {
    const last = later.at(-1);
    return value !== then?.value && first !== undefined && first[0] <= at && last !== undefined && last[0] > at;
  });
}

/** What is kept of a record's past after a message was heard. @param after what the record has now. */
export function formerAfter(
  before: Words | undefined,
  spoken: ReadonlyMap<HistoryField, unknown>,
  moment: Pick<Known<unknown>, "recordedAt" | "journalId">,
  after: Words,
): Former | undefined {
  if (!before && [...spoken].every(([field, value]) => isSameValue(knownIn(after, field)?.value ?? null, value)))
    return undefined;
  const saying: Saying = [moment.recordedAt, moment.journalId];
  const heard = before ? heardIn(before) : [];
  return formerOf(
    new Map(
      HISTORY_FIELDS.map((field) => {
        const earlier = before ? valuesIn(before, field, heard) : [];
        return [field, spoken.has(field) ? withSaying(earlier, spoken.get(field), saying) : earlier] as const;
      }),
    ),
    after,
  );
}

/** What a record's past is, made of everything that was said. Undefined where all of it was said at once, and is so. */
export function formerOf(said: ReadonlyMap<HistoryField, readonly SaidValue[]>, words: Words): Former | undefined {
  const firsts = [...said.values()].flatMap((values) => values.flatMap((value) => value.said.slice(0, 1)));
  const since = firsts.reduce<Saying | undefined>(
    (one, other) => (one && !isBefore(other, one) ? one : other),
    undefined,
  );
  if (!since) return undefined;
  const bounded = new Map([...said].map(([field, values]) => [field, withinBounds(values, knownIn(words, field))]));
  const moments = (bounded.get("identifiers") ?? []).flatMap((value) => value.said);
  const moment = momentOf(words);
  const heard = moments.filter((each) => !isAt(each, since) && !isAt(each, moment));
  if (!isInOrder(heard)) heard.sort(inOrder);
  const plain: Former = heard.length > 0 ? { since, heard, fields: {} } : { since, fields: {} };
  const all = heardIn({ ...words, former: plain });
  const fields: Partial<Record<HistoryField, readonly FormerValue[]>> = {};
  for (const [field, values] of bounded) {
    const told = encoded(values, { known: knownIn(words, field), since, heard: all });
    if (told.length > 0) fields[field] = told;
  }
  const isOfOnce = [...bounded.values()].flat().every((value) => value.said.every((saying) => isAt(saying, since)));
  return isOfOnce && Object.keys(fields).length === 0 ? undefined : { ...plain, fields };
}

const isAt = (one: Saying, other: Saying): boolean => one === other || (one[1] === other[1] && one[0] === other[0]);

const inOrder = (one: Saying, other: Saying): number => (isBefore(one, other) ? -1 : isAt(one, other) ? 0 : 1);

export const isBefore = (one: Saying, other: Saying): boolean =>
  one[0] === other[0] ? one[1] < other[1] : one[0] < other[0];

export const knownIn = (words: Words, field: HistoryField): Known<unknown> | undefined =>
  field === "identifiers" ? (words.identifiers as Known<Identifier[]>) : words.demographics[field as DemographicField];

const momentOf = ({ identifiers: { recordedAt, journalId } }: Words): Saying => [recordedAt, journalId];

/** When the record was heard, as far as the ids of its patient say so: nearly every message says these. In order, each once. */
function heardIn(words: Words): Saying[] {
  const { since = momentOf(words), heard = [] } = words.former ?? {};
  const all = [since, ...heard];
  const moment = momentOf(words);
  if (!all.some((each) => isAt(each, moment))) all.push(moment);
  return isInOrder(all) ? all : all.sort(inOrder);
}

/** What is between two moments. */
const amid = (heard: readonly Saying[], first: Saying, last: Saying): readonly Saying[] =>
  heard.slice(
    countUntil(heard, (each) => !isBefore(first, each)),
    countUntil(heard, (each) => isBefore(each, last)),
  );

/** How many at the begin of a list are so, where after the first that is not none is. */
function countUntil(list: readonly Saying[], isSo: (saying: Saying) => boolean): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const each = list[middle];
    if (each && isSo(each)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function withSaying(earlier: readonly SaidValue[], value: unknown, saying: Saying): SaidValue[] {
  const at = earlier.findIndex((each) => isSameValue(each.value, value));
  const same = earlier[at];
  if (!same) return [...earlier, { value, said: [saying] }];
  if (same.said.some((each) => isAt(each, saying))) return [...earlier];
  const before = countUntil(same.said, (each) => isBefore(each, saying));
  return earlier.with(at, { value, said: same.said.toSpliced(before, 0, saying) });
}

/** What is kept of all that was said. */
function withinBounds(values: readonly SaidValue[], known: Known<unknown> | undefined): SaidValue[] {
  const isKnown = (value: unknown) => known !== undefined && isSameValue(known.value ?? null, value);
  const long = new Set(values.filter(({ value }) => JSON.stringify(value).length > SAID_VALUE_LENGTH_MAX));
  const exactFrom = exactSince(values.filter((each) => !long.has(each)));
  return values
    .flatMap((each): SaidValue[] => {
      const { value, said } = each;
      const isLong = long.has(each);
      if (isLong && !isKnown(value)) return [];
      const isKept = (saying: Saying, index: number) =>
        index === 0 || index === said.length - 1 || !(isLong || (exactFrom && isBefore(saying, exactFrom)));
      return [isLong || exactFrom ? { value, said: said.filter(isKept) } : each];
    })
    .sort((one, other) => -inOrder(lastOf(one), lastOf(other)))
    .slice(0, SAID_VALUES_MAX);
}

/** The first of the last so many statements; undefined where there were fewer, and all of them are kept. */
function exactSince(values: readonly SaidValue[]): Saying | undefined {
  const said = values.flatMap((value) => value.said);
  if (said.length < STATEMENTS_MAX) return undefined;
  return (values.length === 1 ? said : said.sort(inOrder)).at(-STATEMENTS_MAX);
}

const isInOrder = (said: readonly Saying[]): boolean =>
  said.every((each, index) => index === 0 || !isBefore(each, said[index - 1] ?? each));

const lastOf = ({ said }: SaidValue): Saying => said.at(-1) ?? ["", 0];

type Shown = {
  readonly known: Known<unknown> | undefined;
  readonly since: Saying;
  readonly heard: readonly Saying[];
};

/** Without what the record's own value says, and when it was heard. */
function encoded(said: readonly SaidValue[], { known, since, heard }: Shown): FormerValue[] {
  const isNow = ([at, by]: Saying) => at === known?.recordedAt && by === known.journalId;
  const isKnown = (value: unknown) => known !== undefined && isSameValue(known.value ?? null, value);
  const values = said.map(({ value, said: [first = since, ...later] }): FormerValue => {
    const [last, between] = [later.at(-1) ?? first, later.slice(0, -1)];
    const assumed = amid(heard, first, last);
    const isAssumed =
      assumed.length === between.length && assumed.every((each, index) => isAt(each, between[index] ?? since));
    return {
      ...(isKnown(value) ? {} : { value }),
      ...(isAt(first, since) ? {} : { first }),
      ...(isNow(last) ? {} : { last }),
      ...(isAssumed ? {} : { between }),
    };
  });
  const [only] = values;
  // That the record's own value was said ever since, and now, goes without saying.
  return values.length === 1 && only && Object.keys(only).length === 0 ? [] : values.filter(isTold(values));
}

/** The same where nothing else was said now. */
const isTold = (values: readonly FormerValue[]) => {
  const isOneNow = values.filter(({ last }) => last === undefined).length === 1;
  return (value: FormerValue) => !isOneNow || Object.keys(value).length > 0;
};
