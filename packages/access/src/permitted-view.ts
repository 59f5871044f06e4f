import { type FactContent, type GoldenRecord, type Known, NHS_AUTHORITY, type SourceRecord } from "@chesil/model";
import type { PersonView } from "./person-view.ts";
import { type AccessPolicy, isSensitiveSpecialty } from "./policy.ts";
import { factInPart, isShownInPart, visitInPart, WITHHELD, wordIn } from "./shown-part.ts";

/** A fact, as far as the gate looks at it. `specialty`: of the visit that it belongs to, where that is known. */
export type GatedFact = {
  readonly sourceRecordId: number;
  readonly content: FactContent;
  /** When the sender recorded it: ISO instant. */
  readonly recordedAt: string;
  readonly specialty?: string | null;
};

/** An encounter, as far as the gate looks at it. */
export type GatedEncounter = {
  readonly specialty: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  /** Of one that names no day. */
  readonly recordedAt?: Date;
};

type GatedRecord = Pick<
  SourceRecord,
  "sourceRecordId" | "authority" | "localId" | "feed" | "identifiers" | "demographics" | "former"
>;

/** A person's record, or any part of it that was read. */
export type RecordParts<R, E, F> = {
  readonly golden: GoldenRecord;
  readonly records: readonly R[];
  readonly encounters: readonly E[];
  readonly facts: readonly F[];
};

/**
 * The record as it may be shown: the one place where it is filtered, whoever answers and in whatever form. Ask the gate
 * first, filter before anything is counted or cut into pages, and make the answer of what comes back alone.
 *
 * @param parts what was read of the person; every fact and encounter with its source record among `records`.
 */
export function permittedView<
  R extends GatedRecord,
  E extends GatedEncounter & { readonly sourceRecordId: number },
  F extends GatedFact,
>(view: PersonView, parts: RecordParts<R, E, F>): RecordParts<R, E, F> {
  const closed = new Set(
    parts.records.filter((record) => view.closedFeeds.has(record.feed)).map((record) => record.sourceRecordId),
  );
  const isOpen = (each: { sourceRecordId: number }) => !closed.has(each.sourceRecordId);
  return {
    golden: permittedGolden(view, parts.golden),
    records: parts.records.filter(isOpen).map((record) => permittedRecord(view, record)),
    encounters: parts.encounters
      .filter((each) => isOpen(each) && isEncounterPermitted(view, each))
      .map((each) => permittedEncounter(view, each)),
    facts: parts.facts
      .filter((each) => isOpen(each) && isFactPermitted(view, each))
      .map((each) => permittedFact(view, each)),
  };
}

/** The golden record without what is withheld. */
export function permittedGolden(view: PersonView, golden: GoldenRecord): GoldenRecord {
  const shown = without(golden, view.withheld);
  return view.isPartial ? (mapped(shown, (sourced, field) => inWords(view, field, sourced)) as GoldenRecord) : shown;
}

/** A source record without what is withheld, now and formerly. */
export function permittedRecord<R extends GatedRecord>(view: PersonView, record: R): R {
  if (view.withheld.size === 0) return record;
  const { former } = record;
  const shown = {
    ...record,
    demographics: without(record.demographics, view.withheld),
    ...(former ? { former: { ...former, fields: without(former.fields, view.withheld) } } : {}),
  };
  return view.isPartial ? recordInPart(view, shown) : shown;
}

/** Who said something, where it may be told: that a GP practice did is where somebody is registered. */
export function permittedSource<S extends Source>(view: PersonView, source: S): S {
  if (!isWithheldSource(view, source)) return source;
  return { ...source, authority: WITHHELD, feed: WITHHELD, ...("localId" in source ? { localId: "" } : {}) };
}

/** A fact that may be shown, as far as it may. */
export function permittedFact<F extends { readonly content: FactContent }>(view: PersonView, fact: F): F {
  if (!view.isPartial) return fact;
  const { visitNumber } = fact as { visitNumber?: string | null };
  return sourceIn(view, {
    ...fact,
    ...(visitNumber ? { visitNumber: wordIn(visitNumber, view.saysPlace) } : {}),
    content: factInPart(fact.content, view.saysPlace),
  });
}

/** An encounter that may be shown, as far as it may. */
export const permittedEncounter = <E extends object>(view: PersonView, encounter: E): E =>
  view.isPartial ? sourceIn(view, visitInPart(encounter, view.saysPlace)) : encounter;

type Source = { readonly authority: string; readonly feed?: string | undefined };

const isWithheldSource = ({ isPartial, policy }: PersonView, { authority, feed }: Source): boolean =>
  isPartial && ((feed !== undefined && policy.gpFeeds.includes(feed)) || policy.gpAuthorities.includes(authority));

/** Of what was read with its source. */
const sourceIn = <T extends object>(view: PersonView, said: T): T =>
  "authority" in said ? permittedSource(view, said as T & Source) : said;

/** Ids that others gave are told by nobody but themselves. */
function recordInPart<R extends GatedRecord>(view: PersonView, record: R): R {
  const { authority, feed, identifiers, demographics, former } = record;
  const isWithheld = isWithheldSource(view, { authority, feed });
  const own = (each: { authority: string }) =>
    each.authority === NHS_AUTHORITY || (each.authority === authority && !isWithheld);
  const known = <T>(value: Known<T>, field = ""): Known<T> => {
    const shown = inWords(view, field, value);
    const isOfGp = shown.feed !== undefined && isWithheldSource(view, { authority, feed: shown.feed });
    return isOfGp ? { ...shown, feed: WITHHELD } : shown;
  };
  const { identifiers: _, ...fields } = former?.fields ?? {};
  return {
    ...permittedSource(view, record),
    identifiers: known({ ...identifiers, ...(identifiers.value ? { value: identifiers.value.filter(own) } : {}) }),
    demographics: mapped(demographics, (each, field) => each && known(each as Known<unknown>, field)),
    ...(former
      ? { former: { ...former, fields: mapped(fields, (values, field) => wordsOf(view, field, values)) } }
      : {}),
  };
}

/** A value without the words that say a place. Somebody may be called what a place is called. */
const wordsOf = (view: PersonView, field: string, value: unknown): unknown =>
  field === "names" ? value : wordIn(value, view.saysPlace);

const inWords = <T extends { readonly value?: unknown } | undefined>(view: PersonView, field: string, known: T): T =>
  known && "value" in known ? { ...known, value: wordsOf(view, field, known.value) } : known;

/** Whether a fact may be shown, whose feed is not closed. */
export function isFactPermitted(view: PersonView, { content, recordedAt, specialty }: GatedFact): boolean {
  if (view.hiddenKinds.has(content.kind) || (view.isPartial && !isShownInPart(content))) return false;
  if (!view.seesConfidential && isConfidential(view.policy, content, specialty)) return false;
  // Asked of every fact there is; the day is looked for where it counts.
  return view.notBefore === null || isLateEnough(view, entryDate(content) ?? recordedAt);
}

/** Whether an encounter may be shown, whose feed is not closed. */
export function isEncounterPermitted(view: PersonView, encounter: GatedEncounter): boolean {
  if (!view.seesConfidential && isSensitiveSpecialty(view.policy, encounter.specialty)) return false;
  const { dischargedAt, admittedAt, recordedAt } = encounter;
  // What has yet to begin says where they will be.
  if (view.isPartial && admittedAt === null) return false;
  return isLateEnough(view, dischargedAt ?? admittedAt ?? recordedAt?.toISOString() ?? "");
}

/**
 * What TXA-18 (table 0272), and CDA's and FHIR's levels of confidentiality, say of what anybody who cares may see. Any other
 * word is one that nobody here knows the meaning of, and some senders write why: `HIV`, `PSY`.
 */
const NOT_CONFIDENTIAL = /^(u|n|m|l|usual control|unrestricted|normal|moderate|low)?$/i;

/** @param specialty of the visit that it belongs to. */
export function isConfidential(
  policy: AccessPolicy,
  content: FactContent,
  specialty: string | null | undefined,
): boolean {
  if (!NOT_CONFIDENTIAL.test(content.confidentiality?.trim() ?? "")) return true;
  const own = content.kind === "referral" || content.kind === "appointment" ? content.specialty : undefined;
  const { visitSpecialty, otherSpecialties = [] } = content as FactContent & { otherSpecialties?: readonly string[] };
  return [own, specialty, visitSpecialty, ...otherSpecialties].some((each) => isSensitiveSpecialty(policy, each));
}

/** A day that is known to the year or the month counts as its last. */
const isLateEnough = ({ notBefore }: PersonView, date: string): boolean =>
  notBefore === null || (date !== "" && date.slice(0, notBefore.length) >= notBefore.slice(0, date.length));

/** The latest time that an entry itself speaks of, as precise as it was sent; undefined: it names none. */
function entryDate(content: FactContent): string | undefined {
  const named = content.kind === "measurement" ? content.observation : content;
  return Object.entries(named)
    .flatMap(([field, value]) => (/At$/.test(field) && typeof value === "string" && value !== "" ? [value] : []))
    .sort()
    .at(-1);
}

function without<T extends object>(known: T, withheld: ReadonlySet<string>): T {
  return Object.fromEntries(Object.entries(known).filter(([field]) => !withheld.has(field))) as T;
}

const mapped = <T extends object>(fields: T, map: (value: T[keyof T], field: string) => unknown): T =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, map(value, field)])) as T;
