import { completenessOf } from "./completeness.ts";
import { deathSaidBy } from "./death-said.ts";
import { NHS_AUTHORITY } from "./demographics.ts";
import { isValidNhsNumber } from "./nhs-number.ts";
import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type DemographicValues,
  type GoldenRecord,
  type Known,
  type SourceRecord,
} from "./record.ts";
import { isSameValue, valueKey } from "./same-value.ts";
import type { Criterion, GoldenField, SurvivorshipPolicy } from "./survivorship.ts";

/** What the golden record is made of. */
export type Reconciled = Pick<
  SourceRecord,
  "sourceRecordId" | "authority" | "feed" | "status" | "identifiers" | "demographics"
>;

/** The values of the golden record's fields. */
export type GoldenValues = DemographicValues & { nhsNumber: NonNullable<GoldenRecord["nhsNumber"]>["value"] };

/** What one record says of a field. */
export type Candidate<F extends GoldenField = GoldenField> = {
  readonly record: Reconciled;
  readonly known: Known<unknown>;
  readonly value: GoldenValues[F];
};

/**
 * The golden record: for each field the value that survives by the policy. A pure function of the linked records that still
 * speak, whatever order they come in.
 */
export function reconcile(records: readonly Reconciled[], policy: SurvivorshipPolicy): GoldenRecord {
  const speaking = speakingOf(records);
  const golden: Record<string, unknown> = {};
  for (const field of DEMOGRAPHIC_FIELDS) {
    const best = survivorOf(field, candidatesFor(field, speaking, policy), policy);
    if (best) golden[field] = { value: best.value, sourceRecordId: best.record.sourceRecordId };
  }
  const number = survivorOf("nhsNumber", candidatesFor("nhsNumber", speaking, policy), policy);
  if (number) golden.nhsNumber = { value: number.value, sourceRecordId: number.record.sourceRecordId };
  return golden as GoldenRecord;
}

/** Why a value is not the person's: by which criterion it lost; `oldest`: nothing tells the two apart but their records' age. */
export type Lost = { readonly candidate: Candidate; readonly by: Criterion | "oldest" };

/** The value that survived, and those that did not, each with what decided. */
export type Survival = {
  readonly field: GoldenField;
  readonly survivor: Candidate;
  /** What says something else, nearest first. */
  readonly others: readonly Lost[];
  /** Also from these sources. */
  readonly agreeing: readonly Candidate[];
  /** What decided between the survivor and the nearest other value; null: nobody says anything else. */
  readonly decidedBy: Lost["by"] | null;
};

/** The same with its reasons, for each field that somebody speaks of. */
export function explainGolden(records: readonly Reconciled[], policy: SurvivorshipPolicy): Survival[] {
  const speaking = speakingOf(records);
  return (["nhsNumber", ...DEMOGRAPHIC_FIELDS] as const).flatMap((field) => {
    const candidates = candidatesFor(field, speaking, policy);
    const survivor = survivorOf(field, candidates, policy);
    return survivor ? [survivalOf(field, candidates, survivor, policy)] : [];
  });
}

/** Those that count, each with one statement of a death. */
const speakingOf = (records: readonly Reconciled[]): Reconciled[] =>
  records.filter(({ status }) => status === "active").map(withDeathSaid);

function withDeathSaid(record: Reconciled): Reconciled {
  const { deceased, deathDate, ...demographics } = record.demographics;
  if (!deceased && !deathDate) return record;
  return { ...record, demographics: { ...demographics, ...deathSaidBy(record.demographics) } };
}

/** The date of a death is of those who say that somebody died, and nobody's where it is decided that they live. */
function candidatesFor(field: GoldenField, speaking: readonly Reconciled[], policy: SurvivorshipPolicy): Candidate[] {
  if (field === "nhsNumber") return nhsNumbersIn(speaking);
  const candidates = statedIn(field, speaking);
  if (field !== "deathDate" || candidates.length === 0) return candidates;
  return survivorOf("deceased", statedIn("deceased", speaking), policy)?.value === true ? candidates : [];
}

function statedIn(field: DemographicField, records: readonly Reconciled[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const record of records) {
    const known: Known<unknown> | undefined = record.demographics[field];
    if (known?.value !== undefined) candidates.push({ record, known, value: known.value as Candidate["value"] });
  }
  return candidates;
}

/** Of each record the number that it vouches for most; an invalid one is nobody's. */
function nhsNumbersIn(records: readonly Reconciled[]): Candidate<"nhsNumber">[] {
  const candidates: Candidate<"nhsNumber">[] = [];
  for (const record of records) {
    const known = record.identifiers;
    let best: GoldenValues["nhsNumber"] | undefined;
    for (const { authority, value, trust } of known.value ?? []) {
      if (authority !== NHS_AUTHORITY || trust === undefined || trust === "invalid") continue;
      if ((best === undefined || (trust === "verified" && best.trust !== "verified")) && isValidNhsNumber(value))
        best = { value, trust };
    }
    if (best) candidates.push({ record, known, value: best });
  }
  return candidates;
}

/** Criterion after criterion the best of those that are left; at last the oldest record. */
function survivorOf(
  field: GoldenField,
  candidates: readonly Candidate[],
  policy: SurvivorshipPolicy,
): Candidate | undefined {
  if (candidates.length < 2) return candidates[0];
  let left = candidates;
  for (const criterion of criteriaOf(field, policy)) {
    if (OF_VALUES.has(criterion) && sayAllTheSame(left)) continue;
    left = best(left, scoring(criterion, field, candidates, policy));
    if (left.length === 1) return left[0];
  }
  return left.reduce((one, other) => (isOlder(other, one) ? other : one));
}

/** Criteria that can not tell equal values apart. Records mostly agree, and these cost the most. */
const OF_VALUES: ReadonlySet<Criterion> = new Set(["majority", "completeness"]);

const sayAllTheSame = (candidates: readonly Candidate[]): boolean =>
  candidates.every(({ value }) => isSameValue(value, candidates[0]?.value));

type Score = (candidate: Candidate) => number | string;

function best(candidates: readonly Candidate[], score: Score | undefined): readonly Candidate[] {
  if (!score) return candidates;
  let top: number | string | undefined;
  let left: Candidate[] = [];
  for (const candidate of candidates) {
    const its = score(candidate);
    if (top === undefined || its > top) [top, left] = [its, [candidate]];
    else if (its === top) left.push(candidate);
  }
  return left;
}

const isOlder = (one: Candidate, other: Candidate) => one.record.sourceRecordId < other.record.sourceRecordId;

const criteriaOf = (field: GoldenField, { fields, criteria }: SurvivorshipPolicy): readonly Criterion[] =>
  fields[field]?.criteria ?? criteria;

/** What a criterion gives each value: the more the better. Undefined: it tells none of them apart. */
function scoring(
  criterion: Criterion,
  field: GoldenField,
  candidates: readonly Candidate[],
  policy: SurvivorshipPolicy,
): Score | undefined {
  switch (criterion) {
    case "trust": {
      const trusted = policy.fields[field]?.trust ?? policy.trust;
      return trusted.length === 0 ? undefined : (candidate) => -rankOf(candidate, trusted);
    }
    case "verification":
      return verification(field, candidates, policy);
    case "recency":
      return ({ known }) => known.recordedAt;
    case "majority":
      return majority(candidates);
    case "completeness":
      return ({ value }) => completenessOf(field, value);
  }
}

/** A source is named by its feed or by its authority; where both are, by the better of the two. */
function rankOf({ record, known }: Candidate, trusted: readonly string[]): number {
  const names = [`feed:${known.feed ?? record.feed}`, `authority:${record.authority}`];
  const rank = trusted.findIndex((source) => names.includes(source));
  return rank < 0 ? trusted.length : rank;
}

function verification(
  field: GoldenField,
  candidates: readonly Candidate[],
  { gpSources }: SurvivorshipPolicy,
): Score | undefined {
  if (field === "nhsNumber") return ({ value }) => ((value as GoldenValues["nhsNumber"]).trust === "verified" ? 1 : 0);
  if (field !== "generalPractice" || gpSources.length === 0) return undefined;
  const practiceOf = ({ value }: Candidate) => (value as GoldenValues["generalPractice"]).code?.toUpperCase();
  const confirmed = new Set(candidates.filter((each) => rankOf(each, gpSources) < gpSources.length).map(practiceOf));
  return (candidate) => (practiceOf(candidate) !== undefined && confirmed.has(practiceOf(candidate)) ? 1 : 0);
}

/** How many authorities say the same: one that has the patient twice over has one vote. */
function majority(candidates: readonly Candidate[]): Score | undefined {
  // Of two each has one vote, or both say the same.
  if (candidates.length < 3) return undefined;
  const said = new Map(candidates.map((candidate) => [candidate, sameOf(candidate)]));
  const votes = Map.groupBy(candidates, (candidate) => said.get(candidate));
  return (candidate) => new Set(votes.get(said.get(candidate))?.map(({ record }) => record.authority)).size;
}

/** What two candidates have in common that say the same: an NHS number by its digits, a party by its code. */
function sameOf({ value }: Candidate): string {
  if (typeof value !== "object") return String(value).toUpperCase();
  const { trust, code, display, ...rest } = value as Record<string, unknown>;
  if (trust !== undefined) return valueKey(rest);
  return (code === undefined ? valueKey(value) : valueKey(code)).toUpperCase();
}

function survivalOf(
  field: GoldenField,
  candidates: readonly Candidate[],
  survivor: Candidate,
  policy: SurvivorshipPolicy,
): Survival {
  const same = sameOf(survivor);
  const isSame = (candidate: Candidate) => sameOf(candidate) === same;
  const order = criteriaOf(field, policy).map(
    (criterion) => [criterion, scoring(criterion, field, candidates, policy)] as const,
  );
  const lostAt = (candidate: Candidate) => {
    const at = order.findIndex(([, score]) => score && score(candidate) !== score(survivor));
    return at < 0 ? order.length : at;
  };
  const others = candidates
    .filter((candidate) => !isSame(candidate))
    .sort((one, other) => lostAt(other) - lostAt(one) || one.record.sourceRecordId - other.record.sourceRecordId)
    .map((candidate): Lost => ({ candidate, by: order[lostAt(candidate)]?.[0] ?? "oldest" }));
  return {
    ...{ field, survivor, others },
    agreeing: candidates.filter((candidate) => candidate !== survivor && isSame(candidate)),
    decidedBy: others[0]?.by ?? null,
  };
}
