import type { Client } from "./client.ts";
import type { StoredPerson } from "./identity-read.ts";
import { type VisitCondition, visitSql } from "./visit-search.ts";

/**
 * FHIR searches: which persons match. What is found has passed no gate yet: the ids are to be asked of
 * it before anything made from them leaves.
 */

/**
 * A folded text that a name starts with, or where `isWhole` is; `exactly` the unfolded one where case and accents count
 * too.
 */
export type TextMatch = { readonly text: string; readonly exactly?: string; readonly isWhole?: boolean };

/** Partial dates compare as text; `also` and `never` are the less precise ones that text would judge wrongly. */
export type BirthDateRange = {
  readonly from?: string;
  readonly after?: string;
  readonly upTo?: string;
  readonly before?: string;
  readonly also?: readonly string[];
  readonly never?: readonly string[];
  /** Everything with a date of birth that the rest does not match. */
  readonly negated?: boolean;
};

/** One condition; its alternatives are joined by OR, conditions by AND. No alternative matches nobody. */
export type PatientCondition =
  /** Survivors: an id of a merged person is to be followed first. */
  | { readonly kind: "id"; readonly personIds: readonly string[] }
  | {
      readonly kind: "identifier";
      readonly nhsNumbers: readonly string[];
      readonly keys: readonly { readonly authority: string; readonly localId: string }[];
      /** Local ids whatever their authority. */
      readonly localIds: readonly string[];
    }
  | { readonly kind: "family" | "given"; readonly anyOf: readonly TextMatch[] }
  | { readonly kind: "birth-date"; readonly anyOf: readonly BirthDateRange[] }
  | { readonly kind: "sex"; readonly anyOf: readonly string[] }
  | { readonly kind: "postcode"; readonly prefixes: readonly string[] }
  /** Starts of parts of an address, in any case; `any`: of its lines, town, county or postcode. Has no index. */
  | { readonly kind: "address"; readonly part: "line" | "city" | "any"; readonly prefixes: readonly string[] }
  /** The blocking keys of telephone numbers and e-mail addresses; their ends as they are printed, in lower case. */
  | { readonly kind: "telecom"; readonly blockingKeys: readonly string[]; readonly endings: readonly string[] }
  /** Has an identifier of one of the authorities. */
  | { readonly kind: "authority"; readonly anyOf: readonly string[] }
  | { readonly kind: "visit"; readonly visit: VisitCondition }
  /** By the golden record; of whom nothing is said is alive. */
  | { readonly kind: "deceased"; readonly isDeceased: boolean }
  /** Changed last within one of the spans of time, ends included; null: without an end. Has no index. */
  | { readonly kind: "updated"; readonly anyOf: readonly { readonly from: Date | null; readonly to: Date | null }[] };

type Bind = (value: unknown) => string;

const likePrefix = (text: string) => `${text.replace(/[\\%_]/g, "\\$&")}%`;
const anyOf = (alternatives: readonly string[]) =>
  alternatives.length > 0 ? `(${alternatives.join(" or ")})` : "false";

/**
 * The ids of active persons who match every condition, in the order of their ids, after one where it is given. No
 * condition matches everybody. Run it under a statement timeout: a given name alone has no index.
 */
export async function findPatients(
  client: Client,
  conditions: readonly PatientCondition[],
  page: { after: string | null; limit: number },
): Promise<string[]> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const where = ["p.status = 'active'", ...conditions.map((condition) => patientSql(condition, bind))];
  if (page.after !== null) where.push(`p.person_id > ${bind(page.after)}::uuid`);
  const { rows } = await client.query<{ person_id: string }>(
    `select p.person_id from person p where ${where.join(" and ")} order by p.person_id limit ${bind(page.limit)}`,
    values,
  );
  return rows.map((row) => row.person_id);
}

function patientSql(condition: PatientCondition, bind: Bind): string {
  switch (condition.kind) {
    case "id":
      return `p.person_id = any(${bind(condition.personIds)}::uuid[])`;
    case "identifier":
      return identifierSql(condition, bind);
    case "family":
      return anyOf(condition.anyOf.map((match) => familySql(match, bind)));
    case "given":
      return anyOf(condition.anyOf.map((match) => givenSql(match, bind)));
    case "birth-date":
      return anyOf(condition.anyOf.map((range) => birthDateSql(range, bind)));
    case "sex":
      return `p.sex = any(${bind(condition.anyOf)}::text[])`;
    case "postcode":
      return anyOf(condition.prefixes.map((prefix) => `p.postcode like ${bind(likePrefix(prefix))}`));
    case "address":
      return anyOf(condition.prefixes.map((prefix) => addressSql(condition.part, prefix, bind)));
    case "telecom":
      return telecomSql(condition, bind);
    case "authority":
      return authoritySql(condition.anyOf, bind);
    case "visit":
      return visitPatientSql(condition.visit, bind);
    case "deceased":
      return `${condition.isDeceased ? "" : "not "}${DECEASED}`;
    case "updated":
      return updatedSql(condition.anyOf, bind);
  }
}

/** A ward's visits are few: found first. Any visit at all is looked for at each person that the rest has found. */
function visitPatientSql(visit: VisitCondition, bind: Bind): string {
  const { exceptSpecialties: _, ...asked } = visit;
  const isAny = Object.values(asked).every((each) => each === undefined);
  const visits = visitSql(visit, bind);
  if (isAny) return `exists (select from ${visits} and s.person_id = p.person_id)`;
  return `p.person_id in (select s.person_id from ${visits})`;
}

/** A date of death is always meant. */
const DECEASED = `(coalesce(p.golden #>> '{deceased,value}', '') = 'true' or p.golden #>> '{deathDate,value}' is not null)`;

/**
 * The entry that changed what is told of person `p` last: its golden record, one of its records (whose ids and former values
 * are told too), or which records are the person's.
 */
const VERSION = `greatest(p.updated_by,
  (select max(r.updated_by) from source_record r where r.person_id = p.person_id),
  (select max(i.journal_id) from identity_event i where i.person_id = p.person_id),
  (select max(i.journal_id) from identity_event i where i.from_person_id = p.person_id))`;

function updatedSql(spans: Extract<PatientCondition, { kind: "updated" }>["anyOf"], bind: Bind): string {
  const bounds = spans.map(({ from, to }) =>
    [...(from ? [`j.received_at >= ${bind(from)}`] : []), ...(to ? [`j.received_at <= ${bind(to)}`] : [])].join(
      " and ",
    ),
  );
  return `exists (select from journal j where j.journal_id = ${VERSION} and ${anyOf(bounds.map((each) => `(${each || "true"})`))})`;
}

const ADDRESS_PARTS = {
  line: "select jsonb_array_elements_text(a -> 'lines')",
  city: "select a ->> 'city'",
  any: `select jsonb_array_elements_text(a -> 'lines')
        union all select unnest(array[a ->> 'city', a ->> 'county', a ->> 'postcode'])`,
} as const;

function addressSql(part: keyof typeof ADDRESS_PARTS, prefix: string, bind: Bind): string {
  return `exists (select from jsonb_array_elements(p.golden -> 'addresses' -> 'value') as a
    cross join lateral (${ADDRESS_PARTS[part]}) as parts (part)
    where lower(parts.part) like ${bind(likePrefix(prefix.toLowerCase()))})`;
}

/** By the index of blocking keys, and then by what the person's record shows: a number of former times is none any more. */
function telecomSql({ blockingKeys, endings }: Extract<PatientCondition, { kind: "telecom" }>, bind: Bind): string {
  const keyed = blockingKeys.map((key) => `blocking_keys @> array[${bind(key)}::bigint]`);
  const likeEnding = endings.map((ending) => `%${ending.replace(/[\\%_]/g, "\\$&")}`);
  return `(p.person_id in (select person_id from source_record where status = 'active' and ${anyOf(keyed)})
    and exists (select from jsonb_array_elements(p.golden -> 'telecoms' -> 'value') as t
      where regexp_replace(lower(t ->> 'value'), '[\\s()-]', '', 'g') like any(${bind(likeEnding)}::text[])))`;
}

/** An NHS number is in the reconciled record, any other identifier in a source record, as its key or quoted by it. */
function authoritySql(authorities: readonly string[], bind: Bind): string {
  const asked = bind(authorities);
  return `((p.nhs_number is not null and 'NHS' = any(${asked}::text[])) or exists (
    select from source_record s where s.person_id = p.person_id and s.status = 'active' and (s.authority = any(${asked}::text[])
      or exists (select from jsonb_array_elements(s.identifiers -> 'value') as i
        where i ->> 'authority' <> 'NHS' and i ->> 'authority' = any(${asked}::text[])))))`;
}

/** One subquery of three, each with its own index: an OR of them beside the other conditions would read every person. */
function identifierSql(condition: Extract<PatientCondition, { kind: "identifier" }>, bind: Bind): string {
  const authorities = bind(condition.keys.map((key) => key.authority));
  const localIds = bind(condition.keys.map((key) => key.localId));
  return `p.person_id in (
    select person_id from person where nhs_number = any(${bind(condition.nhsNumbers)}::text[]) and status = 'active'
    union
    select s.person_id from unnest(${authorities}::text[], ${localIds}::text[]) as k (authority, local_id)
      join source_record s on s.authority = k.authority and s.local_id = k.local_id
    union
    select person_id from source_record where local_id = any(${bind(condition.localIds)}::text[]))`;
}

const GOLDEN_NAMES = "jsonb_array_elements(p.golden -> 'names' -> 'value')";

function familySql({ text, exactly, isWhole }: TextMatch, bind: Bind): string {
  if (isWhole) return `p.family_name = ${bind(text)}`;
  if (exactly === undefined) return `p.family_name like ${bind(likePrefix(text))}`;
  return `(p.family_name = ${bind(text)}
    and exists (select from ${GOLDEN_NAMES} as name where name ->> 'family' = ${bind(exactly)}))`;
}

/** Any given name may be the one meant, so that the second is found too; the column holds them with spaces between. */
function givenSql({ text, exactly, isWhole }: TextMatch, bind: Bind): string {
  if (isWhole) return `(' ' || p.given_name || ' ') like ${bind(`% ${likePrefix(text).slice(0, -1)} %`)}`;
  const prefix = likePrefix(text);
  const found = `(p.given_name like ${bind(prefix)} or p.given_name like ${bind(`% ${prefix}`)})`;
  if (exactly === undefined) return found;
  return `(${found} and exists (select from ${GOLDEN_NAMES} as name, jsonb_array_elements_text(name -> 'given') as given
    where given = ${bind(exactly)}))`;
}

/** Bounds are ISO dates, which every collation orders alike, so the plain index serves. */
function birthDateSql(range: BirthDateRange, bind: Bind): string {
  const bounds: string[] = [];
  if (range.from !== undefined) bounds.push(`p.birth_date >= ${bind(range.from)}`);
  if (range.after !== undefined) bounds.push(`p.birth_date > ${bind(range.after)}`);
  if (range.upTo !== undefined) bounds.push(`p.birth_date <= ${bind(range.upTo)}`);
  if (range.before !== undefined) bounds.push(`p.birth_date < ${bind(range.before)}`);
  if (range.never && range.never.length > 0) bounds.push(`p.birth_date <> all(${bind(range.never)}::text[])`);
  const within = bounds.length > 0 ? `(${bounds.join(" and ")})` : "false";
  const matched =
    range.also && range.also.length > 0 ? `(${within} or p.birth_date = any(${bind(range.also)}::text[]))` : within;
  return range.negated ? `(p.birth_date is not null and not ${matched})` : matched;
}

export type VersionedPerson = StoredPerson & {
  /** The journal entry that changed the person last, and when that arrived. */
  readonly updatedBy: number;
  readonly updatedAt: Date | null;
};

/** Persons with their version, in the order of their ids. */
export async function readVersionedPersons(client: Client, personIds: readonly string[]): Promise<VersionedPerson[]> {
  if (personIds.length === 0) return [];
  const { rows } = await client.query<VersionedPerson>({
    name: "versioned-persons",
    text: `select p.person_id as "personId", p.status, p.replaced_by as "replacedBy", p.golden, v.version as "updatedBy",
             j.received_at as "updatedAt"
           from person p cross join lateral (select ${VERSION} as version) v left join journal j on j.journal_id = v.version
           where p.person_id = any($1::uuid[]) order by p.person_id`,
    values: [personIds],
  });
  return rows;
}
